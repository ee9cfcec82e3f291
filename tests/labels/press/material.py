"""Labels to print, and eyes for what was printed: rasterised by pdfium, read by zxing-cpp."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

from foundation.codes import LENGTH, new_code
from foundation.pdf import Raster
from labels.press import Note, PrintOrder, press
from labels.qr import label_url
from labels.sheet import LabelFace
from labels.stock import STOCKS, Cell, Stock
from labels.template import shipped_template

PUBLIC_URL = "https://qr.example.gov.cn"
SHEET = STOCKS["a4-3x8"]


@dataclass(frozen=True)
class Sheets:
    """A finished job."""

    pdf: bytes
    labels: int
    pages: int
    checked: int
    notes: tuple[Note, ...]


def order(
    stock: Stock = SHEET, public_url: str = PUBLIC_URL, template: str = "sheet-label", **more: object
) -> PrintOrder:
    """An order for a template that ships."""
    plain = PrintOrder(shipped_template(template), stock, label_url(public_url, "0" * LENGTH)[:-LENGTH])
    return replace(plain, **more)


def face(number: int, public_url: str = PUBLIC_URL, **words: str) -> LabelFace:
    """A label with ordinary words, or others."""
    code = new_code(number.to_bytes(5, "big"))
    plain = {
        "kind": "公共厕所 Public toilet",
        "name": f"世纪广场东{number}号公厕",
        "name_en": f"Century Square East {number}",
        "address": f"鹿城区五马街道府前街{number}号",
        "asset_code": f"GC-{number:04d}",
        "owner": "管理单位：鹿城区环卫中心",
    }
    return LabelFace(code, label_url(public_url, code), number % 1024, plain | words, asset=f"GC-{number:04d}")


def printed_sheets(faces: Sequence[LabelFace], wanted: PrintOrder | None = None) -> Sheets:
    """The job of these labels as the press leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "labels.pdf"
        made = press(faces, len(faces), wanted or order(), out)
        return Sheets(out.read_bytes(), made.labels, made.pages, made.checked, made.notes)


def picture(pdf: bytes, page: int, dpi: int) -> Image.Image:
    """A page in grey."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()


def box(dpi: int, left: float, top: float, width: float, height: float) -> tuple[int, int, int, int]:
    """A rectangle in pixels from millimetres."""
    corners = (left, top, left + width, top + height)
    return tuple(round(mm * dpi / 25.4) for mm in corners)


def cut(image: Image.Image, dpi: int, cell: Cell, stock: Stock) -> Image.Image:
    """One label of a page."""
    return image.crop(box(dpi, cell.left + stock.extra, cell.top + stock.extra, stock.label_width, stock.label_height))


def read(image: Image.Image) -> list[str]:
    """What a phone reads there."""
    return [found.text for found in zxingcpp.read_barcodes(image)]


def text_of(pdf: bytes, page: int = 0) -> str:
    """The text of a page as it can be copied out."""
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()


def unmatched(one: Raster, two: Raster, tolerance: int = 64) -> int:
    """How many pixels of one page have no match within one pixel of their place in the other."""
    count = 0
    for place, (tone, other) in enumerate(zip(one.pixels, two.pixels, strict=True)):
        if abs(tone - other) > tolerance:
            near = [
                two.pixels[place + row * two.stride + column]
                for row in (-1, 0, 1)
                for column in (-1, 0, 1)
                if 0 <= place + row * two.stride + column < len(two.pixels)
            ]
            count += not min(near) - tolerance <= tone <= max(near) + tolerance
    return count
