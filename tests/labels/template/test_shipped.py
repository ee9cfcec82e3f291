"""The templates that ship: each on each of its stocks, with ordinary and impossible words, as printed and as read."""

from __future__ import annotations

import contextlib
import functools
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from foundation.codes import printed
from foundation.pdf import open_pages
from labels.press import prepare
from labels.press.reference import render_sheets
from labels.sheet import LabelFace
from labels.stock import MM_PER_INCH, STOCKS, Stock, cells
from labels.template import Compiled, Template, shipped_templates
from labels.template.binding import FIELDS
from labels.template.compiled import POINTS_PER_MM
from registry.catalogue import catalogue
from tests.conftest import ROOT
from tests.labels.press.material import Sheets, order, text_of, unmatched
from tests.labels.template.material import asset_for, face_with, photos, pressed, words_for

TEMPLATES = list(shipped_templates().values())
CASES = [
    pytest.param(template, stock, id=f"{template.key}-{stock.key}")
    for template in TEMPLATES
    for stock in STOCKS.values()
    if template.manifest.takes(stock.label_width, stock.label_height)
]
ONE_CASE = {template.key: stock for template, stock in (case.values for case in reversed(CASES))}
# Room for every word: of a template for many sizes, its largest label.
ROOMY = {
    template.key: stock
    for template, stock in sorted((case.values for case in CASES), key=lambda one: one[1].label_height)
}
EACH = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
NASTY = {
    "han": "公" * 400,
    "wide": "W" * 400,
    "mixed": "A1公2厕3（" * 60,
    "one word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "commas": "五马街12号，" * 60,
    "markup": "<b>{{ name }}</b>&amp;\n\t\x00 ‮",
}


def _photo(template: Template, name: str = "flat") -> str:
    return name if template.bound.photos else ""


def _printed(template: Template, stock: Stock, *faces: LabelFace) -> Sheets:
    """Printed, stamped and checked."""
    return pressed(faces, order(stock, template=template.key))


def _compiled(template: Template, stock: Stock) -> Compiled:
    return prepare(order(stock, template=template.key))[1]


def _label(pdf: bytes, stock: Stock, dpi: int) -> Image.Image:
    """The first label of a job in grey, cut out along its edge."""
    with open_pages(pdf) as pages:
        raster = pages.grey(0, dpi, _box(stock))
    return Image.frombytes("L", (raster.width, raster.height), bytes(raster.pixels), "raw", "L", raster.stride)


def _box(stock: Stock, around: float = 0.0) -> tuple[float, float, float, float] | None:
    """The first label on its page in points, and so many millimetres around it; none where the page is the label."""
    if not stock.extra and (stock.page_width, stock.page_height) == (stock.label_width, stock.label_height):
        return None
    left, top = stock.margin_left + stock.extra - around, stock.margin_top + stock.extra - around
    right, bottom = left + stock.label_width + 2 * around, top + stock.label_height + 2 * around
    return (left * POINTS_PER_MM, top * POINTS_PER_MM, right * POINTS_PER_MM, bottom * POINTS_PER_MM)


def test_six_templates_ship_and_each_has_a_stock() -> None:
    assert [template.key for template in TEMPLATES] == [
        "sheet-label", "asset-card", "bridge-plate", "door-poster", "garbage-notice", "tree-tag",
    ]  # fmt: skip
    assert {case.values[0].key for case in CASES} == {template.key for template in TEMPLATES}
    assert {stock.key for _, stock in (case.values for case in CASES)} == set(STOCKS)


@pytest.mark.parametrize(("template", "stock"), CASES)
def test_each_is_stamped_and_passes_its_own_check(template: Template, stock: Stock) -> None:
    assert _compiled(template, stock).reasons == ()
    faces = [face_with(words_for(template), number=1, photo=_photo(template))]
    faces += [
        face_with(dict.fromkeys(template.bound.fields, text), number=number, photo=_photo(template, "tall"))
        for number, text in enumerate(NASTY.values(), start=2)
    ]
    faces += [face_with({}, number=9)]
    job = _printed(template, stock, *faces)
    assert (job.labels, job.checked) == (len(faces), len(faces))
    assert {note.code for note in job.notes} <= {"small_modules"}


@EACH
def test_one_language_alone_prints_as_well(template: Template) -> None:
    words = words_for(template)
    zh = {name: text for name, text in words.items() if not name.endswith(("_en", ".en", "_latin"))}
    en = {name: text for name, text in words.items() if text.isascii()}
    job = _printed(template, ONE_CASE[template.key], face_with(zh, number=1), face_with(en, number=2))
    assert job.checked == 2


