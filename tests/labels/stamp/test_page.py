"""The printed page around its labels: boxes, bleed and crop marks as a printing house measures them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from labels.press import PrintOrder, press
from labels.qr import label_url
from labels.stamp import Shift, page_size, printed_shift
from labels.stock import STOCKS, Stock, cells
from labels.template import Template, read_template, shipped_templates
from tests.labels.press.material import PUBLIC_URL, box, face, picture

DPI = 300
MARKED = [STOCKS["a4-notice"], STOCKS["a5-poster"], STOCKS["a4-2x5-cards"]]
BLED = Stock("bled", 210.0, 297.0, 2, 4, 90.0, 54.0, 10.0, 20.0, 100.0, 62.0, bleed=2.0, marks=True)
# With less room for marks at its right and lower edge than at the others.
SKEWED = Stock("skewed", 200.0, 190.0, 2, 3, 90.0, 54.0, 15.0, 15.0, 94.0, 60.0, marks=True)


def ground_template(*, reference: bool = False) -> Template:
    """A grey ground that reaches into the bleed; with ``reference`` only the reference renderer can draw it."""
    css = """.ground { position: absolute; left: calc(-1 * var(--bleed)); top: calc(-1 * var(--bleed));
    width: calc(var(--width) + 2 * var(--bleed)); height: calc(var(--height) + 2 * var(--bleed)); background: #c8c8c8 }
    .qr { position: absolute; left: 2mm; top: 2mm; background: #fff }
    .name { position: absolute; left: 50mm; top: 2mm }"""
    css += " .name { transform: rotate(90deg) }" if reference else ""
    html = '<div class="ground"></div><div class="qr" data-symbol></div><p class="name">{{ name }}</p>'
    manifest = 'key = "ground"\nzh = "x"\nen = "x"\n[symbol]\nbeside_mm = 45\nbelow_mm = 5\n[use]\ndistance_mm = 150'
    files = {"manifest.toml": manifest, "label.html": html, "label.css": css}
    return read_template({name: text.encode() for name, text in files.items()})


def pressed(stock: Stock, folder: Path, template: Template | None = None, shift: Shift | None = None) -> bytes:
    prefix = label_url(PUBLIC_URL, "0" * 9)[:-9]
    wanted = PrintOrder(template or ground_template(), stock, prefix, shift=shift or Shift())
    press([face(number) for number in range(stock.per_sheet)], stock.per_sheet, wanted, folder / "labels.pdf")
    return (folder / "labels.pdf").read_bytes()


def around(image: Image.Image, stock: Stock, *, bleed: float) -> Image.Image:
    """The page with its labels and so much around each of them made white."""
    rest = image.copy()
    for cell in cells(stock, stock.per_sheet):
        left, top = cell.left + stock.extra - bleed, cell.top + stock.extra - bleed
        rest.paste(255, box(DPI, left, top, stock.label_width + 2 * bleed, stock.label_height + 2 * bleed))
    return rest


@pytest.mark.parametrize("stock", [*MARKED, BLED, SKEWED], ids=lambda stock: stock.key)
def test_the_boxes_are_those_of_the_trade(stock: Stock, tmp_path: Path) -> None:
    page = pypdfium2.PdfDocument(pressed(stock, tmp_path))[0]
    point = 72 / 25.4
    extra, width, height = stock.extra, stock.page_width, stock.page_height
    media = (0, 0, (width + 2 * extra) * point, (height + 2 * extra) * point)
    trim = (extra * point, extra * point, (extra + width) * point, (extra + height) * point)
    bleed = tuple(trim[at] + (-1, -1, 1, 1)[at] * stock.bleed * point * (extra > 0) for at in range(4))
    assert page.get_mediabox() == pytest.approx(media, abs=0.01)
    assert page.get_trimbox() == pytest.approx(trim, abs=0.01)
    assert page.get_bleedbox() == pytest.approx(bleed, abs=0.01)


@pytest.mark.parametrize("reference", [False, True], ids=["stamped", "reference"])
@pytest.mark.parametrize("stock", [*MARKED, BLED, SKEWED], ids=lambda stock: stock.key)
def test_the_ground_fills_the_bleed_and_marks_stand_outside_of_it(
    stock: Stock, reference: bool, tmp_path: Path
) -> None:
    image = picture(pressed(stock, tmp_path, ground_template(reference=reference)), 0, DPI)
    hair = 0.2
    for cell in cells(stock, stock.per_sheet):
        left, top = cell.left + stock.extra - stock.bleed, cell.top + stock.extra - stock.bleed
        size = (stock.label_width + 2 * stock.bleed, stock.label_height + 2 * stock.bleed)
        label = image.crop(box(DPI, left + hair, top + hair, size[0] - 2 * hair, size[1] - 2 * hair))
        # The strip of the bleed is the ground alone, all around: nothing white is left and no mark stands in it.
        strip = label.copy()
        inner = round((stock.bleed + 1) * DPI / 25.4)
        strip.paste(200, (inner, inner, label.width - inner, label.height - inner))
        assert strip.getextrema() == (200, 200)
    # A millimetre around the bleed is white paper, then come the marks.
    far, near = around(image, stock, bleed=stock.bleed + 0.9), around(image, stock, bleed=stock.bleed + hair)
    assert ImageChops.difference(far, near).getbbox() is None
    assert far.getextrema()[0] < 100


@pytest.mark.parametrize("stock", [*MARKED, BLED, SKEWED], ids=lambda stock: stock.key)
def test_marks_point_at_the_edges_of_the_labels(stock: Stock, tmp_path: Path) -> None:
    rest = around(picture(pressed(stock, tmp_path), 0, DPI), stock, bleed=stock.bleed + 0.9)
    places = list(cells(stock, stock.per_sheet))
    lefts = {cell.left + stock.extra + side for cell in places for side in (0, stock.label_width)}
    tops = {cell.top + stock.extra + side for cell in places for side in (0, stock.label_height)}
    dark = rest.point(lambda tone: 255 if tone < 200 else 0)
    away = stock.bleed + 3
    across = [dark.crop((0, y, dark.width, y + 1)) for y in _pixels(min(tops) - away, max(tops) + away)]
    along = [dark.crop((x, 0, x + 1, dark.height)) for x in _pixels(min(lefts) - away, max(lefts) + away)]
    for strip, edges in [(strip, lefts) for strip in across] + [(strip, tops) for strip in along]:
        found = [number for number, tone in enumerate(strip.tobytes()) if tone]
        wanted = [edge * DPI / 25.4 for edge in edges]
        assert all(min(abs(number + 0.5 - edge) for edge in wanted) < 1.6 for number in found)
        assert all(min(abs(number + 0.5 - edge) for number in found) < 1.6 for edge in wanted)


def _pixels(*places: float) -> list[int]:
    return [round(place * DPI / 25.4) for place in places]


def test_marks_are_moved_with_the_labels_that_are_cut_along_them(tmp_path: Path) -> None:
    stock = STOCKS["a4-2x5-cards"]
    dots = 25.4 / DPI
    for template in (ground_template(), ground_template(reference=True)):
        plain = picture(pressed(stock, tmp_path, template), 0, DPI)
        moved = picture(pressed(stock, tmp_path, template, Shift(24 * dots, -12 * dots)), 0, DPI)
        back = ImageChops.offset(moved, 24, -12).crop((60, 60, plain.width - 60, plain.height - 60))
        apart = ImageChops.difference(plain.crop((60, 60, plain.width - 60, plain.height - 60)), back)
        assert apart.point(lambda tone: 255 if tone > 80 else 0).histogram()[255] < 200  # edges, by rounding


def test_a_page_for_a_printer_of_few_dots_is_whole_dots_and_moved_by_them() -> None:
    for stock in (STOCKS["roll-62x40"], STOCKS["roll-70x40-203"]):
        dot = 72 / stock.dpi
        for side, mm in zip(page_size(stock), (stock.page_width, stock.page_height), strict=True):
            assert side / dot == pytest.approx(round(mm / 25.4 * stock.dpi), abs=0.01)
            assert side / dot <= round(side / dot)
        undone = printed_shift(stock, Shift(1.0, -0.7, 1.01, 0.99))
        assert (undone.across, undone.along) == (1.0, 1.0)
        assert undone.right * stock.dpi / 25.4 == pytest.approx(round(1.0 * stock.dpi / 25.4))
    plain = Shift(1.0, -0.7, 1.01, 0.99)
    assert printed_shift(STOCKS["a4-3x8"], plain) == plain


def test_a_symbol_drawn_at_any_size_is_made_whole_dots(tmp_path: Path) -> None:
    template = shipped_templates()["sheet-label"]
    free = replace(template, css=template.css + ".qr { width: 23.17mm; height: 23.17mm }")
    stock = STOCKS["roll-62x40"]
    image = picture(pressed(stock, tmp_path, free), 0, 300).point(lambda tone: 0 if tone < 128 else 255)
    symbol = image.crop(image.crop((0, 0, 300, 320)).point(lambda tone: 255 - tone).getbbox())
    dots = symbol.width // 29
    small = symbol.resize((29, 29), Image.Resampling.NEAREST)
    even = small.resize((29 * dots, 29 * dots), Image.Resampling.NEAREST)
    assert ImageChops.difference(even, symbol).getbbox() is None
