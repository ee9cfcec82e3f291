"""A ZIP for engravers and plate makers: each label as SVG outlines and as PNG, and a list for their machines.

A label with bleed is drawn with its bleed. All is made of the finished pages, one sheet after the other, so that memory
holds one sheet of labels however many there are.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from foundation.codes import printed
from foundation.files import encode_png
from foundation.pdf import Pages, open_pages
from foundation.pdf.raster import MOST_PIXELS
from labels.sheet import LabelFace
from labels.stamp import OutlinedPages, page_size, pick_items, svg_of
from labels.stock import MM_PER_INCH, Cell, Stock
from labels.template import Compiled
from labels.template.compiled import POINTS_PER_MM

LIST: Final = "labels.csv"
COLUMNS: Final = (
    "number", "file", "code", "url", "name", "name_en", "address", "asset_code", "check_word_zh", "check_word_en",
    "sheet", "position",
)  # fmt: skip
# The words of an asset that stand in the list, whether or not the template shows them.
LISTED: Final = ("name", "name_en", "address", "asset_code")
# The finest that machines for plates ask for; a larger label than this makes of 80 million pixels is drawn coarser.
FINEST: Final = (600, 300, 150, 75)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")
_LONGEST: Final = 60
# What a spreadsheet takes for the beginning of a formula, in both widths.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_BOM: Final = "\ufeff"
# The same job gives the same file, whenever it is made.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
Box = tuple[float, float, float, float]


class Listing:
    """The list of a job's labels, written as they come by, and the name of each one's files."""

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.digits = max(3, len(str(count)))
        self.stems: list[str] = []

    def add(self, placed: Iterable[tuple[Cell, LabelFace]]) -> None:
        """A line for each label; its words are the asset's own, whatever the faces can draw of them."""
        text = io.StringIO(newline="")
        lines = csv.writer(text, lineterminator="\r\n")
        first = not self.stems
        if first:
            text.write(_BOM)
            lines.writerow(COLUMNS)
        for cell, face in placed:
            stem = plate_name(len(self.stems) + 1, self.digits, face)
            self.stems.append(stem)
            lines.writerow([plain_cell(value) for value in _line(len(self.stems), stem, cell, face)])
        with self.path.open("w" if first else "a", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())


def plate_name(number: int, digits: int, face: LabelFace) -> str:
    """The name of a label's files without its ending: safe on every system, and another one for each number."""
    name = _UNSAFE.sub("-", face.asset)[:_LONGEST].strip("-")
    return f"{number:0{digits}d}-{name or printed(face.code)}"


def plain_cell(value: str | int) -> str | int:
    """A text that a spreadsheet would run as a formula, made plain with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _line(number: int, stem: str, cell: Cell, face: LabelFace) -> Iterator[str | int]:
    yield from (number, f"{stem}.svg", printed(face.code), face.url)
    words = face.words
    yield from (words.get("name", ""), words.get("name_en", ""), words.get("address", ""))
    yield words.get("asset_code", "") or face.asset
    yield from (words.get("check_word_zh", ""), words.get("check_word_en", ""), cell.sheet + 1, cell.slot + 1)


def write_plates(
    pdf: Path,
    compiled: Compiled,
    listing: Listing,
    places: Callable[[int], Sequence[tuple[int, Cell]]],
    out: Path,
    told: Callable[[int], None],
) -> None:
    """The ZIP of a job whose pages are in ``pdf``; ``places`` gives the labels of a sheet, ``told`` hears how many are
    in it. Raises Invalid where a page draws what has no outlines.
    """
    with open_pages(pdf) as pages, OutlinedPages(pdf) as outlined, zipfile.ZipFile(out, "w") as whole:
        for sheet in range(len(pages)):
            drawing = _Sheet(pages, outlined, sheet, compiled.stock)
            for number, cell in places(sheet):
                stem = listing.stems[number]
                svg, png = drawing.label(cell, stem)
                whole.writestr(_entry(f"{stem}.svg"), svg, zipfile.ZIP_DEFLATED)
                whole.writestr(_entry(f"{stem}.png"), png, zipfile.ZIP_STORED)
                told(number + 1)
        with listing.path.open("rb") as lines, whole.open(_entry(LIST, zipfile.ZIP_DEFLATED), "w") as entry:
            while piece := lines.read(1 << 16):
                entry.write(piece)


def _entry(name: str, packing: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = packing
    entry.external_attr = 0o644 << 16
    return entry


class _Sheet:
    """One finished page, read once for all its labels."""

    def __init__(self, pages: Pages, outlined: OutlinedPages, number: int, stock: Stock) -> None:
        self.stock, self.pages, self.number = stock, pages, number
        self.items = outlined.items(number)
        self.width, self.height = page_size(stock)
        self.dpi = next(dpi for dpi in FINEST if self._pixels(*self._label_size(), dpi) <= MOST_PIXELS)
        whole = self._pixels(self.width, self.height, self.dpi) <= MOST_PIXELS
        self.raster = pages.grey(number, self.dpi) if whole else None

    def _label_size(self) -> tuple[float, float]:
        bleed = 2 * self.stock.bleed
        return (self.stock.label_width + bleed) * POINTS_PER_MM, (self.stock.label_height + bleed) * POINTS_PER_MM

    @staticmethod
    def _pixels(width: float, height: float, dpi: int) -> float:
        return width * height * (dpi / MM_PER_INCH / POINTS_PER_MM) ** 2

    def label(self, cell: Cell, title: str) -> tuple[str, bytes]:
        """The SVG and the PNG of one label; the PNG is of two tones where the label is."""
        edge = self.stock.extra - self.stock.bleed
        left, top = (cell.left + edge) * POINTS_PER_MM, (cell.top + edge) * POINTS_PER_MM
        width, height = self._label_size()
        box = (left, self.height - top - height, left + width, self.height - top)
        items = pick_items(self.items, box)
        svg = svg_of(items, box, title)
        return svg, self._png((left, top, left + width, top + height), any(item.grey for item in items))

    def _png(self, box: Box, grey: bool) -> bytes:
        raster, x, y = self.raster, 0, 0
        scale = self.dpi / MM_PER_INCH / POINTS_PER_MM
        if raster is None:
            within = (max(0.0, box[0]), max(0.0, box[1]), min(self.width, box[2]), min(self.height, box[3]))
            raster = self.pages.grey(self.number, self.dpi, within)
        else:
            x, y = max(0, round(box[0] * scale)), max(0, round(box[1] * scale))
        width = min(round((box[2] - box[0]) * scale), raster.width - x)
        height = min(round((box[3] - box[1]) * scale), raster.height - y)
        samples = raster.pixels[y * raster.stride + x : (y + height - 1) * raster.stride + x + width]
        return encode_png(width, height, samples, stride=raster.stride, dpi=self.dpi, two_tone=not grey)
