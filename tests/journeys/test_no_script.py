"""A citizen with an old phone: no script, either language, and everything that can go wrong with a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.face import Face
from tests.journeys.material import photo, read_sheet, small_district
from tests.journeys.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]

WORDS = {"zh-CN": "灯坏了三天，晚上很黑", "en": "The light has been broken for three days"}
LANGS = pytest.mark.parametrize("lang", ["zh-CN", "en"])


@pytest.fixture(scope="module")
def labels(program: Program) -> Iterator[list[str]]:
    """A served district of thirty toilets; the addresses on its first sheet."""
    with program.serving("--no-clock"):
        file = small_district(program.folder / "toilets.geojson")
        program.json("import", str(file), "--key", "编号", "--kind", "public_toilet")
        sheet = program.folder / "labels.pdf"
        program.json("labels", "print", "--kind", "public_toilet", "--out", str(sheet))
        yield [label.replace("HTTP://", "http://") for label in read_sheet(sheet)]


def test_the_whole_report_needs_no_script(labels: list[str], person: Person) -> None:
    phone = person(lang="en", script=False)
    phone.open(labels[0])
    form = phone.page.locator("#report form")
    expect(phone.page.locator("h1")).to_have_text("Liuyin Public Toilet 1")
    form.get_by_label("No water").check()
    form.locator("[name=description]").fill(WORDS["en"])
    form.locator("[name=photo]").set_input_files(photo("before", (90, 90, 90)))
    phone.press(send_button(phone))
    expect(phone.page.get_by_role("status")).to_contain_text("Your report has arrived")
    expect(phone.page.locator("figure img")).to_be_visible()
    assert not re.search("[一-鿿]", without_names(phone)), "Chinese words on the English page"
    phone.page.locator("summary", has_text="Withdraw").click()
    phone.press("Withdraw")
    expect(phone.page.locator("summary", has_text="Withdraw")).to_have_count(0)


def test_the_language_is_changed_by_a_link_and_kept(labels: list[str], person: Person) -> None:
    phone = person(lang="zh-CN", script=False)
    phone.open(labels[1])
    phone.press(phone.page.locator("header a[href*='lang=en']"))
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.open(labels[1])
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")


@LANGS
def test_a_report_without_a_category_is_asked_for_one(labels: list[str], person: Person, lang: str) -> None:
    phone = person(lang=lang, script=False)
    phone.open(labels[2])
    phone.page.locator("#report [name=description]").fill(WORDS[lang])
    send_unchecked(phone)
    refused(phone, lang, {"zh-CN": "请点选", "en": "Tap what is wrong"}[lang])


@LANGS
def test_a_pdf_called_jpg_is_told_from_a_photo(labels: list[str], person: Person, lang: str) -> None:
    phone = person(lang=lang, script=False)
    phone.open(labels[3])
    phone.page.locator("[type=radio][value=fixture]").check()
    phone.page.locator("#report [name=description]").fill(WORDS[lang])
    pdf = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7\n" + b"0" * 5000}
    phone.page.locator("#report [name=photo]").set_input_files(pdf)
    phone.press(send_button(phone))
    refused(phone, lang, "JPEG")
    expect(phone.page.locator("[type=radio][value=fixture]")).to_be_checked()
    phone.press(send_button(phone))  # without the photo it goes
    assert "/R/" in phone.page.url


@LANGS
def test_a_phone_number_that_is_none_is_marked(labels: list[str], person: Person, lang: str) -> None:
    phone = person(lang=lang, script=False)
    phone.open(labels[4])
    phone.page.locator("[type=radio][value=sign]").check()
    phone.page.locator("#report [name=description]").fill(WORDS[lang])
    phone.page.locator("#report [name=phone]").fill("call me")
    phone.press(send_button(phone))
    refused(phone, lang, {"zh-CN": "电话", "en": "not a phone number"}[lang])
    expect(phone.page.locator("#report [name=phone]")).to_have_value("call me")


@LANGS
def test_twenty_megabytes_are_refused_and_the_way_back_keeps_the_form(
    labels: list[str], person: Person, lang: str
) -> None:
    phone = person(lang=lang, script=False)
    phone.open(labels[5])
    phone.page.locator("[type=radio][value=sign]").check()
    phone.page.locator("#report [name=description]").fill(WORDS[lang])
    heavy = photo("heavy", (10, 10, 10))
    heavy["buffer"] = heavy["buffer"] + bytes(20 * 1024 * 1024)
    phone.page.locator("#report [name=photo]").set_input_files(heavy)
    phone.press(send_button(phone))
    expect(phone.page.locator("html")).to_have_attribute("lang", lang)
    expect(phone.page.locator("main")).to_contain_text("12 MB")
    phone.page.go_back()
    expect(phone.page.locator("#report [name=description]")).to_have_value(WORDS[lang])
    expect(phone.page.locator("[type=radio][value=sign]")).to_be_checked()


@LANGS
@pytest.mark.parametrize(("path", "status"), [("/A/00000001A", 400), ("/A/00000001D", 404), ("/nowhere", 404)])
def test_a_wrong_address_says_so(labels: list[str], person: Person, lang: str, path: str, status: int) -> None:
    phone = person(lang=lang, script=False)
    phone.open(path, status=status)
    expect(phone.page.locator("html")).to_have_attribute("lang", lang)
    assert bool(re.search("[一-鿿]", phone.page.locator("main").inner_text())) == (lang == "zh-CN")


def test_the_finder_finds_and_a_typed_code_leads_to_its_label(labels: list[str], person: Person) -> None:
    phone = person(script=False)
    phone.open("/")
    phone.page.locator("[name=q]").fill("望江")
    phone.press(phone.page.locator("form[action='/map'] button[type=submit]"))
    expect(phone.page.locator("main ul li")).to_have_count(10)
    phone.page.locator("[name=code]").fill(labels[6].rsplit("/", 1)[1].lower())
    phone.press(phone.page.locator("form[action='/scan'] button"))
    assert phone.page.url.lower() == labels[6].lower()


def send_button(phone: Face) -> Locator:
    """The button that sends the report."""
    return phone.page.locator("#report button[type=submit]")


def send_unchecked(phone: Face) -> None:
    """Send what the browser itself would hold back: older ones do not know ``required``."""
    phone.page.locator("#report form").evaluate("form => { form.noValidate = true }")
    phone.press(send_button(phone))


def refused(phone: Face, lang: str, sentence: str) -> None:
    """The form came back in the reader's language, says what is wrong, and has kept the words."""
    expect(phone.page.locator("html")).to_have_attribute("lang", lang)
    summary = phone.page.get_by_role("alert")
    expect(summary).to_contain_text({"zh-CN": "还没有提交", "en": "Not sent yet"}[lang])
    expect(summary).to_contain_text(sentence)
    expect(phone.page.locator("#report [name=description]")).to_have_value(WORDS[lang])


def without_names(phone: Face) -> str:
    """What the page says, without the switch to the other language."""
    return phone.page.locator("main").inner_text()
