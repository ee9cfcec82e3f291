"""The power goes in the middle of everything: what was acknowledged is there, and nothing is done twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.journeys.material import photo, read_sheet, small_district
from tests.journeys.program import PASSWORD, Program

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def district(program: Program) -> Iterator[list[str]]:
    """A served district with accounts and a crew; the paths behind its first labels."""
    file = small_district(program.folder / "toilets.geojson")
    with program.serving("--no-clock"):
        program.json("import", str(file), "--key", "编号", "--kind", "public_toilet")
        for name, role in (("guan", "administrator"), ("diao", "dispatcher"), ("ban", "crew")):
            program.account(name, role)
        sheet = program.folder / "labels.pdf"
        program.json("labels", "print", "--kind", "public_toilet", "--out", str(sheet))
        yield [address[len(program.address) :] for address in sorted(read_sheet(sheet))]


def test_the_server_dies_between_a_report_and_its_answer(program: Program, district: list[str]) -> None:
    report = {"category": "overflow", "description": "水漫出来了", "phone": "0577-88001234"}
    first = send(program, district[0], report)
    program.kill_server()
    program.start("--no-clock")
    again = send(program, district[0], report)
    assert again.headers["location"] == first.headers["location"], "the same report became two"
    assert "SR-2" in page(program, first.headers["location"])
    assert reporters(program, district[0]) == 1


def test_a_tap_without_a_word_is_not_counted_twice_either(program: Program, district: list[str]) -> None:
    first = send(program, district[1], {"category": "odour"})
    program.kill_server()
    program.start("--no-clock")
    again = send(program, district[1], {"category": "odour"})
    assert again.headers["location"] == first.headers["location"]
    assert reporters(program, district[1]) == 1


def test_the_database_dies_and_the_server_raises_it(program: Program, district: list[str]) -> None:
    first = send(program, district[2], {"category": "no_water"}, photo("before", (80, 80, 160)))
    program.kill_database()
    down = httpx.get(program.address + district[2], headers={"accept-language": "zh-CN"}, timeout=30)
    assert down.status_code in {200, 503}
    if down.status_code == 503:
        assert re.search("[一-鿿]", down.text)
        assert "Traceback" not in down.text
    program.wait_ready()
    story = page(program, first.headers["location"])
    (src,) = re.findall(r'<img src="([^"]+)"', story)
    assert httpx.get(program.address + src.replace("&amp;", "&")).headers["content-type"] == "image/jpeg"


def test_both_die_and_the_order_goes_on_where_it_stood(program: Program, district: list[str]) -> None:
    token = program.json("token", "add", "desk", "--role", "dispatcher")["token"]
    with api(program, token) as desk:
        number = desk.get("/api/v1/service-requests").json()["items"][0]["number"]
        desk.post(f"/api/v1/service-requests/{number}/file").raise_for_status()
        key = {"idempotency-key": "order-of-the-day"}
        made = desk.post("/api/v1/work-orders", json={"request": number}, headers=key)
        assert made.status_code == 201, made.text
    program.kill_database()
    program.kill_server()
    program.start("--no-clock")
    with api(program, token) as desk:
        again = desk.post("/api/v1/work-orders", json={"request": number}, headers=key)
        assert (again.status_code, again.json()["number"]) == (201, made.json()["number"])
        assert again.headers["idempotency-replayed"] == "true"
        orders = desk.get("/api/v1/work-orders").json()["items"]
        assert [order["number"] for order in orders] == [made.json()["number"]]
        twice = desk.post("/api/v1/work-orders", json={"request": number})
        assert twice.status_code == 409, twice.text


def test_a_signed_in_browser_stays_signed_in(program: Program, district: list[str]) -> None:
    with httpx.Client(base_url=program.address, follow_redirects=True) as browser:
        browser.post("/sign-in", data={"name": "diao", "password": PASSWORD})
        assert browser.get("/desk").url.path == "/desk"
        program.kill_server()
        program.start("--no-clock")
        assert browser.get("/desk").url.path == "/desk"


def test_plans_opened_in_a_broken_night_are_opened_once(program: Program, district: list[str]) -> None:
    token = program.json("token", "add", "plans", "--role", "planner")["token"]
    with api(program, token) as desk:
        for hour in ("07:00", "09:00", "11:00", "13:00"):
            rule = {"freq": "daily", "times": [hour]}
            plan = {"kind": "public_toilet", "title_zh": "巡查", "title_en": "Round", "rule": rule, "grouping": "asset"}
            made = desk.post("/api/v1/plans", json=plan)
            assert made.status_code == 201, made.text
        before = count_orders(desk)
        tomorrow = str(datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1))
        program.json("due")  # what is left of today
        today = count_orders(desk)
        broken_off = program.begin("due", "--until", tomorrow)
        while count_orders(desk) == today and broken_off.poll() is None:
            pass
        program.kill_database()
        broken_off.wait(60)
        program.wait_ready()
        program.json("due", "--until", tomorrow)
        assert program.json("due", "--until", tomorrow)["opened"] == 0
        assert count_orders(desk) == today + 4 * 30
        assert today - before in {0, 30, 60, 90, 120}


def test_the_history_is_whole(program: Program, district: list[str]) -> None:
    checked = program.json("history", "verify")
    assert checked["broken"] == []
    assert checked["lines"] > 30


def send(program: Program, label: str, report: dict[str, str], picture: dict[str, Any] | None = None) -> httpx.Response:
    """A citizen's report by multipart form, as the browser sends it."""
    files: Any = {name: (None, value) for name, value in report.items()}
    if picture is not None:
        files["photo"] = (picture["name"], picture["buffer"], picture["mimeType"])
    answer = httpx.post(program.address + label + "/report", files=files, timeout=30)
    assert answer.status_code == 303, answer.text
    return answer


def page(program: Program, path: str, lang: str = "zh-CN") -> str:
    """A public page as text."""
    answer = httpx.get(program.address + path, headers={"accept-language": lang}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def reporters(program: Program, label: str) -> int:
    """How many people the public page counts."""
    (number,) = re.findall(r"Reported by (\d+)", page(program, label, "en"))
    return int(number)


def api(program: Program, token: str) -> httpx.Client:
    """The JSON API with a token."""
    return httpx.Client(base_url=program.address, headers={"authorization": f"Bearer {token}"}, timeout=30)


def count_orders(desk: httpx.Client) -> int:
    """All work orders, page by page."""
    found, cursor = 0, None
    while True:
        answer = desk.get("/api/v1/work-orders", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
        body = answer.raise_for_status().json()
        found, cursor = found + len(body["items"]), body["next"]
        if cursor is None:
            return found
