"""Where the parts of a page are, as the layout tree tells it, and what is shut off."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from foundation.errors import Invalid
from foundation.pdf import OutsideAddress, font_face_css, font_files, lay_out, lay_out_apart
from foundation.pdf import apart as apart_module

FONTS = font_files()
MM = 72 / 25.4
PAGE = """<html lang="zh-CN"><head><style>{fonts}
@page {{ size: 70mm 37mm; margin: 0 }} body {{ margin: 0; font-family: "Facility Sans"; font-size: 10pt }}
p {{ margin: 0 }} {css}</style></head><body>{body}</body></html>"""


def page(body: str, css: str = "") -> str:
    return PAGE.format(fonts=font_face_css(FONTS), css=css, body=body)


def test_a_field_is_where_its_style_puts_it() -> None:
    css = (
        ".n { position: absolute; left: 31mm; top: 5mm; width: 34mm; height: 10mm; font: 700 12pt/1.15 'Facility Sans'}"
    )
    made = lay_out(page('<p class="n" data-field="name">国Hg0</p>', css), fonts=FONTS)
    (part,) = made.parts
    assert (part.left, part.top, part.width, part.height) == pytest.approx((31 * MM, 5 * MM, 34 * MM, 10 * MM))
    assert part.style is not None
    assert (part.style.size, part.style.weight, part.style.line_scales) == (pytest.approx(12), 700, True)
    # The face's own ascent and descent: 1160 and 288 thousandths.
    assert (part.style.ascent, part.style.descent) == pytest.approx((1.16, 0.288), abs=0.001)
    assert part.style.baseline(12) == pytest.approx((12 * 1.15 - 12 * 1.448) / 2 + 12 * 1.16, abs=0.01)
    assert (made.width, made.height, made.pages) == (pytest.approx(70 * MM), pytest.approx(37 * MM), 1)


def test_a_field_in_a_line_goes_on_to_its_end() -> None:
    body = '<p style="width:30mm">内容 <span data-field="name">国Hg0</span></p>'
    (part,) = lay_out(page(body), fonts=FONTS).parts
    assert part.inline_baseline == pytest.approx((10 * 1.448 - 14.48) / 2 + 11.6, abs=0.1)
    assert part.left + part.width == pytest.approx(30 * MM)


@pytest.mark.parametrize(
    ("body", "followed"),
    [
        ("<p>内容 {}</p>", False),
        ("<p>内容 <b>{}</b>\n</p>", False),
        ("<p>内容 {}<br>号</p>", False),
        ('<p>内容 {}<span style="position:absolute">号</span></p>', False),
        ('<p style="width:30mm">内容 {} 解放北路与环城东路</p>', True),
        ("<p>{} 号</p>", True),
        ("<p>{}<b>号</b></p>", True),
        ("<p><b>{}</b>号</p>", True),
        ('<p>{}<span style="display:inline-block;width:2mm"></span></p>', True),
    ],
)
def test_what_stands_behind_a_field_in_its_line_is_seen(body: str, followed: bool) -> None:
    (part,) = lay_out(page(body.format('<span data-field="name">国Hg0</span>')), fonts=FONTS).parts
    assert part.followed is followed


@pytest.mark.parametrize("mark", ["data-symbol", "data-photo", "data-stack"])
def test_what_holds_no_text_may_stand_in_a_line_and_be_empty(mark: str) -> None:
    part, field = lay_out(page(f'<p>国<b {mark}></b></p><p data-field="name">国Hg0</p>'), fonts=FONTS).parts
    assert (mark in part.data, field.data["data-field"]) == (True, "name")


def test_parts_of_a_stack_know_it() -> None:
    body = '<div data-stack style="height:20mm"><p data-field="a">国</p><p data-field="b">国</p></div>'
    stack, one, two = lay_out(page(body), fonts=FONTS).parts
    assert (stack.inside, one.inside, two.inside) == (None, 0, 0)
    assert two.top > one.top


def test_the_marked_texts_are_not_in_the_pdf_and_the_others_are() -> None:
    made = lay_out(page('<p data-field="name">样张</p><p>扫码报修</p>'), fonts=FONTS)
    text = pypdfium2.PdfDocument(made.pdf)[0].get_textpage().get_text_range()
    assert "扫码报修" in text
    assert "样张" not in text


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("p { font-style: italic }", "font-style: italic"),
        ("p { text-transform: uppercase }", "text-transform: uppercase"),
        ("p { text-decoration: underline }", "text-decoration-line"),
        ("body { opacity: 0.5 }", "opacity: 0.5"),
        ("body { transform: rotate(4deg) }", "transform"),
        ("p { font-family: serif }", "font-family: serif"),
    ],
)
def test_what_cannot_be_set_apart_is_told(css: str, told: str) -> None:
    (part,) = lay_out(page('<p data-field="name">国</p>', css), fonts=FONTS).parts
    assert any(why.startswith(told) for why in part.why_not), part.why_not


def test_an_ordinary_text_can_be_set_apart() -> None:
    (part,) = lay_out(page('<p data-field="name">国</p>', "p { color: #0f5b57; text-align: right }"), fonts=FONTS).parts
    assert part.why_not == ()
    assert part.style is not None
    assert (part.style.align, part.style.colour) == ("right", (0.0588, 0.3569, 0.3412))


@pytest.mark.parametrize("lay", [lay_out, lay_out_apart], ids=["here", "apart"])
@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://evil.example/x.png">',
        '<img src="file:///etc/passwd">',
        '<p style="background: url(https://evil.example/x)">x</p>',
        '<p style="background: url(data:image/svg+xml,%3Csvg/%3E)">x</p>',
        "<style>@import url(http://evil.example/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/fonts/x.ttf) } p { font-family: x }</style><p>x</p>",
    ],
)
def test_no_file_and_no_host_is_reached(lay, body: str) -> None:
    with pytest.raises(OutsideAddress):
        lay(page(body), fonts=FONTS)


def test_given_pictures_are_shown() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
    body = '<img src="template:mark.svg" style="display:block;width:70mm;height:37mm">'
    made = lay_out_apart(page(body), files={"template:mark.svg": (svg, "image/svg+xml")})
    assert pypdfium2.PdfDocument(made.pdf)[0].render(scale=1).to_pil().convert("L").getextrema()[0] == 0


def test_apart_and_here_are_the_same() -> None:
    body = '<p data-field="name">国Hg0</p>'
    assert lay_out_apart(page(body)).parts == lay_out(page(body), fonts=FONTS).parts


def test_a_page_that_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart_module, "WALL_SECONDS", 3)
    endless = "<table><tr>" + "<td>" * 3000 + "</table>" + "<div style='float:left'>x" * 4000
    with pytest.raises(Invalid) as refused:
        lay_out_apart(page(endless))
    assert refused.value.code == "template_too_much"
    assert refused.value.message("zh-CN") != refused.value.message("en")


def test_a_page_that_breaks_the_renderer_is_not_said_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart_module, "MEMORY_BYTES", 64 * 1024 * 1024)
    with pytest.raises(Invalid) as refused:
        lay_out_apart(page('<p data-field="name">国Hg0</p>'))
    assert refused.value.code == "template_too_much"
    assert "takes more than" not in refused.value.message("en")
    assert "within 10 seconds and the memory it may have" in refused.value.message("en")
    assert "10 秒和可用内存" in refused.value.message("zh-CN")


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by a process that ends by itself nor by one that is ended."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lay_out_apart(page('<p data-field="name">国Hg0</p>'))
    monkeypatch.setattr(apart_module, "CPU_SECONDS", 1)
    with pytest.raises(Invalid):
        lay_out_apart(page('<div style="display:flex">' * 30 + "x" + "</div>" * 30))
    assert list(tmp_path.iterdir()) == []
