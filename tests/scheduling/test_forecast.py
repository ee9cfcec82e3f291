"""The visits to come, and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from foundation.act import Act
from foundation.database import execute
from foundation.errors import NotFound
from registry.schemas import AssetRead
from scheduling.queries import forecast
from scheduling.schemas import ForecastItem, PlanCreate
from scheduling.service import create_plan, open_due, pause_plan

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]
FAR = datetime(2028, 12, 31, tzinfo=UTC)


async def make(planner: Act, rule: dict[str, Any], **more: Any) -> int:
    values: dict[str, Any] = {"kind": "public_toilet", "title_zh": "计划", "start_on": date(2026, 11, 24)}
    return (await create_plan(PlanCreate(rule=rule, **(values | more)), planner)).id


async def read(plan_id: int, planner: Act, limit: int = 4) -> list[ForecastItem]:
    return (await forecast(plan_id, FAR, planner.at, "en", limit=limit)).items


async def test_the_31st_says_why_it_is_the_28th(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    items = await read(await make(planner, {"freq": "monthly", "monthday": 31}), planner)
    assert [f"{item.due_on}" for item in items] == ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]
    assert [item.asset for item in items] == ["GC-1"] * 4
    rule = "every month on the 31st (or the last day) at 08:00"
    assert items[1].why == [rule]
    assert items[3].why == [rule, "this month has no day 31, so its last day counts"]
    assert not any(item.assumed for item in items)


async def test_what_counts_from_completion_is_assumed(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    plan_id = await make(planner, {"freq": "monthly", "interval": 6}, mode="floating")
    known, assumed = await read(plan_id, planner, 2)
    assert (known.due_on, known.assumed) == (date(2026, 11, 24), False)
    assert (assumed.due_on, assumed.assumed) == (date(2027, 5, 24), True)
    assert assumed.why[0] == "6 months after completion"
    await open_due(known.due_at, planner)
    (waiting,) = await read(plan_id, planner, 1)
    assert (waiting.due_on, waiting.assumed) == (date(2027, 5, 23), True)  # as if it were done today


async def test_a_moved_day_says_from_where_and_how_sure(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    holiday = "INSERT INTO calendar_day (on_day, kind, name_zh, name_en, source) VALUES ($1, 'holiday', '', '', '')"
    await execute(holiday, date(2026, 11, 30))
    plan_id = await make(planner, {"freq": "weekly", "weekdays": ["MO"]}, roll="next_working_day")
    items = await read(plan_id, planner, 8)
    assert (items[0].due_on, items[0].why[-1]) == (date(2026, 12, 1), "moved from 2026-11-30, a day off")
    assert (items[0].assumed, items[-1].assumed) == (False, True)
    assert items[-1].why[-1] == "the working days of 2027 are not announced yet (provisional)"


async def test_page_by_page_in_order_of_time_and_code(new_asset: NewAsset, planner: Act) -> None:
    for code in ("GC-2", "GC-1", "GC-3"):
        await new_asset(code)
    plan_id = await make(planner, {"freq": "daily", "times": ["07:00"]})
    whole = await forecast(plan_id, FAR, planner.at, "en", limit=10)
    pages, cursor = [], None
    for _ in range(5):
        page = await forecast(plan_id, FAR, planner.at, "en", limit=2, cursor=cursor)
        pages += page.items
        cursor = page.next
    assert pages == whole.items
    assert [item.asset for item in pages[:4]] == ["GC-1", "GC-2", "GC-3", "GC-1"]


async def test_the_end_is_the_end(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    plan_id = await make(planner, {"freq": "daily"}, end_on=date(2026, 11, 25))
    page = await forecast(plan_id, FAR, planner.at, "en")
    assert ([item.due_on.day for item in page.items], page.next) == ([24, 25], None)


async def test_a_paused_plan_and_no_plan(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    plan_id = await make(planner, {"freq": "daily"})
    await pause_plan(plan_id, 1, planner)
    assert await read(plan_id, planner) == []
    with pytest.raises(NotFound):
        await read(4711, planner)
