"""The printed sheet, as a printer and a phone see it: rasterised, decoded cell by cell, measured for ink."""

from __future__ import annotations

import logging
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from foundation.codes import printed
from foundation.errors import Invalid
from labels.press import prepare, press
from labels.press.characters import GETA
from labels.sheet import LabelFace
from labels.stock import STOCKS, Stock, cells
from labels.template.compiled import POINTS_PER_MM
from tests.labels.press.material import (
    PUBLIC_URL,
    SHEET,
    box,
    cut,
    face,
    order,
    picture,
    printed_sheets,
    read,
    text_of,
)

NASTY = (
    {"name": "公" * 400, "name_en": "W" * 200, "address": "1" * 200, "owner": "中" * 200, "asset_code": "X" * 60},
    {"name": "A1公2厕3" * 33, "name_en": "a b " * 50, "address": "五马街12号，" * 30, "owner": "i" * 200},
    {"name": "<b>一&\"号'", "name_en": "</style><script>", "address": "{{ 7 * 7 }}", "owner": "\x00\u202e\n\t|"},
    {"name": "W" * 200, "kind": "厕" * 40 + "Q" * 40, "asset_code": "GC-0001"},
    {"name": "", "name_en": "", "address": "", "kind": ""},
)
FLEXIBLE = [stock for stock in STOCKS.values() if 60 <= stock.label_width <= 120 and 37 <= stock.label_height <= 80]


@pytest.mark.parametrize("dpi", [203, 300])
def test_each_label_is_read_in_its_own_cell_as_its_own_address(dpi: int, caplog: pytest.LogCaptureFixture) -> None:
    faces = [face(number) for number in range(30)]
    with caplog.at_level(logging.WARNING, "weasyprint"):
        sheet = printed_sheets(faces)
    pages = [picture(sheet.pdf, page, dpi) for page in range(2)]
    for one, cell in zip(faces, cells(SHEET, 30), strict=True):
        assert read(cut(pages[cell.sheet], dpi, cell, SHEET)) == [one.url]
    assert (sheet.labels, sheet.pages, sheet.checked, sheet.notes) == (30, 2, 30, ())
    assert not caplog.records


@pytest.mark.parametrize("stock", FLEXIBLE, ids=lambda stock: stock.key)
def test_every_stock_prints_readable_labels(stock: Stock) -> None:
    faces = [face(number) for number in range(stock.per_sheet)]
    image = picture(printed_sheets(faces, order(stock)).pdf, 0, 203)
    for one, cell in zip(faces, cells(stock, stock.per_sheet), strict=True):
        assert read(cut(image, 203, cell, stock)) == [one.url]


def test_a_sheet_already_begun_is_filled_from_the_start_position() -> None:
    sheet = printed_sheets([face(1), face(2)], order(start=5))
    image = picture(sheet.pdf, 0, 203)
    assert all(cut(image, 203, cell, SHEET).getextrema() == (255, 255) for cell in cells(SHEET, 4))
    found = [read(cut(image, 203, cell, SHEET)) for cell in cells(SHEET, 2, 5)]
    assert found == [[face(1).url], [face(2).url]]


