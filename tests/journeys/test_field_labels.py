"""Blank labels in the field: scanned by a crew's phone, bound to the facility at hand, later replaced by another."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from foundation.database.embedded import Binaries
from tests.journeys.camera import camera_flags, hold_before_camera, printed_labels, strange_code
from tests.journeys.conftest import _FLAGS
from tests.journeys.face import PHONE, Face
from tests.journeys.material import photo, small_district
from tests.journeys.program import PASSWORD, Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]

# Beside the third facility of the small district, some ten metres off.
HERE = {"longitude": 120.6521, "latitude": 28.0114, "accuracy": 15.0}
NEAREST = "柳荫南湖公厕"
PLAIN_HOST = "facility.intranet"


@dataclass
class Field:
    """The labels in a crew's bag, and the camera that looks at them."""

    video: Path
    labels: dict[str, Image.Image] = field(default_factory=dict)

    def code(self, number: int) -> str:
        """The code of a label in the bag."""
        return sorted(self.labels)[number].rsplit("/", 1)[1]

    def show(self, number: int) -> None:
        """Hold a label before the camera."""
        hold_before_camera(self.labels[sorted(self.labels)[number]], self.video)


@pytest.fixture(scope="module")
def bag(folder: Path) -> Field:
    """The bag, still empty."""
    return Field(folder / "camera.y4m")


@pytest.fixture(scope="module")
def browser(axe: str, bag: Field) -> Iterator[Browser]:
    """Chromium with an emulated camera."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine (facility doctor says how to install it)")
    hold_before_camera(Image.new("RGB", (64, 64), (200, 200, 200)), bag.video)
    # One more name for this machine, which the browser trusts as little as any other host in the town hall's network.
    flags = [flag.replace("=MAP *", f"=MAP {PLAIN_HOST} 127.0.0.1, MAP *") for flag in _FLAGS]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=[*flags, *camera_flags(bag.video)])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def program(folder: Path, pg_binaries: Binaries, bag: Field) -> Iterator[Program]:
    """A small district without a single label, a crew, and a sheet of blank ones."""
    with Program(folder, pg_binaries.folder).serving("--no-clock") as running:
        file = small_district(folder / "toilets.geojson")
        running.json("import", str(file), "--key", "编号", "--kind", "public_toilet")
        running.account("wei", "crew")
        sheet = folder / "blank.pdf"
        running.run("labels", "preprint", "24", "--out", str(sheet))
        bag.labels = printed_labels(sheet)
        assert len(bag.labels) == 24
        yield running


def at_work(person: Person, *, camera: bool = True, lang: str = "zh-CN") -> Face:
    """A crew's phone that knows where it is, signed in."""
    face = person(lang=lang)
    face.context.grant_permissions(["geolocation", *(["camera"] if camera else [])], origin=face.address)
    face.context.set_geolocation(HERE)
    face.sign_in("wei")
    return face


def test_a_blank_label_is_scanned_and_bound_to_the_facility_at_hand(
    program: Program, bag: Field, person: Person
) -> None:
    crew = at_work(person)
    told: list[str] = []
    crew.page.on("request", lambda request: told.append(request.url) if request.url.endswith("/seen") else None)
    bag.show(0)
    crew.page.locator(".dock a[href='/crew/scan']").click()
    crew.page.wait_for_url(re.compile(rf"/crew/labels/{bag.code(0)}/bind\?.*near=120\.65"))
    crew.look()
    assert told == [f"{program.address}/crew/labels/{bag.code(0)}/seen"]
    expect(crew.page.locator(".job b").first).to_have_text(NEAREST)
    crew.press(crew.page.locator(".job").first)
    expect(crew.page.locator("[name=here]")).to_have_count(0)
    crew.page.locator("[name=photo]").set_input_files(photo("label", (40, 90, 140)))
    crew.press(crew.page.locator(".dock button"))
    assert urlsplit(crew.page.url).path == f"/A/{bag.code(0)}"
    expect(crew.page.locator("body")).to_contain_text("标签已绑定到这处设施")
    expect(crew.page.locator("h1")).to_have_text(NEAREST)


