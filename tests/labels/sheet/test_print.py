"""The printed sheet, as a printer and a phone see it: rasterised, decoded cell by cell, measured for ink."""

from __future__ import annotations

import logging
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from foundation.codes import new_code, printed
from foundation.errors import Invalid
from labels.qr import encode, label_url
from labels.sheet import LabelFace, PrintedSheet, print_sheet
from labels.sheet.geometry import place_parts
from labels.stock import STOCKS, Cell, Stock, cells

PUBLIC_URL = "https://qr.example.gov.cn"
SHEET = STOCKS["a4-3x8"]
NASTY = (
    {"name": "公" * 200, "name_en": "W" * 200, "address": "1" * 200, "owner": "中" * 200, "asset_code": "X" * 60},
    {"name": "A1公2厕3" * 33, "name_en": "a b " * 50, "address": "五马街12号，" * 30, "owner": "i" * 200},
    {"name": "<b>一&\"号'", "name_en": "</style><script>", "address": "{{ 7 * 7 }}", "owner": "\x00\u202e\n\t|"},
    {"name": "W" * 200, "kind_zh": "厕" * 40, "kind_en": "Q" * 40, "asset_code": "GC-0001"},
    {"name": "", "name_en": "", "address": "", "kind_zh": "", "kind_en": ""},
)


def face(number: int, public_url: str = PUBLIC_URL, **words: str) -> LabelFace:
    code = new_code(number.to_bytes(5, "big"))
    plain = LabelFace(
        code=code,
        url=label_url(public_url, code),
        kind_zh="公共厕所",
        kind_en="Public toilet",
        name=f"世纪广场东{number}号公厕",
        name_en=f"Century Square East {number}",
        address=f"鹿城区五马街道府前街{number}号",
        asset_code=f"GC-{number:04d}",
        owner="管理单位：鹿城区环卫中心",
    )
    return replace(plain, **words)


def picture(sheet: PrintedSheet, page: int, dpi: int) -> Image.Image:
    return pypdfium2.PdfDocument(sheet.pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()


def box(dpi: int, left: float, top: float, width: float, height: float) -> tuple[int, int, int, int]:
    corners = (left, top, left + width, top + height)
    return tuple(round(mm * dpi / 25.4) for mm in corners)  # type: ignore[return-value]


def cut(image: Image.Image, dpi: int, cell: Cell, stock: Stock) -> Image.Image:
    return image.crop(box(dpi, cell.left, cell.top, stock.label_width, stock.label_height))


def decoded(sheet: PrintedSheet, cell: Cell, dpi: int, stock: Stock = SHEET) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(cut(picture(sheet, cell.sheet, dpi), dpi, cell, stock))]


@pytest.mark.parametrize("dpi", [203, 300])
def test_each_label_is_read_in_its_own_cell_as_its_own_address(dpi: int, caplog: pytest.LogCaptureFixture) -> None:
    faces = [face(number) for number in range(30)]
    with caplog.at_level(logging.WARNING, "weasyprint"):
        sheet = print_sheet(faces, SHEET)
    pages = [picture(sheet, page, dpi) for page in range(2)]
    for one, cell in zip(faces, cells(SHEET, 30), strict=True):
        found = zxingcpp.read_barcodes(cut(pages[cell.sheet], dpi, cell, SHEET))
        assert [symbol.text for symbol in found] == [one.url]
    assert (sheet.labels, sheet.pages, sheet.warnings) == (30, 2, ())
    assert not caplog.records


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.key)
def test_every_stock_prints_readable_labels(stock: Stock) -> None:
    faces = [face(number) for number in range(stock.per_sheet)]
    sheet = print_sheet(faces, stock)
    image = picture(sheet, 0, 203)
    for one, cell in zip(faces, cells(stock, stock.per_sheet), strict=True):
        assert [symbol.text for symbol in zxingcpp.read_barcodes(cut(image, 203, cell, stock))] == [one.url]


def test_a_sheet_already_begun_is_filled_from_the_start_position() -> None:
    sheet = print_sheet([face(1), face(2)], SHEET, start=5)
    empty = list(cells(SHEET, 4))
    image = picture(sheet, 0, 203)
    assert all(cut(image, 203, cell, SHEET).getextrema() == (255, 255) for cell in empty)
    assert [decoded(sheet, cell, 203) for cell in cells(SHEET, 2, 5)] == [[face(1).url], [face(2).url]]


def test_the_page_is_exactly_a4_and_the_pages_are_counted() -> None:
    sheet = print_sheet([face(number) for number in range(30)], SHEET, start=20)
    document = pypdfium2.PdfDocument(sheet.pdf)
    assert len(document) == sheet.pages == 3
    for page in document:
        assert page.get_mediabox() == pytest.approx((0, 0, 210 / 25.4 * 72, 297 / 25.4 * 72), abs=0.01)