def test_the_page_is_exactly_a4_and_the_pages_are_counted() -> None:
    sheet = printed_sheets([face(number) for number in range(30)], order(start=20))
    document = pypdfium2.PdfDocument(sheet.pdf)
    assert len(document) == sheet.pages == 3
    for page in document:
        assert page.get_mediabox() == pytest.approx((0, 0, 210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.01)


def test_the_words_can_be_taken_out_of_the_pdf() -> None:
    text = text_of(printed_sheets([face(7)]).pdf)
    wanted = (
        printed(face(7).code), "世纪广场东7号公厕", "Century Square East 7", "鹿城区五马街道府前街7号",
        "公共厕所 Public toilet", "管理单位：鹿城区环卫中心", "扫码报修 · Scan to report",
        "此码从不要求付款 · Never asks for payment", "qr.example.gov.cn", "GC-0007", "红瓜",
    )  # fmt: skip
    assert [words for words in wanted if words not in text] == []


@pytest.mark.parametrize("stock", FLEXIBLE, ids=lambda stock: stock.key)
def test_no_word_leaves_its_place_whatever_it_says(stock: Stock) -> None:
    faces = [face(number, **words) for number, words in enumerate(NASTY)]
    pdf = printed_sheets(faces, order(stock)).pdf
    _, compiled = prepare(order(stock))
    module, (x, y, side) = compiled.module, (value / POINTS_PER_MM for value in compiled.symbol)
    for one, cell in zip(faces, cells(stock, len(faces)), strict=True):
        label = cut(picture(pdf, cell.sheet, 300), 300, cell, stock)
        # The symbol with its quiet zone: exactly the modules, and white around them.
        symbol = label.crop(box(300, x, y, side, side))
        ring = symbol.copy()
        ring.paste(255, box(300, 3.8 * module, 3.8 * module, 29.4 * module, 29.4 * module))
        assert ring.getextrema() == (255, 255)
        assert read(symbol) == [one.url]
        # The edge that printers leave white, and the cutter's tolerance.
        inner = label.copy()
        inner.paste(255, box(300, 3.6, 3.6, stock.label_width - 7.2, stock.label_height - 7.2))
        assert inner.getextrema() == (255, 255)


def test_a_long_name_does_not_run_into_the_code_below_it() -> None:
    """The lower lines look the same under the longest name as under none."""
    full = {"name": "公厕12" * 50, "name_en": "Wide " * 40, "address": "街12号" * 66, "owner": "局" * 200}
    faces = [face(1, **dict.fromkeys(full, "")), face(1, **full)]
    image = picture(printed_sheets(faces).pdf, 0, 300)
    foot = box(300, 31.5, 1 + 29.6 - 31.5 / POINTS_PER_MM, 34.5, 31.5 / POINTS_PER_MM)
    lower = [cut(image, 300, cell, SHEET).crop(foot) for cell in cells(SHEET, 2)]
    # A cell starts at a fraction of a pixel, so edges may differ in grey but never in ink.
    assert max(ImageChops.difference(*lower).resize((40, 20), Image.Resampling.BOX).get_flattened_data()) < 60


ODD = (face(1, name="公厕\U0002a6a5"), face(2), face(3, address="😀 12"), face(4, name="مرحاض"))


def test_characters_outside_the_font_are_named_and_nothing_is_left(tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"
    with pytest.raises(Invalid) as refused:
        press(ODD, 4, order(), out)
    assert refused.value.code == "missing_glyph"
    for lang in ("zh-CN", "en"):
        sentence = refused.value.message(lang)
        assert [
            wanted for wanted in ("U+2A6A5", "U+1F600", "U+0645", "GC-0001, GC-0003") if wanted not in sentence
        ] == []
    assert refused.value.message("zh-CN") != refused.value.message("en")
    assert list(tmp_path.iterdir()) == []


def test_printed_anyway_they_are_a_mark_that_says_so_and_never_a_box() -> None:
    sheet = printed_sheets(ODD, order(anyway=True))
    (note,) = sheet.notes
    assert note.code == "missing_glyph"
    assert f"公厕{GETA}" in text_of(sheet.pdf)


def test_modules_are_eight_tenths_of_a_millimetre_and_a_long_host_is_told() -> None:
    assert prepare(order())[1].module == pytest.approx(0.8)
    far = "https://facility.longdistrict.wenzhou.gov.cn"
    sheet = printed_sheets([face(1, far)], order(public_url=far))
    assert [note.code for note in sheet.notes] == ["small_modules"]
    (cell,) = cells(SHEET, 1)
    assert read(cut(picture(sheet.pdf, 0, 300), 300, cell, SHEET)) == [face(1, far).url]
    assert "facility.longdistrict.wenzhou.gov.cn" in text_of(sheet.pdf)


def test_an_address_too_long_for_the_stock_is_refused() -> None:
    far = "https://" + "a" * 150 + ".cn"
    with pytest.raises(Invalid) as refused:
        printed_sheets([face(1, far)], order(public_url=far))
    assert refused.value.code == "symbol_too_dense"


def test_nothing_to_print_and_a_wrong_start_are_refused() -> None:
    with pytest.raises(Invalid) as nothing:
        printed_sheets([])
    with pytest.raises(Invalid) as start:
        printed_sheets([face(1)], order(start=25))
    assert (nothing.value.code, start.value.code) == ("no_labels", "bad_start")


def test_a_blank_label_has_its_code_and_the_notice() -> None:
    one = face(9)
    text = text_of(printed_sheets([LabelFace(one.code, one.url)]).pdf)
    assert printed(one.code) in text
    assert "此码从不要求付款" in text
    assert PUBLIC_URL.removeprefix("https://") in text
