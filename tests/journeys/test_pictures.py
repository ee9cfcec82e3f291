"""The pictures of each face in the documents, taken from the demonstration district so that they cannot grow old.

Rewritten where FACILITY_TEST_SCREENSHOTS=1; otherwise the pages are only looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.face import Face
from tests.journeys.material import picture_of_sheet
from tests.journeys.program import ROOT, Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]


@dataclass
class Demo:
    """The demonstration district, served: passwords by name, and the label of a facility with a known fault."""

    passwords: dict[str, str]
    label: str


@pytest.fixture(scope="module")
def demo(program: Program) -> Iterator[Demo]:
    """The demonstration district as ``serve --demo`` makes it."""
    with program.serving("--demo"):
        told = program.log.read_text("utf-8")
        passwords = dict(re.findall(r"^ {2}(\S+) +(\S+) +\S", told, re.MULTILINE))
        assert passwords, told
        token = _token(program)
        headers = {"authorization": f"Bearer {token}"}
        found = httpx.get(f"{program.address}/api/v1/service-requests?only=open&kind=public_toilet", headers=headers)
        known = [
            one for one in found.raise_for_status().json()["items"] if one["state"] in {"dispatched", "in_progress"}
        ]
        labels = [_label_of(program, one["asset"], headers) for one in sorted(known, key=lambda one: -one["reporters"])]
        yield Demo(passwords, next((label for label in labels if _is_photographed(program, label)), labels[0]))


def _label_of(program: Program, asset: str, headers: dict[str, str]) -> str:
    """The path of the page behind a facility's label."""
    return f"/A/{httpx.get(f'{program.address}/api/v1/assets/{asset}', headers=headers).json()['label']}"


def _is_photographed(program: Program, label: str) -> bool:
    """Whether that page shows where the label hangs."""
    return httpx.get(f"{program.address}{label}/photo").status_code == 200


def _token(program: Program) -> str:
    program.environment["FACILITY_DATA_DIR"] = str(program.folder / "data/demo")
    token: str = program.json("token", "add", "pictures", "--role", "registrar")["token"]
    return token


@pytest.fixture(scope="module")
def shelf(folder: Path) -> Path:
    """Where pictures go: into the documents when asked for, else away."""
    return ROOT / "docs/screenshots" if os.environ.get("FACILITY_TEST_SCREENSHOTS") == "1" else folder


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_citizens_face(demo: Demo, person: Person, shelf: Path, lang: str) -> None:
    phone = person(lang=lang)
    phone.open(demo.label)
    expect(phone.page.locator(".known")).to_be_visible()
    phone.picture(shelf / f"citizen.{lang[:2]}.png")


def test_the_crews_face(demo: Demo, person: Person, shelf: Path) -> None:
    crew = person()
    crew.sign_in("crew", password=demo.passwords["crew"])
    assert crew.page.url.endswith("/crew")
    jobs = [job.get_attribute("href") or "" for job in crew.page.locator("a.job").all()]
    crew.picture(shelf / "crew-day.zh.png")
    for job in jobs:
        crew.open(job)
        if crew.page.locator("#finish input[type=checkbox]").count() > 2:
            break
    crew.picture(shelf / "crew.zh.png")
    crew.open("/crew/scan")


def test_the_desks_face(demo: Demo, person: Person, shelf: Path) -> None:
    desk = person(desk=True)
    desk.sign_in("dispatcher", password=demo.passwords["dispatcher"])
    desk.open("/desk/requests")
    desk.picture(shelf / "desk.zh.png")
    for path in ("/desk", "/desk/orders", "/desk/plans", "/desk/assets", "/desk/labels", "/desk/map", "/desk/jobs"):
        desk.open(path)


# How many rows each list of the watch over labels has something to show in.
WATCHED = {"unscanned": 6, "far": 3, "swapped": 2, "reprint": 4}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_desk_of_labels_has_something_to_show(demo: Demo, person: Person, lang: str) -> None:
    for screen in (person(desk=True, lang=lang), person(lang=lang)):
        screen.sign_in("registrar", password=demo.passwords["registrar"])
        for name, rows in WATCHED.items():
            screen.open(f"/desk/labels/check?list={name}")
            expect(screen.page.locator("main tbody tr")).to_have_count(rows)
        screen.open("/desk/labels/batches")
        expect(screen.page.locator("main tbody tr")).to_contain_text(["24"])
        screen.open("/desk/labels/templates")
        screen.open("/desk/jobs")


# The pages of the desk, and lists of which the first entry is looked at too.
PAGES = (
    "/desk", "/desk/plans/new", "/desk/plans/adopt", "/desk/assets/new?kind=public_toilet", "/desk/map",
    "/desk/imports", "/desk/labels?kind=street_tree", "/desk/labels/templates/sheet-label", "/desk/labels/stocks?new=1",
    "/desk/labels/printers?new=1", "/desk/jobs",
)  # fmt: skip
LISTS = (
    "/desk/requests", "/desk/orders", "/desk/plans", "/desk/assets",
    *(f"/desk/labels?state={state}" for state in ("blank", "fixed", "worn", "replaced")),
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_of_the_desk_can_be_read_on_a_phone(demo: Demo, person: Person, lang: str) -> None:
    phone = person(lang=lang)
    phone.sign_in("planner", password=demo.passwords["planner"])
    for path in PAGES:
        phone.open(path)
    for path in LISTS:
        phone.open(path)
        entry = phone.page.locator(f"main [data-row] a[href^='{path.partition('?')[0]}/']").first
        phone.open(entry.get_attribute("href") or "")


def test_the_sheet_of_labels(demo: Demo, program: Program, shelf: Path, folder: Path) -> None:
    sheet = folder / "sheet.pdf"
    program.json("labels", "print", "--kind", "public_toilet", "--out", str(sheet))
    picture_of_sheet(sheet, shelf / "labels.png")