def test_a_second_label_replaces_the_first_and_the_old_code_leads_on(
    program: Program, bag: Field, person: Person
) -> None:
    crew = at_work(person, lang="en")
    bag.show(1)
    crew.page.goto(program.address + "/crew/scan")
    crew.page.wait_for_url(re.compile(rf"/crew/labels/{bag.code(1)}/bind\?.*near="))
    crew.look()
    crew.page.get_by_text("Replace a label that is there").click()
    crew.press(crew.page.locator("details .job").first)
    crew.press(crew.page.locator(".dock button"))
    expect(crew.page.locator("[name=replace]")).not_to_be_checked()
    assert "/bind" in crew.page.url, "bound although nobody gave up the old label"
    crew.page.locator("[name=replace]").check()
    crew.press(crew.page.locator(".dock button"))
    assert urlsplit(crew.page.url).path == f"/A/{bag.code(1)}"
    led = httpx.get(f"{program.address}/A/{bag.code(0)}")
    assert (led.status_code, led.headers["location"].split("?")[0]) == (302, f"/A/{bag.code(1)}")


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "请勿打开"), ("en", "do not open it")])
def test_a_code_of_somebody_else_is_named_and_not_opened(
    program: Program, bag: Field, person: Person, lang: str, words: str
) -> None:
    crew = at_work(person, lang=lang)
    hold_before_camera(strange_code(f"https://qr.example.net:8443/A/{bag.code(0)}"), bag.video)
    crew.page.goto(program.address + "/crew/scan")
    warning = crew.page.locator("[data-say=foreign]")
    expect(warning).to_contain_text(words)
    expect(warning).to_contain_text("qr.example.net:8443")
    crew.look()
    assert urlsplit(crew.page.url).path == "/crew/scan"


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "摄像头未获许可"), ("en", "may not use the camera")])
def test_without_leave_for_the_camera_the_code_is_typed(
    bag: Field, person: Person, program: Program, lang: str, words: str
) -> None:
    crew = at_work(person, camera=False, lang=lang)
    crew.open("/crew/scan")
    expect(crew.page.locator("[data-say=denied]")).to_contain_text(words)
    expect(crew.page.locator("video")).to_be_hidden()
    crew.look()
    code = bag.code(2).lower()
    crew.page.locator("[name=code]").fill(f"{code[:4]} {code[4:8]}-{code[8:]}")
    crew.page.locator("form[action='/scan'] button").click()
    crew.page.wait_for_url(re.compile(rf"/crew/labels/{bag.code(2)}/bind"))


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "只允许 https"), ("en", "https addresses only")])
def test_over_plain_http_the_page_says_why_there_is_no_camera(
    program: Program, browser: Browser, axe: str, lang: str, words: str
) -> None:
    # Not through ``look``: on such an address the browser itself complains of our headers.
    crew = Face(browser, f"http://{PLAIN_HOST}:{program.port}", axe, size=PHONE, lang=lang)
    try:
        crew.page.goto(f"{crew.address}/sign-in?next=/crew/scan")
        crew.page.locator("[name=name]").fill("wei")
        crew.page.locator("[name=password]").fill(PASSWORD)
        crew.page.locator("main form button[type=submit]").click()
        expect(crew.page.locator("[data-say=insecure]")).to_contain_text(words)
        expect(crew.page.locator("[name=code]")).to_be_visible()
        expect(crew.page.locator("video")).to_be_hidden()
    finally:
        crew.close()


def test_without_script_everything_but_the_camera_works(program: Program, bag: Field, person: Person) -> None:
    crew = person(script=False)
    crew.sign_in("wei")
    crew.press(crew.page.locator(".dock a[href='/crew/scan']"))
    crew.page.locator("[name=code]").fill(bag.code(3))
    crew.press(crew.page.locator("form[action='/scan'] button"))
    crew.page.locator("[name=q]").fill("渡口")
    crew.press("搜索")
    crew.press(crew.page.locator(".job").first)
    crew.press(crew.page.locator(".dock button"))
    assert urlsplit(crew.page.url).path == f"/A/{bag.code(3)}"


def test_webassembly_runs_on_this_one_page_alone(program: Program, person: Person) -> None:
    crew = person()
    crew.sign_in("wei")
    policies = {path: _policy(crew, path) for path in ("/crew/scan", "/crew")}
    assert "'wasm-unsafe-eval'" in policies["/crew/scan"]
    assert "wasm" not in policies["/crew"]
    for policy in policies.values():
        assert "unsafe-inline" not in policy
        assert "'unsafe-eval'" not in policy
    assert policies["/crew/scan"].replace(" 'wasm-unsafe-eval'", "") == policies["/crew"]


def _policy(face: Face, path: str) -> str:
    answer = face.page.goto(face.address + path)
    assert answer is not None
    return answer.headers["content-security-policy"]
