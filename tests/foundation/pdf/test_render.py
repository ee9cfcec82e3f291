"""HTML to PDF: shut off from files and hosts, silent, with the bundled fonts only."""

from __future__ import annotations

import ctypes
import logging
from pathlib import Path

import pypdfium2
import pytest

from foundation.errors import StartRefused
from foundation.pdf import font_face_css, font_files, known_characters, leaves_ink, render_pdf, text_measure
from foundation.pdf.render import OutsideAddress


def page(body: str, style: str = "") -> str:
    return f"<!DOCTYPE html><html lang=zh><meta charset=utf-8><title>x</title><style>{style}</style>{body}"


def font_of(text: pypdfium2.PdfTextPage, index: int) -> str:
    name = ctypes.create_string_buffer(200)
    pypdfium2.raw.FPDFText_GetFontInfo(text, index, name, 200, ctypes.c_int())
    return name.value.decode().partition("+")[2]


def test_text_is_set_in_the_bundled_font_and_can_be_taken_out_again(caplog: pytest.LogCaptureFixture) -> None:
    fonts = font_files()
    style = font_face_css(fonts) + 'p { font-family: "Facility Sans" }'
    with caplog.at_level(logging.WARNING, "weasyprint"):
        pdf = render_pdf(page("<p>扫码报修 Scan 12 号</p>", style), fonts=fonts)
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    assert text.get_text_range().strip() == "扫码报修 Scan 12 号"
    assert {font_of(text, index) for index in range(text.count_chars())} == {"Facility-Sans"}
    assert not caplog.records


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/hostname">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="data:text/plain,hello">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<style>@import "file:///etc/a.css";</style>',
        '<style>@font-face { font-family: x; src: url("bundled:other.ttf") }</style>',
    ],
)
def test_a_page_that_asks_for_anything_else_is_not_printed(body: str) -> None:
    with pytest.raises(OutsideAddress):
        render_pdf(page(body), fonts=font_files())


def test_without_the_font_the_sentence_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(StartRefused) as refused:
        font_files(tmp_path)
    assert "script/setup" in refused.value.message("en")
    assert "script/setup" in refused.value.message("zh-CN")
    assert refused.value.message("en") != refused.value.message("zh-CN")


def test_the_built_assets_come_before_the_package(tmp_path: Path) -> None:
    built = tmp_path / "app" / "static" / "build" / "fonts"
    built.mkdir(parents=True)
    for font in font_files():
        (built / font.path.name).symlink_to(font.path)
    assert {font.path.parent for font in font_files(tmp_path)} == {built}


def test_what_no_face_can_draw_is_known_and_what_leaves_ink_too() -> None:
    known = known_characters(font_files())
    assert [char for char in "公厕😀ABC\U0002a6a5" if char not in known] == ["😀", "\U0002a6a5"]
    assert [char for char in "公😀 \u200b\n\ue000" if leaves_ink(char)] == ["公", "😀", "\ue000"]


def test_widths_are_those_of_the_face() -> None:
    regular, bold = font_files()
    assert text_measure(regular)("公厕") == pytest.approx(2.0)
    assert text_measure(regular)("12") < 1.2
    assert text_measure(bold)("Toilet") > text_measure(regular)("Toilet")
