"""A citizen says where they are, if they like: the district learns of a label that hangs elsewhere, and of nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.face import Face
from tests.journeys.material import small_district
from tests.journeys.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]

LANGS = pytest.mark.parametrize("lang", ["zh-CN", "en"])
# Some four kilometres from the first facility of the small district.
ELSEWHERE = {"longitude": 120.6912, "latitude": 28.0134, "accuracy": 12.0}
GOES_WITH_IT = {"zh-CN": "您的位置会一并提交", "en": "Your position goes with it"}
NOT_TOLD = {"zh-CN": "手机没有给出位置", "en": "The phone does not say where it is"}
DELETED = {"zh-CN": "结案 90 天后删除", "en": "deleted 90 days after"}


@dataclass
class District:
    """A served district of thirty toilets: the labels by number, and what staff read."""

    address: str
    headers: dict[str, str]
    codes: list[str]

    def seen_far(self) -> dict[str, dict[str, Any]]:
        """The labels that were seen far from their facilities, by code."""
        found = httpx.get(f"{self.address}/api/v1/labels/check?list=far", headers=self.headers).raise_for_status()
        return {item["code"]: item for item in found.json()["items"]}


@pytest.fixture(scope="module")
def district(program: Program) -> Iterator[District]:
    """The district, each toilet with a label."""
    with program.serving("--no-clock"):
        file = small_district(program.folder / "toilets.geojson")
        program.json("import", str(file), "--key", "编号", "--kind", "public_toilet")
        headers = {"authorization": f"Bearer {program.json('token', 'add', 'journey', '--role', 'registrar')['token']}"}
        assets = httpx.get(f"{program.address}/api/v1/assets?limit=50", headers=headers).raise_for_status().json()
        asked = {"assets": [asset["code"] for asset in assets["items"]]}
        made = httpx.post(f"{program.address}/api/v1/labels", json=asked, headers=headers).raise_for_status().json()
        yield District(program.address, headers, [label["code"] for label in made["items"]])


def at(person: Person, lang: str, place: dict[str, float]) -> Face:
    """A phone that may tell its place and has told it to this site before."""
    phone = person(lang=lang)
    phone.context.grant_permissions(["geolocation"], origin=phone.address)
    phone.context.set_geolocation(place)
    return phone


def offer(form: Locator) -> Locator:
    """The button that adds the place."""
    return form.locator("[data-fill]")


@LANGS
@pytest.mark.parametrize("about", ["report", "label"])
def test_a_place_is_sent_by_whoever_presses_for_it(district: District, person: Person, lang: str, about: str) -> None:
    code = district.codes[{"report": 0, "label": 2}[about] + (lang == "en")]
    phone = at(person, lang, ELSEWHERE)
    phone.open(f"/A/{code}")
    if about == "label":
        phone.page.locator("#label summary").click()
    else:
        phone.page.locator("#report [type=radio][value=odour]").check()
    form = phone.page.locator(f"#{about} form")
    expect(offer(form)).to_be_visible()
    expect(form.locator("[data-offer]")).to_contain_text(DELETED[lang])
    expect(form.locator("[name=lon]")).to_have_value("")  # allowed before, and still not taken unasked
    phone.look()
    offer(form).click()
    expect(form.locator("[data-filled]")).to_contain_text(GOES_WITH_IT[lang])
    expect(offer(form)).to_be_hidden()
    phone.look()
    phone.press(form.locator("button[type=submit]"))
    assert "/R/" in phone.page.url
    seen = district.seen_far()[code]
    assert (seen["source"], seen["seen_lon"], seen["seen_lat"]) == ("citizen", 120.691, 28.013)


@LANGS
def test_a_report_that_comes_back_keeps_the_place(district: District, person: Person, lang: str) -> None:
    phone = at(person, lang, ELSEWHERE)
    phone.open(f"/A/{district.codes[4]}")
    form = phone.page.locator("#report form")
    form.locator("[value=odour]").check()
    form.locator("[name=phone]").fill("call me")
    offer(form).click()
    expect(form.locator("[data-filled]")).to_be_visible()
    phone.press(form.locator("button[type=submit]"))
    expect(phone.page.get_by_role("alert")).to_be_visible()
    expect(form.locator("[name=lon]")).to_have_value("120.6912")
    expect(form.locator("[data-filled]")).to_be_visible()
    expect(offer(form)).to_be_hidden()


@LANGS
def test_without_leave_and_without_press_nothing_is_told(district: District, person: Person, lang: str) -> None:
    code = district.codes[6 + (lang == "en")]
    phone = person(lang=lang)
    phone.open(f"/A/{code}")
    form = phone.page.locator("#report form")
    form.locator("[value=odour]").check()
    offer(form).click()
    expect(form.locator("[data-lost]")).to_contain_text(NOT_TOLD[lang])
    phone.look()
    phone.press(form.locator("button[type=submit]"))
    assert "/R/" in phone.page.url
    assert code not in district.seen_far()


def test_a_phone_that_hardly_knows_where_it_is_says_nothing_of_the_label(district: District, person: Person) -> None:
    phone = at(person, "zh-CN", ELSEWHERE | {"accuracy": 2000.0})
    phone.open(f"/A/{district.codes[8]}")
    form = phone.page.locator("#report form")
    form.locator("[value=odour]").check()
    offer(form).click()
    expect(form.locator("[data-filled]")).to_be_visible()
    phone.press(form.locator("button[type=submit]"))
    assert district.codes[8] not in district.seen_far()


def test_without_script_the_place_is_not_spoken_of(district: District, person: Person) -> None:
    phone = person(script=False)
    phone.open(f"/A/{district.codes[9]}")
    expect(phone.page.locator("[data-offer]")).to_have_count(2)
    for part in phone.page.locator("[data-offer], [data-filled], [data-lost]").all():
        expect(part).to_be_hidden()


@LANGS
def test_the_finder_finds_what_is_nearest(district: District, person: Person, lang: str) -> None:
    phone = at(person, lang, {"longitude": 120.6791, "latitude": 28.0304})  # beside the last facility of the district
    phone.open("/")
    phone.press(phone.page.locator("[data-locate]"))
    assert "near=120.679100" in phone.page.url
    expect(phone.page.locator("main ul li").first).to_contain_text({"zh-CN": "望江榕树公厕", "en": "Wangjiang"}[lang])
