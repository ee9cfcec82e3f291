"""A citizen compares the sticker with the page behind it, and says with one tap that something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.face import Face
from tests.journeys.material import photo, small_district
from tests.journeys.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]

LANGS = pytest.mark.parametrize("lang", ["zh-CN", "en"])
HERE = {"zh-CN": "标签贴在这里", "en": "The label hangs here"}
WRONG = {"zh-CN": "标签有问题", "en": "This label looks wrong"}
GENUINE = {"zh-CN": "怎样辨真伪", "en": "Is this label genuine?"}


@pytest.fixture(scope="module")
def labels(program: Program) -> Iterator[list[str]]:
    """A served district of thirty toilets with a label each: the addresses of the pages behind them."""
    with program.serving("--no-clock"):
        file = small_district(program.folder / "toilets.geojson")
        program.json("import", str(file), "--key", "编号", "--kind", "public_toilet")
        program.account("crew-wei", "crew")
        headers = {"authorization": f"Bearer {program.json('token', 'add', 'journey', '--role', 'registrar')['token']}"}
        assets = httpx.get(f"{program.address}/api/v1/assets?limit=50", headers=headers).raise_for_status().json()
        asked = {"assets": [asset["code"] for asset in assets["items"]]}
        made = httpx.post(f"{program.address}/api/v1/labels", json=asked, headers=headers).raise_for_status().json()
        yield [f"/A/{label['code']}" for label in made["items"]]


@LANGS
def test_a_label_that_looks_wrong_is_told_without_script(labels: list[str], person: Person, lang: str) -> None:
    phone = person(lang=lang, script=False)
    path = labels[0 if lang == "en" else 1]
    phone.open(path)
    form = phone.page.locator("#label form")
    expect(form).to_be_hidden()
    phone.page.locator("summary", has_text=WRONG[lang]).click()
    phone.look()
    expect(form.locator("[value=label_wrong]")).to_be_checked()
    phone.press(form.locator("button[type=submit]"))
    assert "/R/" in phone.page.url
    fault = {"zh-CN": "标签可疑", "en": "The label looks wrong"}[lang]
    expect(phone.page.locator("main")).to_contain_text(fault)
    phone.open(path)
    expect(phone.page.locator(".known")).to_contain_text(fault)


@LANGS
def test_a_damaged_label_is_told_with_a_photo_and_words(labels: list[str], person: Person, lang: str) -> None:
    phone = person(lang=lang)
    phone.open(labels[2 if lang == "en" else 3])
    phone.page.locator("summary", has_text=WRONG[lang]).click()
    form = phone.page.locator("#label form")
    form.locator("[value=label_damaged]").check()
    form.locator("[name=photo]").set_input_files(photo("label", (120, 90, 60)))
    form.locator("[name=description]").fill("一角撕破了")
    phone.look()
    phone.press(form.locator("button[type=submit]"))
    assert "/R/" in phone.page.url
    expect(phone.page.locator("figure img")).to_be_visible()


@LANGS
def test_the_photo_of_the_label_is_fetched_by_whoever_wants_it(labels: list[str], person: Person, lang: str) -> None:
    path = labels[4 if lang == "en" else 5]
    crew = person()
    crew.sign_in("crew-wei")
    crew.open(path)
    crew.page.locator("form[action$='/fixed'] [name=photo]").set_input_files(photo("place", (60, 120, 90)))
    crew.press(crew.page.locator("form[action$='/fixed'] button[type=submit]"))
    phone = person(lang=lang)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.open(path)
    seen = phone.page.get_by_alt_text(HERE[lang])
    expect(seen).to_be_in_viewport()
    expect(seen).to_have_js_property("complete", True)
    expect(seen).to_have_js_property("naturalWidth", 192)
    assert [url for url in asked if "/photo" in url and "small" not in url] == [], "the large one costs nothing yet"
    phone.page.locator("summary", has_text=GENUINE[lang]).click()
    picture = phone.page.locator(".lab img")
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_js_property("naturalWidth", 400)
    word = phone.page.locator(".word strong").inner_text()
    expect(phone.page.locator(".lab details").first).to_contain_text(word)
    phone.look()


@LANGS
@pytest.mark.parametrize(("path", "status"), [("/A/00000001A", 400), ("/A/00000001D", 404), ("/A/nonsense", 400)])
def test_a_code_that_leads_nowhere_may_be_typed_again(
    labels: list[str], person: Person, lang: str, path: str, status: int
) -> None:
    phone = person(lang=lang, script=False)
    phone.open(path, status=status)
    expect(phone.page.locator(".box.warn")).to_contain_text({"zh-CN": "伪造", "en": "forged"}[lang])
    phone.page.locator("[name=code]").fill(labels[6].rsplit("/", 1)[1])
    phone.press(phone.page.locator("main form button"))
    assert phone.page.url.endswith(labels[6])
