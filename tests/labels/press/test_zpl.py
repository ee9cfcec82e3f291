"""ZPL as a thermal printer reads it: decompressed by its maker's rules, measured dot by dot, read by two readers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pyzbar import pyzbar

from foundation.errors import Invalid
from labels.press import prepare, press
from labels.press.zpl import compress
from labels.qr import QUIET_MODULES, symbol_table
from labels.sheet import LabelFace
from labels.stamp import Shift
from labels.stock import STOCKS, Stock, cells
from labels.template.compiled import POINTS_PER_MM
from tests.labels.press.material import face, order, picture, printed_sheets
from tests.labels.press.thermal import TWIN, Print, decompress, prints

FINE = Stock("fine", 100.0, 50.0, 1, 1, 100.0, 50.0, 0.0, 0.0, 100.0, 50.0, form="roll", dpi=600)
ROLLS = [STOCKS["roll-62x40"], STOCKS["roll-70x40-203"], STOCKS["roll-100x50-300"], FINE]


def zpl_of(faces: list[LabelFace], folder: Path, stock: Stock, **more: object) -> list[Print]:
    out = folder / "labels.zpl"
    press(faces, len(faces), order(stock, form="zpl", **more), out)
    assert list(folder.iterdir()) == [out]
    return prints(out.read_text("ascii"))


@given(st.integers(1, 130).flatmap(lambda width: st.tuples(st.just(width), st.lists(_row(width), max_size=12))))
def test_what_is_compressed_comes_out_again(case: tuple[int, list[bytes]]) -> None:
    width, rows = case
    assert decompress(compress(rows, width), width, len(rows)) == rows


def _row(width: int) -> st.SearchStrategy[bytes]:
    runs = st.lists(st.tuples(st.sampled_from(b"\x00\xff\x0f\xf0\xaa"), st.integers(1, 600)), min_size=1, max_size=6)
    filled = runs.map(
        lambda found: b"".join(bytes([value]) * count for value, count in found)[:width].ljust(width, b"\0")
    )
    return filled | st.binary(min_size=width, max_size=width)


def test_runs_are_written_as_the_maker_says() -> None:
    # 327 digits are v (320) and M (7): the example of the programming guide.
    row = bytes.fromhex("1" + "B" * 327 + "10")
    assert compress([row, row, bytes(165), b"\xff" * 165], 165) == "1vMB1" + ",".join(["", ":,!"])
    with pytest.raises(ValueError, match="bytes"):
        compress([b"\0"], 2)


@pytest.mark.parametrize("stock", ROLLS, ids=lambda stock: stock.key)
def test_each_label_is_one_print_that_two_readers_read(stock: Stock, tmp_path: Path) -> None:
    faces = [face(number) for number in range(12)]
    made = zpl_of(faces, tmp_path, stock)
    width, length = (round(mm * stock.dpi / 25.4) for mm in (stock.page_width, stock.page_height))
    assert [(one.width, one.length) for one in made] == [(width, length)] * 12
    assert [[found.text for found in zxingcpp.read_barcodes(one.image)] for one in made] == [[f.url] for f in faces]
    assert [[found.data.decode() for found in pyzbar.decode(one.image)] for one in made] == [[f.url] for f in faces]


@pytest.mark.parametrize("shift", [Shift(), Shift(0.9, -0.7, 1.004, 0.997)], ids=["true", "shifted"])
@pytest.mark.parametrize("stock", [*ROLLS, TWIN], ids=lambda stock: stock.key)
def test_every_module_is_the_same_square_of_dots(stock: Stock, shift: Shift, tmp_path: Path) -> None:
    wanted = order(stock)
    _, compiled = prepare(wanted)
    table = symbol_table(wanted.prefix, 9)
    dots = round(compiled.module * stock.dpi / 25.4)
    faces = [face(number) for number in range(stock.per_sheet)]
    (one,) = zpl_of(faces, tmp_path, stock, shift=shift)
    for label, cell in zip(faces, cells(stock, len(faces)), strict=True):
        left, top = (value / POINTS_PER_MM for value in compiled.symbol[:2])
        x, y = (cell.left + left - shift.right, cell.top + top - shift.down)
        # What of the label is meant for this place, to the nearest dot, and then exactly.
        near = (round(x * stock.dpi / 25.4), round(y * stock.dpi / 25.4))
        assert _found_at(one.image, near, [*table.rows(table.bits(label.code))], table.size, dots)


def _found_at(image: Image.Image, near: tuple[int, int], rows: list[int], size: int, dots: int) -> bool:
    """Whether the symbol stands within a dot of the place, every module of it exactly so many dots wide and high."""
    full = size + 2 * QUIET_MODULES
    symbol = Image.new("L", (full, full), 255)
    for y, row in enumerate(rows):
        for x in range(size):
            if row >> size - 1 - x & 1:
                symbol.putpixel((QUIET_MODULES + x, QUIET_MODULES + y), 0)
    even = symbol.resize((full * dots, full * dots), Image.Resampling.NEAREST)
    places = [(near[0] + dx, near[1] + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    cut = [image.crop((x, y, x + full * dots, y + full * dots)) for x, y in places]
    return sum(ImageChops.difference(one, even).getbbox() is None for one in cut) == 1


def test_the_picture_is_the_pdf_at_the_printers_dots(tmp_path: Path) -> None:
    stock = STOCKS["roll-62x40"]
    (one,) = zpl_of([face(3)], tmp_path, stock)
    page = picture(printed_sheets([face(3)], order(stock)).pdf, 0, 300)
    assert page.size == one.image.size
    assert ImageChops.difference(page.point(lambda tone: 0 if tone < 128 else 255), one.image).getbbox() is None


def test_a_row_of_a_roll_is_one_print_and_a_begun_one_keeps_its_place(tmp_path: Path) -> None:
    made = zpl_of([face(1), face(2), face(3)], tmp_path, TWIN, start=2)
    assert len(made) == 2
    halves = [(0, 0, 756, 496), (756, 0, 1512, 496)]
    read = [[found.text for found in zxingcpp.read_barcodes(one.image.crop(half))] for one in made for half in halves]
    assert read == [[], [face(1).url], [face(2).url], [face(3).url]]


def test_the_printers_error_is_undone_by_whole_dots(tmp_path: Path) -> None:
    stock = STOCKS["roll-62x40"]
    (plain,) = zpl_of([face(5)], tmp_path, stock)
    (tmp_path / "labels.zpl").unlink()
    (moved,) = zpl_of([face(5)], tmp_path, stock, shift=Shift(1.0, -0.5, 1.01, 1.01))
    assert ImageChops.difference(ImageChops.offset(plain.image, -12, 6), moved.image).getbbox() is None


def test_a_correction_that_would_cut_the_label_is_refused(tmp_path: Path) -> None:
    for shift in (Shift(right=9.0), Shift(right=-9.0), Shift(down=12.0), Shift(down=-12.0)):
        with pytest.raises(Invalid) as refused:
            zpl_of([face(5)], tmp_path, STOCKS["roll-62x40"], shift=shift)
        assert refused.value.code == "shift_cuts"
        assert refused.value.message("zh-CN") != refused.value.message("en")
        assert list(tmp_path.iterdir()) == []


def test_stock_for_no_thermal_printer_is_refused_and_told_which_is(tmp_path: Path) -> None:
    marked = replace(STOCKS["roll-62x40"], key="marked", bleed=2.0, marks=True)
    for stock, named in ((STOCKS["a4-3x8"], "roll-62x40, roll-70x40-203, roll-100x50-300"), (marked, "marked")):
        with pytest.raises(Invalid) as refused:
            zpl_of([face(1)], tmp_path, stock)
        assert refused.value.code == "zpl_stock"
        assert named in refused.value.message("en")
        assert named in refused.value.message("zh-CN")
        assert list(tmp_path.iterdir()) == []
