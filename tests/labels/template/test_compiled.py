"""A template laid out for a stock: what is strange prints all the same, what cannot be printed says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from foundation.errors import Invalid
from foundation.pdf import font_files, open_pages
from labels.press import PrintOrder, prepare
from labels.press.reference import render_sheets
from labels.stock import STOCKS, Stock, cells
from labels.template import Template, compile_template, read_template
from tests.labels.press.material import PUBLIC_URL, cut, face, order, picture, printed_sheets, read, text_of, unmatched
from tests.labels.template.material import photos, pressed

MANIFEST = """
key = "mine"
zh = "自制"
en = "Home made"
[symbol]
beside_mm = 30
below_mm = 4
[use]
distance_mm = 100
"""
HTML = """
<div class="qr" data-symbol></div>
<section class="side">
<h2>{{ name }}</h2>
<p class="where">地址：{{ address }}</p>
<p class="right">{{ code }}</p>
</section>
"""
CSS = """
.qr { position: absolute; left: 1mm; top: 1mm }
.side { position: absolute; left: calc(var(--symbol) + 2mm); top: 3mm; width: calc(var(--width) - var(--symbol) - 5mm) }
h2 { height: 12mm; font-size: 11pt; font-weight: 700; color: #0f5b57 }
.where { font-size: 7pt }
.right { font-size: 9pt; text-align: right }
"""


def template(html: str = HTML, css: str = CSS, manifest: str = MANIFEST, **pictures: bytes) -> Template:
    """An operator's template."""
    files = {"manifest.toml": manifest, "label.html": html, "label.css": css}
    own = {name.replace("_", "."): data for name, data in pictures.items()}
    return read_template({name: text.encode() for name, text in files.items()} | own, revision=1)


def mine(stock: Stock = STOCKS["a4-3x8"], **parts: str) -> PrintOrder:
    """An order for it."""
    plain = order(stock)
    return PrintOrder(template(**parts), stock, plain.prefix)


def refusal(**parts: str) -> Invalid:
    with pytest.raises(Invalid) as refused:
        compile_template(template(**parts), STOCKS["a4-3x8"], 29, font_files(), title="x")
    assert refused.value.message("zh-CN") != refused.value.message("en")
    return refused.value


def test_an_operators_own_template_prints_and_reads() -> None:
    faces = [face(number) for number in range(24)]
    sheet = printed_sheets(faces, mine())
    stock = STOCKS["a4-3x8"]
    image = picture(sheet.pdf, 0, 300)
    assert [read(cut(image, 300, cell, stock)) for cell in cells(stock, 24)] == [[one.url] for one in faces]
    text = text_of(sheet.pdf)
    assert "世纪广场东3号公厕" in text
    assert "鹿城区五马街道府前街3号" in text
    assert prepare(mine())[1].reasons == ()


def test_a_field_in_a_line_stands_behind_its_words_and_is_cut_at_the_edge() -> None:
    long = face(1, address="解放北路" * 40)
    text = text_of(printed_sheets([long], mine()).pdf)
    assert "…" in text
    (line,) = [line for line in text.splitlines() if "解放北路解放" in line]
    assert line.startswith("地址：") or "地址：" in text


# Nothing of it has a height or a place of its own: what stands below a field stands where the field lets it.
FLOWING = """
<div class="qr" data-symbol></div>
<section class="side">
<p class="name" data-sizes="1 0.5/2">{{ name }}</p>
<p><b class="in-line">{{ name_en }}</b></p>
<p class="where">地址：{{ address }}</p>
<div class="stack" data-stack><p class="small">{{ kind }}</p><p class="small">{{ owner }}</p></div>
<p class="right">{{ code }}</p>
<p class="where">扫码报修</p>
</section>
"""
FLOWING_CSS = """
.qr { position: absolute; left: 1mm; top: 1mm }
.side { position: absolute; left: calc(var(--symbol) + 2mm); top: 2mm; width: calc(var(--width) - var(--symbol) - 5mm) }
.name { font-size: 11pt; font-weight: 700 } .in-line { font-size: 10pt; letter-spacing: 0.02em }
.stack { height: 7mm } .small { font-size: 7pt }
.where { font-size: 7pt; line-height: 1.3em } .right { font-size: 9pt; text-align: right }
"""
SHORT = {
    "name": "府前街公厕",
    "name_en": "Fuqian Road",
    "address": "府前街12号",
    "kind": "公厕 Toilet",
    "owner": "环卫中心",
}
CHANGED = [
    *({name: ""} for name in SHORT),
    dict.fromkeys(SHORT, ""),
    *({name: "解放北路与环城东路交叉口 Corner"} for name in SHORT),
]


def test_an_empty_or_small_text_keeps_its_place_and_in_a_stack_takes_none_in_both_renderers() -> None:
    made = mine(html=FLOWING, css=FLOWING_CSS)
    faces = [face(number, **SHORT | words) for number, words in enumerate([{}, *CHANGED])]
    table, compiled = prepare(made)
    placed = [(cell, one.filled()) for cell, one in zip(cells(made.stock, len(faces)), faces, strict=True)]
    reference = render_sheets(compiled, table, [placed])
    with open_pages(printed_sheets(faces, made).pdf) as ours, open_pages(reference) as theirs:
        one, two = ours.grey(0, 150), theirs.grey(0, 150)
    assert (unmatched(one, two), unmatched(two, one)) == (0, 0)


def test_each_label_has_its_own_photo_in_both_renderers_whatever_it_is_called() -> None:
    css = CSS + ".picture { position: absolute; left: 52mm; top: 23mm; width: 14mm; height: 12mm }"
    made = mine(html=HTML + '<div class="picture" data-photo></div>', css=css)
    names = ("flat", "tall", "照片 %31#?.jpg", "tall", "", "lost")
    faces = [replace(face(number), photo=name) for number, name in enumerate(names)]
    table, compiled = prepare(made)
    placed = [(cell, one.filled()) for cell, one in zip(cells(made.stock, len(faces)), faces, strict=True)]
    reference = render_sheets(compiled, table, [placed], _without_the_lost)
    with open_pages(pressed(faces, made, _without_the_lost).pdf) as ours, open_pages(reference) as theirs:
        one, two = ours.grey(0, 150), theirs.grey(0, 150)
    assert (unmatched(one, two), unmatched(two, one)) == (0, 0)


def _without_the_lost(names: Iterable[str]) -> Mapping[str, bytes]:
    return photos(name for name in names if name != "lost")


def test_pictures_of_its_own_are_shown() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="#000"/></svg>'
    html = HTML + '<img class="mark" src="template:mark.svg" alt="">'
    css = CSS + ".mark { position: absolute; left: 60mm; top: 30mm; width: 4mm; height: 4mm }"
    made = PrintOrder(template(html, css, mark_svg=svg), STOCKS["a4-3x8"], order().prefix)
    (cell, *_) = cells(made.stock, 1)
    label = cut(picture(printed_sheets([face(1)], made).pdf, 0, 100), 100, cell, made.stock)
    assert label.getpixel((round(62 / 25.4 * 100), round(32 / 25.4 * 100))) < 40


@pytest.mark.parametrize(
    "css", [".where { font-style: italic }", ".side { opacity: 0.9 }", "h2 { text-transform: uppercase }"]
)
def test_what_cannot_be_stamped_is_drawn_label_by_label_and_says_so(css: str) -> None:
    sheet = printed_sheets([face(1), face(2)], mine(css=CSS + css))
    assert [note.code for note in sheet.notes] == ["reference"]
    assert sheet.checked == 2
    stock = STOCKS["a4-3x8"]
    image = picture(sheet.pdf, 0, 300)
    assert [read(cut(image, 300, cell, stock)) for cell in cells(stock, 2)] == [[face(1).url], [face(2).url]]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"html": HTML + '<img src="https://evil.example/x.png">'}, "template_outside"),
        ({"html": HTML + '<img src="file:///etc/passwd">'}, "template_outside"),
        ({"css": "@import url(http://evil.example/x.css);" + CSS}, "template_outside"),
        ({"css": CSS + ".side { background: url(file:///etc/hostname) }"}, "template_outside"),
        (
            {"css": CSS + "@font-face { font-family: x; src: url(http://evil.example/x) } p { font-family: x }"},
            "template_outside",
        ),
        ({"html": HTML + '<img src="template:none.png">'}, "template_outside"),
        ({"html": HTML + '<img src="photo:0">'}, "template_outside"),
        ({"css": CSS + ".qr { display: none }"}, "template_symbol"),
        ({"css": CSS + "h2 { display: none }"}, "template_field"),
        ({"css": CSS + ".side { left: 69mm; width: 30mm }"}, "template_overflow"),
        ({"css": CSS + ".side { width: 0 }"}, "template_overflow"),
        ({"html": HTML.replace("{{ address }}", "{{ address }} 附近")}, "template_field"),
        ({"html": HTML.replace("{{ address }}", "{{ address }} {{ street }}")}, "template_field"),
        ({"html": HTML.replace("{{ address }}", "<b>{{ address }}</b>）")}, "template_field"),
        ({"html": HTML.replace("<h2>", '<h2 data-sizes="9">')}, "template_field"),
        ({"html": HTML.replace("<h2>", '<h2 data-lines="two">')}, "template_field"),
        ({"manifest": MANIFEST.replace("[symbol]", "[size]\nwidth_mm = 50\nheight_mm = 9\n[symbol]")}, "template_size"),
        ({"manifest": MANIFEST.replace("beside_mm = 30", "beside_mm = 60")}, "symbol_too_dense"),
    ],
)
def test_what_cannot_be_printed_says_why(parts: dict[str, str], code: str) -> None:
    assert refusal(**parts).code == code


def test_a_template_that_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.pdf.apart.WALL_SECONDS", 3)
    assert refusal(html=HTML + "<b class=f>x" * 7000, css=CSS + ".f { float: left }").code == "template_too_much"


def test_symbols_of_another_level_are_larger_and_read() -> None:
    plate = mine(manifest=MANIFEST.replace("[symbol]", '[symbol]\nlevel = "H"'))
    assert prepare(plate)[0].size == 33
    sheet = printed_sheets([face(1)], plate)
    (cell,) = cells(plate.stock, 1)
    assert read(cut(picture(sheet.pdf, 0, 300), 300, cell, plate.stock)) == [face(1, PUBLIC_URL).url]