@EACH
def test_every_attribute_is_a_public_one_of_the_templates_kinds(template: Template) -> None:
    asked = {name.split(".")[1] for name in template.bound.fields if name.startswith("attribute.")}
    assert not asked or template.manifest.kinds
    for kind in template.manifest.kinds:
        public = {attribute.key for attribute in catalogue().kind(kind).attributes if attribute.public}
        assert asked - public == set()


@EACH
def test_every_word_of_the_asset_is_printed_whole_and_can_be_taken_out(template: Template) -> None:
    words = words_for(template)
    assert [name for name, text in words.items() if not text] == []
    one = face_with(words, photo=_photo(template))
    text = _unbroken(text_of(_printed(template, ROOMY[template.key], one).pdf))
    filled = one.filled()
    own = {name: filled.words[name] for name in template.bound.fields}
    assert [(name, said) for name, said in own.items() if _unbroken(said) not in text] == []
    assert printed(one.code) in text


def _unbroken(text: str) -> str:
    return "".join(text.split())


@EACH
def test_each_says_in_both_languages_what_to_do_and_what_is_never_asked(template: Template) -> None:
    text = text_of(_printed(template, ONE_CASE[template.key], face_with({})).pdf)
    assert "扫" in text
    assert "Scan" in text
    assert any(words in text for words in ("从不要求付款", "从不收钱"))
    assert any(words in text for words in ("Never asks for payment", "Never any payment"))


@pytest.mark.parametrize("dpi", [150])
@pytest.mark.parametrize(("template", "stock"), CASES)
def test_no_word_leaves_its_place_whatever_it_says(template: Template, stock: Stock, dpi: int) -> None:
    """Beside the same label without words, only the places of words have changed."""
    compiled = _compiled(template, stock)
    places = Image.new("L", _label(_printed(template, stock, face_with({})).pdf, stock, dpi).size, 255)
    draw = ImageDraw.Draw(places)
    for place in _places(compiled, dpi):
        draw.rectangle(place, fill=0)
    empty = _label(_printed(template, stock, face_with({})).pdf, stock, dpi)
    for text in NASTY.values():
        full = _label(_printed(template, stock, face_with(dict.fromkeys(template.bound.fields, text))).pdf, stock, dpi)
        outside = ImageChops.multiply(ImageChops.difference(full, empty), places)
        assert outside.getbbox() is None, text[:20]


def _places(compiled: Compiled, dpi: int) -> Iterator[tuple[float, ...]]:
    """Where words may stand, in pixels: of each field or its stack, half a millimetre more for braces and tails."""
    edge, parts = compiled.sizes.bleed * POINTS_PER_MM, compiled.layout.parts
    for text in compiled.texts:
        part = text.part if text.stack is None else parts[text.stack]
        sides = (part.left, part.top, part.left + part.width, part.top + max(part.height, text.slot.height))
        more = (-TAILS, -TAILS, TAILS, TAILS)
        yield tuple(
            ((side - edge) / POINTS_PER_MM + add) * dpi / MM_PER_INCH for side, add in zip(sides, more, strict=True)
        )


TAILS = 0.5


@EACH
def test_every_pixel_has_its_match_in_the_reference_renderers_page(template: Template) -> None:
    stock = ONE_CASE[template.key]
    one = face_with(words_for(template), photo=_photo(template, "tall"))
    table, compiled = prepare(order(stock, template=template.key))
    reference = render_sheets(compiled, table, [list(zip(cells(stock, 1), [one.filled()], strict=True))], photos)
    with open_pages(_printed(template, stock, one).pdf) as ours, open_pages(reference) as theirs:
        label, other = ours.grey(0, 150, _box(stock)), theirs.grey(0, 150, _box(stock))
    assert (label.width, label.height) == (other.width, other.height)
    assert (unmatched(label, other), unmatched(other, label)) == (0, 0)


