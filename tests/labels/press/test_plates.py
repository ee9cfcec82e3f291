"""The ZIP for engravers: outlines that look as the page does and need no face, pictures, and a harmless list."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from foundation.errors import Invalid
from foundation.pdf import render_pdf
from labels.press import PrintOrder, press
from labels.press.plates import COLUMNS, plain_cell, plate_name
from labels.qr import label_url
from labels.sheet import LabelFace
from labels.stamp import Shift
from labels.stock import STOCKS, Cell, Stock, cells
from labels.template import Template, read_template, shipped_templates
from tests.labels.press.material import PUBLIC_URL, box, face, order, picture

SVG = "{http://www.w3.org/2000/svg}"
STOCK_OF = {
    "sheet-label": "a4-2x7", "tree-tag": "tag-80x45", "bridge-plate": "plate-150x100", "door-poster": "a5-poster",
    "garbage-notice": "a4-notice", "asset-card": "a4-2x5-cards",
}  # fmt: skip
# All that an operator's template may draw and an engraver can: colours, dashes, round corners, turned words, pictures.
ODD = {
    "manifest.toml": b"""key = "odd"\nzh = "x"\nen = "x"
[symbol]\nbeside_mm = 40.0\nbelow_mm = 12.0\n[use]\ndistance_mm = 150\n""",
    "label.html": """<div class="qr" data-symbol></div><p class="name">{{ name }}</p><div class="box"></div>
<div class="turned">转 Turned</div><div class="pale">半透 <u>pale</u></div><img class="mark" src="template:mark.svg">
<img class="dot" src="template:dot.png"><div class="cut">Cut off at the edge</div><p class="owner">{{ owner }}</p>
<div class="ground"></div>""".encode(),
    "label.css": b""".qr { position: absolute; left: 2mm; top: 2mm }
