"""The desk pages of plans, through the real templates, in both languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from foundation.act import Act
from foundation.principals import Grant, Principal, Role
from registry.schemas import AssetRead
from scheduling.clock import tick
from scheduling.pages import PAGES
from scheduling.pages.reading import checklist_lines, read_checklist_lines, read_form
from scheduling.queries import find_plans, get_plan
from scheduling.schemas import PlanCreate, PlanFilter
from scheduling.service import create_plan, open_due
from tests.web import room_client

pytestmark = [pytest.mark.anyio]

NewAsset = Callable[..., Awaitable[AssetRead]]
FORM = {
    "title_zh": "设施点检", "title_en": "", "kind": "public_toilet", "street": "", "asset": "", "freq": "weekly",
    "interval": "1", "times": "7:00，13：00", "weekdays": ["MO", "TH"], "monthday": "40", "month": "", "mode": "fixed",
    "roll": "none", "grouping": "asset", "priority": "P3", "duration_minutes": "20", "start_on": "2026-11-24",
    "end_on": "", "crew_id": "", "checklist": "门锁 / Lock\n\n照明",
}  # fmt: skip


@pytest.fixture
async def desk(calendar: None, planner: Act) -> AsyncIterator[httpx.AsyncClient]:
    crew = replace(planner, principal=Principal("crew", account_id=5, grants=(Grant(Role.CREW),)))
    people = {"planner": planner, "crew": crew}
    async with room_client(PAGES, people, who="planner", lang="en") as client:
        yield client


@pytest.fixture
async def plan_id(new_asset: NewAsset, calendar: None, planner: Act) -> int:
    await new_asset("GC-1")
    checklist = [{"key": "level", "zh": "液位", "en": "Level", "input": "number", "unit": "cm"}]
    rule = {"freq": "monthly", "monthday": 31, "times": ["09:00"]}
    values: dict[str, Any] = {"title_zh": "化粪池检查", "title_en": "Septic check", "start_on": date(2026, 11, 24)}
    new = PlanCreate(kind="public_toilet", rule=rule, checklist=checklist, **values)
    return (await create_plan(new, planner)).id


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["养护计划", "化粪池检查", "每月31日（不足时为月末） 09:00", "全区", "时钟尚未运行"]),
        ("en", ["Maintenance plans", "Septic check", "every month on the 31st", "Whole district", "not ticked yet"]),
    ],
)
async def test_the_list(desk: httpx.AsyncClient, plan_id: int, lang: str, words: list[str]) -> None:
    page = await desk.get("/desk/plans", headers={"accept-language": lang})
    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []


async def test_the_list_tells_when_the_clock_ticked(desk: httpx.AsyncClient, plan_id: int, planner: Act) -> None:
    await tick(at=planner.at)
    assert "The clock is not running" not in (await desk.get("/desk/plans")).text


async def test_an_empty_district_is_shown_the_way(desk: httpx.AsyncClient) -> None:
    page = await desk.get("/desk/plans")
    assert "No plan yet" in page.text
    assert 'href="/desk/plans/adopt"' in page.text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["化粪池检查", "当月没有 31 日，取月末", "液位", "GC-1", "暂停"]),
        ("en", ["Septic check", "this month has no day 31", "Level", "GC-1", "Pause"]),
    ],
)
async def test_the_page_of_a_plan(desk: httpx.AsyncClient, plan_id: int, lang: str, words: list[str]) -> None:
    page = await desk.get(f"/desk/plans/{plan_id}", headers={"accept-language": lang})
    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []
    assert page.text.count("<time") >= 20


async def test_each_date_stands_once_however_many_it_visits(
    desk: httpx.AsyncClient, new_asset: NewAsset, plan_id: int, planner: Act
) -> None:
    for number in range(2, 30):
        await new_asset(f"GC-{number}")
    await open_due(planner.at, planner)
    dates = (await desk.get(f"/desk/plans/{plan_id}")).text.split("Last done")[0]
    assert dates.count("2026-11-30 09:00") == 1
    assert '<td class="num">29</td>' in dates


async def test_a_crew_reads_and_may_not_change(desk: httpx.AsyncClient, plan_id: int) -> None:
    page = await desk.get(f"/desk/plans/{plan_id}", headers={"who": "crew"})
    assert page.status_code == 200
    assert "/pause" not in page.text
    assert (await desk.post(f"/desk/plans/{plan_id}/pause", headers={"who": "crew"})).status_code == 403
    assert (await desk.get("/desk/plans", headers={"who": "nobody"})).status_code == 401
    assert (await desk.get("/desk/plans/new", headers={"who": "crew"})).status_code == 403
    assert (await desk.get("/desk/plans/adopt", headers={"who": "crew"})).status_code == 403


async def test_pause_and_resume(desk: httpx.AsyncClient, plan_id: int) -> None:
    gone = await desk.post(f"/desk/plans/{plan_id}/pause", data={"version": "1"})
    assert (gone.status_code, (await get_plan(plan_id)).active) == (303, False)
    assert "The plan rests" in (await desk.get(f"/desk/plans/{plan_id}")).text
    assert (await desk.post(f"/desk/plans/{plan_id}/resume", data={"version": "1"})).status_code == 412
    assert (await desk.post(f"/desk/plans/{plan_id}/resume", data={"version": "2"})).status_code == 303


async def test_adopt_after_a_look(desk: httpx.AsyncClient, new_asset: NewAsset) -> None:
    await new_asset("GC-1")
    look = await desk.get("/desk/plans/adopt?kind=public_toilet")
    assert look.status_code == 200
    assert "every day at 07:00, 13:00" in look.text
    assert re.search(r"Adopt \d+ plans", look.text)
    done = await desk.post("/desk/plans/adopt", data={"kind": "public_toilet"})
    assert (done.status_code, done.headers["location"]) == (303, "/desk/plans?notice=created&kind=public_toilet")
    assert "All of these are adopted already" in (await desk.get("/desk/plans/adopt?kind=public_toilet")).text


async def test_adopting_nonsense_keeps_the_form(desk: httpx.AsyncClient) -> None:
    page = await desk.post("/desk/plans/adopt", data={"kind": "lighthouse", "start_on": "tomorrow", "crew_id": "x"})
    assert page.status_code == 400
    assert "“tomorrow” should be a date" in page.text
    assert (await find_plans(PlanFilter())).items == []


async def test_make_a_plan_by_hand(desk: httpx.AsyncClient, new_asset: NewAsset) -> None:
    await new_asset("GC-1")
    assert (await desk.get("/desk/plans/new")).status_code == 200
    made = await desk.post("/desk/plans/new", data=FORM)
    assert made.status_code == 303, made.text
    (plan,) = (await find_plans(PlanFilter())).items
    assert plan.when["en"] == "every Monday and Thursday at 07:00, 13:00"
    assert (plan.title_en, plan.priority, plan.targets) == ("设施点检", "P3", 1)
    assert [(item["zh"], item["en"]) for item in plan.checklist] == [("门锁", "Lock"), ("照明", "照明")]


async def test_what_was_typed_stays_with_what_is_wrong(desk: httpx.AsyncClient) -> None:
    wrong = FORM | {"times": "25:00", "title_zh": "我的计划", "duration_minutes": "ten"}
    page = await desk.post("/desk/plans/new", data=wrong)
    assert page.status_code == 400
    assert "我的计划" in page.text
    assert "“ten” should be a whole number" in page.text
    page = await desk.post("/desk/plans/new", data=wrong | {"duration_minutes": "10"})
    assert "“25:00” should be a time such as 07:00" in page.text
    page = await desk.post("/desk/plans/new", data=FORM | {"asset": "GC-404"})
    assert (page.status_code, "GC-404" in page.text) == (404, True)


async def test_edit_keeps_what_the_checklist_measures(desk: httpx.AsyncClient, plan_id: int) -> None:
    page = await desk.get(f"/desk/plans/{plan_id}/edit")
    assert "液位 / Level" in page.text
    typed = FORM | {"freq": "monthly", "monthday": "31", "times": "09:00", "checklist": "液位 / Level\n新项"}
    assert (await desk.post(f"/desk/plans/{plan_id}/edit", data=typed | {"version": "1"})).status_code == 303
    plan = await get_plan(plan_id)
    assert plan.checklist[0]["unit"] == "cm"
    assert [item["key"] for item in plan.checklist] == ["level", "item_1"]
    stale = await desk.post(f"/desk/plans/{plan_id}/edit", data=typed | {"version": "1", "title_zh": "别的"})
    assert (stale.status_code, "别的" in stale.text) == (412, True)


async def test_every_page_while_orders_wait(desk: httpx.AsyncClient, plan_id: int, planner: Act) -> None:
    await open_due(planner.at.replace(month=12, day=1), planner)
    page = await desk.get(f"/desk/plans/{plan_id}")
    assert re.search(r'href="/desk/orders/WO-2026-\d+"', page.text)


def test_lines_and_items() -> None:
    items = [{"key": "a", "zh": "门", "en": "Door", "input": "photo"}]
    assert read_checklist_lines(checklist_lines(items), items) == items
    assert read_checklist_lines("门", items) == [{"key": "item_1", "zh": "门", "en": "门"}]


def test_only_the_fields_of_the_frequency_count() -> None:
    assert read_form(FORM, [])["rule"] == {
        "freq": "weekly", "interval": 1, "times": ["07:00", "13:00"], "weekdays": ["MO", "TH"],
    }  # fmt: skip