def test_a_photo_keeps_its_proportions_and_covers_the_frame() -> None:
    card, stock = shipped_templates()["asset-card"], STOCKS["a4-2x5-cards"]
    left, top, width, height = (value / POINTS_PER_MM * 300 / MM_PER_INCH for value in _compiled(card, stock).photo)
    place = (left + 2, top + 2, left + width - 2, top + height - 2)
    without, tall, flat = (
        _label(_printed(card, stock, face_with({}, photo=name)).pdf, stock, 300).crop(tuple(map(round, place)))
        for name in ("", "tall", "flat")
    )
    assert min(without.get_flattened_data()) > 150
    assert max(flat.get_flattened_data()) < 240
    # As wide as its place, an upright picture shows its middle: where the flat one has sky, there is the roof.
    top_of_roof = (flat.width * 46 // 100, flat.height // 20)
    assert (flat.getpixel(top_of_roof) > 150, tall.getpixel(top_of_roof) < 120) == (True, True)


SIDES = {"garbage-notice": 60.0, "door-poster": 70.0, "bridge-plate": 40.0, "tree-tag": 29.0}


@pytest.mark.parametrize("key", SIDES)
@pytest.mark.parametrize("host", ["q.gov.cn", "qr.lucheng.gov.cn", "facility.longdistrict.wenzhou.gov.cn"])
def test_the_symbol_is_as_large_as_its_reader_is_far(key: str, host: str) -> None:
    template, stock = shipped_templates()[key], ONE_CASE[key]
    table, compiled = prepare(order(stock, f"https://{host}", key))
    if key == "tree-tag":
        assert compiled.module == pytest.approx(1.0 if len(host) < 20 else 0.9, abs=0.05)
    else:
        assert compiled.module * table.size >= SIDES[key]
    code = face_with(words_for(template))
    far = replace(code, url=f"https://{host}/A/{code.code}".upper())
    assert pressed([far], order(stock, f"https://{host}", key)).checked == 1


@functools.cache
def _for_the_shop(key: str) -> bytes:
    template = shipped_templates()[key]
    return _printed(template, ONE_CASE[key], face_with(words_for(template))).pdf


@pytest.mark.parametrize("key", [template.key for template in TEMPLATES if template.manifest.pdf_a])
def test_what_goes_to_a_print_shop_is_pdf_a(key: str) -> None:
    with contextlib.closing(pikepdf.open(io.BytesIO(_for_the_shop(key)))) as document:
        assert b"pdfaid:part" in document.Root.Metadata.read_bytes()
        (intent,) = document.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert len(intent.DestOutputProfile.read_bytes()) > 300
        fonts = [found for found in document.objects if _is(found, "/Type0")]
        assert len(fonts) >= 3  # of the furniture and of the words
        for font in fonts:
            assert font.ToUnicode.read_bytes()
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def _is(found: object, subtype: str) -> bool:
    return isinstance(found, pikepdf.Dictionary) and found.get("/Subtype") == subtype


def test_the_sheets_for_the_print_shop_are_the_notice_the_poster_and_the_plate() -> None:
    assert {template.key for template in TEMPLATES if template.manifest.pdf_a} == {
        "garbage-notice", "door-poster", "bridge-plate",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["garbage-notice", "door-poster"])
def test_the_band_runs_over_the_cut_into_the_bleed(key: str) -> None:
    stock, around = ONE_CASE[key], 4.0
    with open_pages(_for_the_shop(key)) as pages:
        raster = pages.grey(0, 150, _box(stock, around))
    dots = 150 / MM_PER_INCH
    for mm, dark in ((around - stock.bleed + 0.4, True), (around - stock.bleed - 0.4, False)):
        across = raster.pixels[round(mm * dots) * raster.stride + raster.width // 2]
        down = raster.pixels[round(30 * dots) * raster.stride + round(mm * dots)]
        assert [tone < 128 for tone in (across, down)] == [dark, dark]
    document = pypdfium2.PdfDocument(_for_the_shop(key))
    width, height = stock.label_width * POINTS_PER_MM, stock.label_height * POINTS_PER_MM
    left, bottom, right, top = document[0].get_trimbox()
    assert (right - left, top - bottom) == pytest.approx((width, height), abs=0.05)


@EACH
def test_where_it_is_used_is_said(template: Template) -> None:
    assert set(template.manifest.kinds) <= set(catalogue().kinds)
    assert asset_for(template).kind in template.manifest.kinds or not template.manifest.kinds
    assert b"source_level" in template.files["manifest.toml"]


def test_the_document_names_every_template_field_and_mark() -> None:
    told = (ROOT / "docs" / "label-templates.md").read_text("utf-8")
    named = {word for words in re.findall(r"`([^`]+)`", told) for word in re.split(r'[=" ]', words)}
    marks = {
        "data-sizes",
        "data-lines",
        "data-whole",
        "data-stack",
        "data-first",
        "data-rank",
        "data-symbol",
        "data-photo",
    }
    sizes = {"--width", "--height", "--symbol", "--module", "--bleed", "--scale"}
    wanted = FIELDS | marks | sizes | set(shipped_templates())
    assert wanted - named == set()