.name { position: absolute; left: 45mm; top: 2mm; width: 30mm; font-size: 9pt; color: #a00; letter-spacing: .1em }
.owner { position: absolute; left: 45mm; top: 8mm; width: 30mm; font-size: 7pt }
.box { position: absolute; left: 45mm; top: 15mm; width: 8mm; height: 8mm; background: #c80; border: .5mm dashed #080;
  border-radius: 2mm }
.turned { position: absolute; left: 56mm; top: 17mm; transform: rotate(-20deg); font-size: 8pt; color: #fff;
  background: #000 }
.pale { position: absolute; left: 45mm; top: 26mm; opacity: .5; font-size: 9pt }
.mark { position: absolute; left: 60mm; top: 25mm; width: 10mm }
.dot { position: absolute; left: 72mm; top: 25mm; width: 5mm }
.cut { position: absolute; left: 70mm; top: 14mm; width: 6mm; height: 4mm; overflow: hidden; white-space: nowrap;
  font-size: 8pt }
.ground { position: absolute; left: 0; top: 42mm; width: 80mm; height: 3mm; background: rgb(0 0 0 / .6) }""",
    "mark.svg": b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" rx="2"
fill="#258"/><path d="M1 1 5 9 9 1" stroke="red" fill="none" stroke-width=".5" stroke-dasharray="1 .5"/>
<circle cx="5" cy="5" r="2" fill="green" opacity=".5"/></svg>""",
}


@dataclass(frozen=True)
class Zip:
    """What is in a file."""

    names: list[str]
    files: Mapping[str, bytes]
    rows: list[dict[str, str]]


def zip_of(faces: list[LabelFace], folder: Path, wanted: PrintOrder) -> Zip:
    out = folder / "labels.zip"
    press(faces, len(faces), wanted, out, photos=_photos)
    assert list(folder.iterdir()) == [out]
    with zipfile.ZipFile(out) as whole:
        assert whole.testzip() is None
        files = {name: whole.read(name) for name in whole.namelist()}
        names = whole.namelist()
    text = files["labels.csv"].decode("utf-8-sig")
    return Zip(names, files, list(csv.DictReader(io.StringIO(text, newline=""))))


def _photos(names: Iterable[str]) -> Mapping[str, bytes]:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((160, 120))
    Image.merge("RGB", (image, image, image.transpose(Image.Transpose.ROTATE_180))).save(out, "JPEG", quality=90)
    return dict.fromkeys(names, out.getvalue())


def odd_template(*, reference: bool = False) -> Template:
    """With ``reference`` only the reference renderer can draw it."""
    dot = io.BytesIO()
    Image.new("RGBA", (8, 8), (200, 0, 0, 128)).save(dot, "PNG")
    files = ODD | {"dot.png": dot.getvalue()}
    if reference:
        files["label.css"] += b".owner { transform: rotate(3deg) }"
        files["manifest.toml"] = files["manifest.toml"].replace(b'"odd"', b'"odd-reference"')
    return read_template(files)


def place_of(stock: Stock, cell: Cell, dpi: int) -> tuple[int, int, int, int]:
    """A label with its bleed on the printed page, in pixels."""
    edge, more = stock.extra - stock.bleed, 2 * stock.bleed
    return box(dpi, cell.left + edge, cell.top + edge, stock.label_width + more, stock.label_height + more)


def drawn(svg: bytes, stock: Stock, cell: Cell, dpi: int) -> Image.Image:
    """The SVG as WeasyPrint and pdfium draw it without a face at hand, laid on its place of a sheet."""
    width, height = (side + 2 * stock.extra for side in (stock.page_width, stock.page_height))
    edge = stock.extra - stock.bleed
    page = f"@page {{ size: {width}mm {height}mm; margin: 0 }} body {{ margin: 0 }}"
    place = f"position: absolute; left: {cell.left + edge}mm; top: {cell.top + edge}mm"
    html = f'<style>{page} img {{ {place} }}</style><img src="template:x.svg">'
    files = {"template:x.svg": (svg, "image/svg+xml")}
    for held in re.findall(r'"(data:image/([a-z]+);base64,([^"]+))"', svg.decode()):
        files[held[0]] = (base64.b64decode(held[2]), f"image/{held[1]}")
    pdf = render_pdf(html, files=files)
    return picture(pdf, 0, dpi).crop(place_of(stock, cell, dpi))


def unmatched(one: Image.Image, two: Image.Image, tolerance: int = 96) -> int:
    """How many pixels of one have no match within a pixel in the other; a pixel at the edges is left out."""
    size = (min(one.width, two.width), min(one.height, two.height))
    count = 0
    for first, second in ((one, two), (two, one)):
        most, least = (
            second.crop((0, 0, *size)).filter(kind(3)) for kind in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
        )
        plain = first.crop((0, 0, *size))
        over = ImageChops.subtract(plain, most).point(lambda tone: 255 if tone > tolerance else 0)
        under = ImageChops.subtract(least, plain).point(lambda tone: 255 if tone > tolerance else 0)
        inner = ImageChops.lighter(over, under).crop((1, 1, size[0] - 1, size[1] - 1))
        count += inner.histogram()[255]
    return count


def page_of(faces: list[LabelFace], folder: Path, wanted: PrintOrder) -> bytes:
    out = folder / "labels.pdf"
    press(faces, len(faces), replace(wanted, form="pdf"), out, photos=_photos)
    data = out.read_bytes()
    out.unlink()
    return data


def plate_order(template: Template, stock: Stock) -> PrintOrder:
    return PrintOrder(template, stock, label_url(PUBLIC_URL, "0" * 9)[:-9], form="zip")


CASES = [(template, STOCKS[STOCK_OF.get(key, "tag-80x45")]) for key, template in shipped_templates().items()]
CASES += [(odd_template(reference=reference), STOCKS["tag-80x45"]) for reference in (False, True)]


@pytest.mark.parametrize(("template", "stock"), CASES, ids=lambda value: value.key)
def test_outlines_look_as_the_page_does_and_are_read(template: Template, stock: Stock, tmp_path: Path) -> None:
    count = min(3, stock.per_sheet)
    faces = [replace(face(number), photo="house") for number in range(count)]
    wanted = plate_order(template, stock)
    made, pdf = zip_of(faces, tmp_path, wanted), page_of(faces, tmp_path, wanted)
    size = (stock.label_width + 2 * stock.bleed, stock.label_height + 2 * stock.bleed)
    for row, one, cell in zip(made.rows, faces, cells(stock, count), strict=True):
        svg = made.files[row["file"]]
        # Small type is drawn on whole pixels and outlines are not: both are drawn four times as fine as compared.
        own = _reduced(drawn(svg, stock, cell, 600))
        page = _reduced(picture(pdf, cell.sheet, 600).crop(place_of(stock, cell, 600)))
        assert unmatched(own, page) == 0
        assert own.getextrema()[0] < 64
        assert [found.text for found in zxingcpp.read_barcodes(drawn(svg, stock, cell, 300))] == [one.url]
        _check_svg(ET.fromstring(svg), size)  # noqa: S314 - made here
        _check_png(made.files[row["file"].replace(".svg", ".png")], page, size, one.url)


def _reduced(image: Image.Image) -> Image.Image:
    """From 600 dpi to 150."""
    size = (image.width // 4, image.height // 4)
    return image.resize(size, Image.Resampling.BOX, (0, 0, size[0] * 4, size[1] * 4))


def _check_svg(root: ET.Element, size: tuple[float, float]) -> None:
    """Of its own size, all paths and pictures, no words that would need a face; the symbol is one path."""
    assert (root.get("width"), root.get("height")) == tuple(f"{side:g}mm" for side in size)
    assert root.get("viewBox") == f"0 0 {size[0]:g} {size[1]:g}"
    allowed = {"svg", "g", "path", "title", "clipPath", "image"}
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= allowed
    assert all(one.get("href", "").startswith("data:image/") for one in root.iter(f"{SVG}image"))
    assert len([one for one in root.iter(f"{SVG}path") if one.get("d", "").count("M") > 200]) == 1


def _check_png(data: bytes, page: Image.Image, size: tuple[float, float], url: str) -> None:
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)
        assert image.size == pytest.approx([side * 600 / 25.4 for side in size], abs=1.01)
        assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [url]
        small = _reduced(image.convert("L"))
        assert unmatched(small, page) == 0


def test_black_labels_are_pictures_of_two_tones_and_coloured_ones_of_grey(tmp_path: Path) -> None:
    stock = STOCKS["tag-80x45"]
    modes = []
    for template in (shipped_templates()["sheet-label"], odd_template()):
        made = zip_of([face(1)], tmp_path, plate_order(template, stock))
        modes.append(Image.open(io.BytesIO(made.files["001-GC-0001.png"])).mode)
        (tmp_path / "labels.zip").unlink()
    assert modes == ["1", "L"]


def test_every_label_is_listed_with_its_files(tmp_path: Path) -> None:
    faces = [face(number) for number in range(30)]
    made = zip_of(faces, tmp_path, order(form="zip", start=5))
    assert tuple(made.rows[0]) == COLUMNS
    assert made.files["labels.csv"].startswith(b"\xef\xbb\xbfnumber,file,")
    assert made.files["labels.csv"].count(b"\r\n") == 31
    assert [(row["number"], row["url"], row["sheet"], row["position"]) for row in made.rows] == [
        (str(number + 1), one.url, str(cell.sheet + 1), str(cell.slot + 1))
        for number, (one, cell) in enumerate(zip(faces, cells(STOCKS["a4-3x8"], 30, 5), strict=True))
    ]
    assert made.rows[6] == {
        "number": "7", "file": "007-GC-0006.svg", "code": "0000-0006-B", "url": faces[6].url,
        "name": "世纪广场东6号公厕", "name_en": "Century Square East 6", "address": "鹿城区五马街道府前街6号",
        "asset_code": "GC-0006", "check_word_zh": "红麦", "check_word_en": "red wheat", "sheet": "1", "position": "11",
    }  # fmt: skip
    assert made.names == [
        f"{row['file'][:-4]}.{form}" for row in made.rows for form in ("svg", "png")
    ] + ["labels.csv"]  # fmt: skip


def test_the_same_job_is_the_same_file(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        zip_of([face(1)], tmp_path, order(form="zip"))
        with zipfile.ZipFile(tmp_path / "labels.zip") as whole:
            assert {entry.date_time for entry in whole.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        made.append((tmp_path / "labels.zip").read_bytes())
        (tmp_path / "labels.zip").unlink()
    assert made[0] == made[1]


def test_no_cell_of_the_list_runs_and_every_name_is_safe(tmp_path: Path) -> None:
    faces = [
        replace(face(1, name='=HYPERLINK("http://x")', address="+1\n2", name_en="-1"), asset="../../etc/passwd"),
        replace(face(2, name='a,"b"', name_en="@SUM(A1)", address="＝1", asset_code="GC-0002"), asset="C:\\CON.svg"),
        replace(face(3), asset="公厕"),
        replace(face(4), asset="GC-0004" * 30),
        replace(face(5), asset=""),
    ]
    made = zip_of(faces, tmp_path, order(form="zip"))
    assert [row["file"] for row in made.rows] == [
        "001-etc-passwd.svg", "002-C-CON-svg.svg", "003-0000-0003-Q.svg", f"004-{('GC-0004' * 30)[:60]}.svg",
        "005-0000-0005-W.svg",
    ]  # fmt: skip
    assert [made.rows[0][name] for name in ("name", "name_en", "address")] == [
        '\'=HYPERLINK("http://x")',
        "'-1",
        "'+1 2",
    ]
    assert [made.rows[1][name] for name in ("name", "name_en", "address")] == ['a,"b"', "'@SUM(A1)", "'＝1"]
    assert [plain_cell(value) for value in ("\t1", "1-2", 7, "")] == ["'\t1", "1-2", 7, ""]
    assert all(re.fullmatch(r"[0-9]{3}-[A-Za-z0-9-]+\.(svg|png)|labels\.csv", name) for name in made.names)
    assert len({name.lower() for name in made.names}) == len(made.names)
    assert [plate_name(7, 5, face(1)), plate_name(70_000, 5, face(1))] == ["00007-GC-0001", "70000-GC-0001"]


def test_a_printers_error_is_nothing_to_a_plate(tmp_path: Path) -> None:
    made = []
    for shift in (Shift(), Shift(2.0, 1.0, 1.01, 0.99)):
        made.append(zip_of([face(1)], tmp_path, order(form="zip", shift=shift)).files)
        (tmp_path / "labels.zip").unlink()
    assert made[0] == made[1]


@pytest.mark.parametrize("ground", ["linear-gradient(red, blue)", "url(template:mark.svg) 0 0 / 3mm", "lab(50% 20 20)"])
def test_what_has_no_outlines_is_refused_by_name_and_nothing_is_left(ground: str, tmp_path: Path) -> None:
    css = ODD["label.css"] + f"\n.ground {{ background: {ground} }}".encode()
    template = read_template(ODD | {"label.css": css, "dot.png": odd_template().pictures["dot.png"]})
    with pytest.raises(Invalid) as refused:
        zip_of([face(1)], tmp_path, plate_order(template, STOCKS["tag-80x45"]))
    assert refused.value.code == "no_outlines"
    assert refused.value.message("zh-CN") != refused.value.message("en")
    assert list(tmp_path.iterdir()) == []


def test_a_poster_larger_than_the_largest_picture_is_drawn_coarser(tmp_path: Path) -> None:
    manifest = b'key = "huge"\nzh = "x"\nen = "x"\n[symbol]\nmost_module_mm = 5.0\n'
    html = b'<div class="qr" data-symbol></div><p class="name">{{ name }}</p>'
    css = (
        b".qr { position: absolute; left: 0; top: 0 } .name { position: absolute; top: 300mm; left: 9mm; width: 200mm }"
    )
    stock = Stock("huge", 420.0, 594.0, 1, 1, 420.0, 594.0, 0.0, 0.0, 420.0, 594.0)
    template = read_template({"manifest.toml": manifest, "label.html": html, "label.css": css})
    made = zip_of([face(1)], tmp_path, plate_order(template, stock))
    image = Image.open(io.BytesIO(made.files["001-GC-0001.png"]))
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [face(1).url]


def test_a_sheet_too_large_for_one_picture_gives_its_labels_one_by_one(tmp_path: Path) -> None:
    stock = Stock("large", 420.0, 594.0, 4, 14, 100.0, 40.0, 5.0, 5.0, 102.0, 41.0)
    made = zip_of([face(number) for number in range(6)], tmp_path, order(stock, form="zip"))
    for number in range(6):
        image = Image.open(io.BytesIO(made.files[f"{number + 1:03d}-GC-{number:04d}.png"]))
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)
        assert image.size == pytest.approx((100 * 600 / 25.4, 40 * 600 / 25.4), abs=2)
        assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [face(number).url]