def test_the_words_can_be_taken_out_of_the_pdf() -> None:
    sheet = print_sheet([face(7)], SHEET)
    text = pypdfium2.PdfDocument(sheet.pdf)[0].get_textpage().get_text_range()
    wanted = (
        printed(face(7).code),
        "世纪广场东7号公厕",
        "Century Square East 7",
        "鹿城区五马街道府前街7号",
        "公共厕所 Public toilet",
        "管理单位：鹿城区环卫中心",
        "扫码报修 · Scan to report",
        "此码从不要求付款 · Never asks for payment",
        "qr.example.gov.cn",
        "GC-0007",
    )
    for words in wanted:
        assert words in text


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.key)
def test_no_word_leaves_its_place_whatever_it_says(stock: Stock) -> None:
    faces = [face(number, **words) for number, words in enumerate(NASTY)]
    sheet = print_sheet(faces, stock)
    image = picture(sheet, 0, 300)
    parts = place_parts(stock, encode(faces[0].url).full_size)
    module = parts.module
    for one, cell in zip(faces, cells(stock, len(faces)), strict=True):
        label = cut(image, 300, cell, stock)
        # The symbol with its quiet zone: exactly the modules, and white around them.
        symbol = label.crop(box(300, parts.symbol_left, parts.symbol_top, parts.symbol_side, parts.symbol_side))
        ring = symbol.copy()
        ring.paste(255, box(300, 3.9 * module, 3.9 * module, 29.2 * module, 29.2 * module))
        assert ring.getextrema() == (255, 255)
        assert [found.text for found in zxingcpp.read_barcodes(symbol)] == [one.url]
        # The edge that printers leave white, and the cutter's tolerance.
        inner = label.copy()
        inner.paste(255, box(300, 3.6, 3.6, stock.label_width - 7.2, stock.label_height - 7.2))
        assert inner.getextrema() == (255, 255)


def test_a_long_name_does_not_run_into_the_code_below_it() -> None:
    """The lower lines look the same under the longest name as under none."""
    bare = face(1, name="", name_en="", address="", owner="")
    full = replace(bare, name="公厕12" * 50, name_en="Wide " * 40, address="街12号" * 66, owner="局" * 200)
    sheet = print_sheet([bare, full], SHEET)
    image = picture(sheet, 0, 300)
    parts = place_parts(SHEET, encode(bare.url).full_size)
    foot = box(300, parts.column_left, parts.strip_top - 31.5 / 72 * 25.4, parts.column_width, 31.5 / 72 * 25.4)
    lower = [cut(image, 300, cell, SHEET).crop(foot) for cell in cells(SHEET, 2)]
    # A cell starts at a fraction of a pixel, so edges may differ in grey but never in ink.
    assert max(ImageChops.difference(*lower).resize((40, 20), Image.Resampling.BOX).get_flattened_data()) < 60


def test_characters_outside_the_font_are_reported_and_not_passed_over() -> None:
    sheet = print_sheet([face(1, name="公厕\U0002a6a5"), face(2), face(3, address="😀 12")], SHEET)
    (warning,) = sheet.warnings
    assert warning.code == "missing_glyph"
    for lang in ("zh-CN", "en"):
        sentence = warning.message(lang)  # type: ignore[arg-type]
        assert "U+2A6A5" in sentence
        assert "U+1F600" in sentence
        assert "GC-0001, GC-0003" in sentence
    assert warning.message("zh-CN") != warning.message("en")


def test_modules_are_eight_tenths_of_a_millimetre_and_a_long_host_is_told() -> None:
    assert place_parts(SHEET, 37).module == pytest.approx(0.8)
    far = "https://facility.longdistrict.wenzhou.gov.cn"
    sheet = print_sheet([face(1, far)], SHEET)
    assert [warning.code for warning in sheet.warnings] == ["small_modules"]
    (cell,) = cells(SHEET, 1)
    assert decoded(sheet, cell, 300) == [face(1, far).url]
    text = pypdfium2.PdfDocument(sheet.pdf)[0].get_textpage().get_text_range()
    assert "facility.longdistrict.wenzhou.gov.cn" in text


def test_an_address_too_long_for_the_stock_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        print_sheet([face(1, "https://" + "a" * 150 + ".cn")], SHEET)
    assert refused.value.code == "symbol_too_dense"


def test_nothing_to_print_and_a_wrong_start_are_refused() -> None:
    with pytest.raises(Invalid) as nothing:
        print_sheet([], SHEET)
    with pytest.raises(Invalid) as start:
        print_sheet([face(1)], SHEET, start=25)
    assert (nothing.value.code, start.value.code) == ("no_labels", "bad_start")


def test_a_blank_label_has_its_code_and_the_notice() -> None:
    code = face(9).code
    sheet = print_sheet([LabelFace(code, label_url(PUBLIC_URL, code))], SHEET)
    text = pypdfium2.PdfDocument(sheet.pdf)[0].get_textpage().get_text_range()
    assert printed(code) in text
    assert "此码从不要求付款" in text
