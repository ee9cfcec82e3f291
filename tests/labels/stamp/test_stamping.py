"""A stamped sheet is the reference renderer's own, pixel by pixel, and its text, glyphs and metadata are whole."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

import pikepdf
import pypdfium2
import pytest

from foundation.pdf import open_pages
from labels.press import prepare
from labels.press.reference import render_sheets
from labels.sheet import LabelFace
from labels.stamp import Shift
from labels.stock import STOCKS, cells
from labels.template import read_template, shipped_template
from tests.labels.press.material import SHEET, cut, face, order, picture, printed_sheets, read, text_of, unmatched

# Digits beside Chinese and beside Latin, kerned pairs, full-width marks, accents, long ones that shrink and wrap.
WORDS = (
    {"name": "解放路24号公厕", "name_en": "fi fl office affluent"},
    {"name": "AVATAR Tower 24, To."},
    {"name": "第3座 A1 “城市驿站”"},
    {"name": "解放北路与环城东路交叉口东北角第12号二类公共厕所（含母婴室）"},
    {"name": "Café Zürich № 7 — Été", "address": "五马街12号—3幢，B1层"},
    {"name": "公", "name_en": "", "address": "", "owner": "0577-8888 1234 市容环卫一所"},
    {"name": "WAVE 24h 驿站 P.O. Fly", "kind": "人行天桥 Pedestrian bridge"},
    {"name": "W" * 90, "name_en": "fi fl ffi office affluent", "address": "一二三四五六七八九十" * 9},
)


def sheet_of(count: int) -> list[LabelFace]:
    return [face(number, **WORDS[number % len(WORDS)]) for number in range(count)]


def test_every_pixel_has_its_match_in_the_reference_renderers_page() -> None:
    faces = sheet_of(24)
    pdf = printed_sheets(faces).pdf
    table, compiled = prepare(order())
    placed = [(cell, one.filled()) for cell, one in zip(cells(SHEET, 24), faces, strict=True)]
    reference = render_sheets(compiled, table, [placed])
    with open_pages(pdf) as ours, open_pages(reference) as theirs:
        one, two = ours.grey(0, 150), theirs.grey(0, 150)
    assert (one.width, one.height) == (two.width, two.height)
    assert (unmatched(one, two), unmatched(two, one)) == (0, 0)


def test_the_comparison_sees_a_digit_that_differs() -> None:
    faces = sheet_of(24)
    other = [*faces[:5], face(5, name="公", name_en="", address="", owner="0577-8888 1235 市容环卫一所"), *faces[6:]]
    with open_pages(printed_sheets(faces).pdf) as ours, open_pages(printed_sheets(other).pdf) as theirs:
        assert unmatched(ours.grey(0, 150), theirs.grey(0, 150)) > 0


@pytest.fixture
def opened() -> Iterator[Callable[[bytes], pikepdf.Pdf]]:
    """Opens PDFs for the time of a test."""
    with contextlib.ExitStack() as stack:
        yield lambda pdf: stack.enter_context(pikepdf.open(io.BytesIO(pdf)))


def _fonts(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    return list(document.pages[0].Resources.Font.values())


def test_every_glyph_used_is_in_the_embedded_face_and_reads_as_its_character(opened) -> None:
    pdf = printed_sheets(sheet_of(24)).pdf
    text = text_of(pdf)
    wanted = ("解放路24号公厕", "AVATAR Tower", "№ 7", "五马街12号—3幢，B1层", "WAVE 24h 驿站", "affluent", "GC-0007")
    assert [words for words in wanted if words not in text] == []
    for font in _fonts(opened(pdf)):
        mapped = set(re.findall(rb"^<([0-9A-F]{4})> <(?!FFFF)", font.ToUnicode.read_bytes(), re.MULTILINE))
        assert b"0000" not in mapped
        assert mapped
        descendant = font.DescendantFonts[0]
        assert len(descendant.FontDescriptor.FontFile2.read_bytes()) > 1000
        assert re.fullmatch(r"/[A-Z]{6}\+NotoSansSC_\d+\w+", str(descendant.BaseFont))


@pytest.mark.parametrize("first", ["odd", "plain"])
def test_one_glyph_of_several_characters_reads_as_each_line_has_it(first: str, opened) -> None:
    """⼯ and 工, · and •, … and ⋯ are one glyph each: the first label of a job must not decide for the others."""
    odd, plain = "⼯人路•一号⋯", "工人路·二号胶／木…"
    names = (odd, plain) if first == "odd" else (plain, odd)
    pdf = printed_sheets([face(number, name=name) for number, name in enumerate(names)]).pdf
    lines = text_of(pdf).splitlines()
    assert [name for name in names if name not in lines] == []
    document = opened(pdf)
    whole = b"".join(font.ToUnicode.read_bytes() for font in _fonts(document))
    read_as = set(re.findall(rb"^<[0-9A-F]{4}> <([0-9A-F]+)>", whole, re.MULTILINE))
    for usual, other in ("工⼯", "·•", "…⋯", "胶㬵", "／∕"):
        assert usual.encode("utf-16-be").hex().upper().encode() in read_as
        assert other.encode("utf-16-be").hex().upper().encode() not in read_as
    content = document.pages[0].Contents.read_bytes()
    said = re.findall(rb"/ActualText <FEFF([0-9A-F]+)>>> BDC \[[^\]]+\]TJ EMC", content)
    assert [bytes.fromhex(text.decode()).decode("utf-16-be") for text in said] == [odd]


def test_the_faces_hold_only_what_the_job_uses() -> None:
    small, large = printed_sheets([face(1)]).pdf, printed_sheets(sheet_of(24)).pdf
    assert len(small) < len(large) < 300_000


def test_a_line_of_extracted_text_is_one_line() -> None:
    lines = text_of(printed_sheets([face(1)]).pdf).splitlines()
    assert "世纪广场东1号公厕" in lines
    assert "qr.example.gov.cn" in lines


@pytest.mark.parametrize("shift", [Shift(right=2.0, down=-1.5), Shift(across=1.01, along=0.99)])
def test_a_printers_error_is_undone(shift: Shift) -> None:
    """What a printer draws too far right is printed further left, by as much; the check looks where it now is."""
    faces = [face(number) for number in range(24)]
    sheet = printed_sheets(faces, order(shift=shift))
    assert sheet.checked == 24
    plain, moved = (picture(pdf, 0, 300) for pdf in (printed_sheets(faces).pdf, sheet.pdf))
    # The lower right symbol's upper left corner, in millimetres from the page's own.
    corners = []
    for image in (plain, moved):
        found = cut(image, 300, list(cells(SHEET, 24))[12], SHEET)
        assert read(found) == [faces[12].url]
        corners.append(_first_ink(image))
    (x, y), (x2, y2) = corners
    assert x2 == pytest.approx(x / shift.across - shift.right, abs=0.1)
    assert y2 == pytest.approx(y / shift.along - shift.down, abs=0.1)


def _first_ink(image: object) -> tuple[float, float]:
    left, top, _, _ = image.point(lambda tone: 255 if tone < 128 else 0).getbbox()
    return left / 300 * 25.4, top / 300 * 25.4


def test_symbols_for_a_printer_of_few_dots_stand_on_its_dots() -> None:
    """At 203 dpi every module is a whole number of dots, so dark and light ones are alike."""
    stock = STOCKS["roll-70x40-203"]
    image = picture(printed_sheets([face(1)], order(stock)).pdf, 0, 203)
    _, compiled = prepare(order(stock))
    dots = compiled.module * 203 / 25.4
    assert dots == pytest.approx(round(dots), abs=0.01)
    runs = {len(run) for run in re.findall(b"\x00+", _row_of_symbol(image))}
    assert {run % round(dots) for run in runs} == {0}


def _row_of_symbol(image: object) -> bytes:
    """One row of pixels through the upper finder patterns, black as 0."""
    width, height = image.size
    left = image.crop((0, 0, width * 9 // 20, height)).point(lambda tone: 255 if tone >= 128 else 0)
    box = left.point(lambda tone: 255 - tone).getbbox()
    return bytes(left.crop((0, box[1] + 2, width * 9 // 20, box[1] + 3)).tobytes())


@pytest.mark.parametrize("who", ["template", "stock"])
@pytest.mark.parametrize("css", [b"", b".asset { transform: rotate(1deg) }"], ids=["stamped", "drawn"])
def test_who_prints_for_a_print_shop_gets_pdf_a_with_its_profile(opened, who: str, css: bytes) -> None:
    files = dict(shipped_template("sheet-label").files)
    files["label.css"] += css
    asked = order()
    if who == "template":
        files["manifest.toml"] = b"pdf_a = true\n" + files["manifest.toml"]
    else:
        asked = replace(asked, stock=replace(asked.stock, pdf_a=True))
    pdf = printed_sheets([face(1)], replace(asked, template=read_template(files, revision=1))).pdf
    document = opened(pdf)
    metadata = document.Root.Metadata.read_bytes()
    assert b"pdfaid:part" in metadata
    assert b"<pdfaid:conformance>U" in metadata or b'pdfaid:conformance="U"' in metadata
    assert document.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    assert all("/ToUnicode" in font for font in _fonts(document))


def test_sheets_share_their_furniture_and_faces(opened) -> None:
    faces = sheet_of(72)
    pdf = printed_sheets(faces).pdf
    document = opened(pdf)
    resources = {page.obj.Resources.objgen for page in document.pages}
    assert len(document.pages) == 3
    assert len(resources) == 1
    assert [len(list(group)) for _, group in groupby(cells(SHEET, 72), key=lambda cell: cell.sheet)] == [24, 24, 24]
    assert len(pypdfium2.PdfDocument(pdf)) == 3
