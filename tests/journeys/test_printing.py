"""A registrar prints: a filtered list from the fifth place on, a large job in the background, new labels for old."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Download, Locator, Page, expect

from foundation.database.embedded import Binaries
from labels.stock import STOCKS, cells
from tests.journeys.face import Face
from tests.journeys.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]
SHEET = STOCKS["a4-3x8"]
STREETS = ("柳荫街道", "石桥街道")
MANY = 520


@pytest.fixture(scope="module")
def program(folder: Path, pg_binaries: Binaries) -> Iterator[Program]:
    """A district of its own: twenty toilets in one street, a great many in another."""
    running = Program(folder, pg_binaries.folder)
    file = folder / "toilets.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [_toilet(n) for n in range(MANY)]}), "utf-8")
    with running.serving():
        assert running.json("import", str(file), "--kind", "public_toilet", "--key", "id")["created"] == MANY
        running.account("deng", "registrar")
        yield running


def _toilet(number: int) -> dict[str, object]:
    street = STREETS[0] if number < 20 else STREETS[1]
    return {
        "type": "Feature",
        "properties": {"id": f"T{number}", "name": f"{street[:2]}{number}号公厕", "street": street},
        "geometry": {"type": "Point", "coordinates": [120.6 + number / 10_000, 28.0]},
    }


@pytest.fixture
def desk(person: Person) -> Face:
    """The registrar at the desk."""
    face = person(desk=True)
    face.sign_in("deng")
    return face


def codes_in(pdf: Path, count: int, start: int = 1) -> list[list[str]]:
    """What is read in each cell."""
    pages = [page.render(scale=203 / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    found = []
    for cell in cells(SHEET, count, start):
        corners = (cell.left, cell.top, cell.left + SHEET.label_width, cell.top + SHEET.label_height)
        image = pages[cell.sheet].crop(tuple(round(mm * 203 / 25.4) for mm in corners))
        found.append([symbol.text for symbol in zxingcpp.read_barcodes(image)])
    return found


def saved(page: Page, button: Locator, out: Path) -> Path:
    """Press a button that hands out a file, and keep the file."""
    with page.expect_download() as waiting:
        button.click()
    download: Download = waiting.value
    download.save_as(out)
    return out


def test_a_filtered_list_is_printed_from_the_fifth_place_on(desk: Face, program: Program) -> None:
    desk.open(f"/desk/assets?street={STREETS[0]}")
    desk.press(desk.page.get_by_role("link", name="打印标签").first)
    assert "street=" in desk.page.url
    expect(desk.page.locator(".stats")).to_contain_text("20")
    desk.page.locator("summary", has_text="第一个空位").click()
    desk.page.locator("[name=start][value='5']").check()
    desk.look()
    button = desk.page.locator("form[action='/desk/labels/print'] button[type=submit]")
    pdf = saved(desk.page, button, program.folder / "five.pdf")
    found = codes_in(pdf, 20, 5)
    assert all(len(one) == 1 for one in found)
    assert len({one[0] for one in found}) == 20
    # The four places before are free.
    assert codes_in(pdf, 4) == [[]] * 4
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "柳荫3号公厕" in text
    expect(button).not_to_have_attribute("aria-busy", "true", timeout=10_000)
    # The same page sent again prints the same, and history tells of one print.
    again = saved(desk.page, button, program.folder / "again.pdf")
    assert codes_in(again, 20, 5) == found
    desk.open(f"/desk/labels/{found[0][0].rpartition('/')[2]}")
    expect(desk.page.locator("table tbody tr")).to_have_count(1)
    row = desk.page.locator("table tbody tr")
    expect(row).to_contain_text("sheet-label")
    expect(row.locator("td").last).to_have_text("5")


def test_a_large_job_is_made_in_the_background_and_fetched(desk: Face, program: Program) -> None:
    desk.open(f"/desk/labels?street={STREETS[1]}")
    expect(desk.page.locator("main")).to_contain_text("后台")
    desk.press(desk.page.locator("form[action='/desk/labels/print'] button[type=submit]"))
    assert re.search(r"/desk/jobs/\d+$", desk.page.url)
    ready = desk.page.get_by_role("link", name="下载")
    expect(ready).to_be_visible(timeout=60_000)
    desk.look()
    pdf = saved(desk.page, ready, program.folder / "large.pdf")
    found = codes_in(pdf, MANY - 20)
    assert [len(one) for one in found] == [1] * (MANY - 20)
    assert len({one[0] for one in found}) == MANY - 20
    desk.open("/desk/jobs")
    expect(desk.page.locator("main")).to_contain_text("标签")


def test_a_new_label_takes_the_place_of_an_old_one_which_leads_on(desk: Face, person: Person, program: Program) -> None:
    old = codes_in(program.folder / "five.pdf", 20, 5)[7][0].rpartition("/")[2]
    desk.open(f"/desk/labels/{old}")
    desk.page.locator(f"form[action='/desk/labels/{old}/replace'] button").click()
    with desk.page.expect_navigation():
        desk.page.locator("dialog[data-ask] [data-yes]").click()
    desk.look()
    new = re.search(r"/desk/labels/(\w{9})", desk.page.url)
    assert new
    assert new[1] != old
    phone = person()
    phone.open(f"/A/{old}")
    assert f"/A/{new[1]}" in phone.page.url
    expect(phone.page.locator("h1")).to_have_text("柳荫7号公厕")
    # One code is revoked without touching others.
    desk.open(f"/desk/labels/{new[1]}")
    desk.page.locator("[name=reason]").fill("贴纸被盗")
    desk.page.locator(f"form[action='/desk/labels/{new[1]}/void'] button").click()
    with desk.page.expect_navigation():
        desk.page.locator("dialog[data-ask] [data-yes]").click()
    phone.open(f"/A/{new[1]}", status=410)
    neighbour = codes_in(program.folder / "five.pdf", 20, 5)[8][0].rpartition("/")[2]
    phone.open(f"/A/{neighbour}")


def test_blank_labels_are_printed_and_the_rest_of_a_lost_batch_is_void(desk: Face, program: Program) -> None:
    desk.open("/desk/labels")
    desk.page.locator("summary", has_text="预印空白标签").click()
    button = desk.page.locator("form[action='/desk/labels/preprint'] button[type=submit]")
    pdf = saved(desk.page, button, program.folder / "blank.pdf")
    (first, *_), *_ = codes_in(pdf, 24)
    desk.open("/desk/labels/batches")
    desk.page.locator("summary", has_text="剩余作废").click()
    desk.look()
    desk.page.locator("[name=reason]").fill("整卷遗失")
    desk.page.locator("form[action$='/void'] button").click()
    with desk.page.expect_navigation():
        desk.page.locator("dialog[data-ask] [data-yes]").click()
    desk.open(f"/A/{first.rpartition('/')[2]}", status=410)


def test_a_rare_character_is_named_before_anything_is_printed(desk: Face, program: Program) -> None:
    file = program.folder / "rare.geojson"
    rare = _toilet(9999) | {"properties": {"id": "R1", "name": "𠮷野公厕😀", "street": "望江街道"}}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [rare]}), "utf-8")
    program.json("import", str(file), "--kind", "public_toilet", "--key", "id")
    desk.open("/desk/labels?street=望江街道")
    desk.press(desk.page.locator("form[action='/desk/labels/print'] button[type=submit]"))
    expect(desk.page.locator("main")).to_contain_text("U+20BB7")
    expect(desk.page.locator("main")).to_contain_text("U+1F600")
    anyway = desk.page.get_by_role("button", name="仍然打印")
    saved(desk.page, anyway, program.folder / "anyway.pdf")
    refused = program.run("labels", "print", "--kind", "public_toilet", "--out", str(program.folder / "x.pdf"), code=2)
    assert refused == ""
    assert not (program.folder / "x.pdf").exists()
