"""Orders that open by themselves: once, on the right day, and not fourteen for one toilet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from foundation.act import Act, public_act, system_act
from foundation.database import execute, fetch, fetchval
from foundation.errors import Invalid, NotSignedIn
from foundation.settings import Settings, use_settings
from registry.history import verify
from registry.queries import find_history, get_asset
from registry.schemas import AssetRead
from registry.service import retire_asset
from scheduling.queries import get_plan
from scheduling.schemas import PlanCreate, PlanUpdate
from scheduling.service import (
    adopt_catalogue_plans,
    create_plan,
    end_of_today,
    open_due,
    pause_plan,
    resume_plan,
    update_plan,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]
At = Callable[..., Act]
TODAY = date(2026, 11, 23)
TWICE_A_DAY = {"freq": "daily", "times": ["07:00", "13:00"]}


def plan(rule: dict[str, Any] = TWICE_A_DAY, **more: Any) -> PlanCreate:
    values: dict[str, Any] = {"kind": "public_toilet", "title_zh": "保洁", "title_en": "Clean", "start_on": TODAY}
    return PlanCreate(rule=rule, **(values | more))


async def due_days() -> list[str]:
    rows = await fetch("SELECT due_at AT TIME ZONE 'Asia/Shanghai' AS local FROM work_order ORDER BY due_at, id")
    return [f"{row['local']:%m-%d %H:%M}" for row in rows]


async def origins() -> list[str]:
    return [row["origin"] for row in await fetch("SELECT origin FROM stop ORDER BY origin")]


async def test_every_occurrence_asked_for_opens_once(new_asset: NewAsset, planner: Act) -> None:
    asset = await new_asset("GC-1")
    made = await create_plan(plan(start_on=date(2026, 11, 24)), planner)
    until = datetime(2026, 11, 25, 12, tzinfo=UTC)
    first = await open_due(until, planner)
    assert (first.opened, first.skipped, first.until) == (4, 0, until)
    assert await due_days() == ["11-24 07:00", "11-24 13:00", "11-25 07:00", "11-25 13:00"]
    assert (await origins())[0] == f"plan:{made.id}:{asset.id}:2026-11-23T23:00:00Z"
    again = await open_due(until, planner)
    assert (again.opened, again.skipped) == (0, 0)


async def test_the_asset_shows_the_open_visit_before_the_one_after(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await create_plan(plan(start_on=date(2026, 11, 24)), planner)
    assert (await get_asset("GC-1")).next_service_at == datetime(2026, 11, 23, 23, tzinfo=UTC)
    await open_due(datetime(2026, 11, 24, 6, tzinfo=UTC), planner)
    asset = await get_asset("GC-1")
    assert (asset.next_service_at, asset.open_orders) == (datetime(2026, 11, 23, 23, tzinfo=UTC), 2)


async def test_a_missed_night_is_caught_up_by_its_latest(new_asset: NewAsset, planner: Act, at: At) -> None:
    asset = await new_asset("GC-1")
    await create_plan(plan(), planner)
    # The clock stands still for a week.
    later = at(days=7)
    done = await open_due(later.at, later)
    assert (done.opened, done.skipped) == (1, 14)
    assert await due_days() == ["11-30 07:00"]
    (line,) = [one for one in (await find_history(asset.id)).items if one.kind == "plan.occurrences_skipped"]
    assert line.data["count"] == 14


async def test_a_week_of_neglect_is_one_order(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    await create_plan(plan({"freq": "daily", "times": ["07:00"]}), planner)
    for hours in range(0, 7 * 24, 6):
        act = at(hours=hours)
        await open_due(end_of_today(act), act, hold=True)
    assert await due_days() == ["11-23 07:00"]


async def test_an_order_in_time_lets_the_next_day_open(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    await create_plan(plan({"freq": "daily", "times": ["07:00"]}), planner)
    await open_due(end_of_today(planner), planner, hold=True)
    await execute("UPDATE stop SET done_at = $1", planner.at)
    act = at(days=1)
    await open_due(end_of_today(act), act, hold=True)
    assert await due_days() == ["11-23 07:00", "11-24 07:00"]


async def test_held_occurrences_open_once_the_late_order_is_done(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    await create_plan(plan({"freq": "daily", "times": ["07:00"]}), planner)
    await open_due(end_of_today(planner), planner, hold=True)
    midnight = at(hours=15)  # 01:00 of the 24th
    assert (await open_due(end_of_today(midnight), midnight, hold=True)).opened == 0
    await execute("UPDATE stop SET done_at = $1", midnight.at)
    assert (await open_due(end_of_today(midnight), midnight, hold=True)).opened == 1
    assert await due_days() == ["11-23 07:00", "11-24 07:00"]


async def test_the_31st_through_a_year(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await create_plan(plan({"freq": "monthly", "monthday": 31, "times": ["08:00"]}), planner)
    await open_due(datetime(2027, 4, 30, 12, tzinfo=UTC), planner)
    assert await due_days() == [
        "11-30 08:00", "12-31 08:00", "01-31 08:00", "02-28 08:00", "03-31 08:00", "04-30 08:00",
    ]  # fmt: skip


async def test_the_31st_opened_month_by_month_never_drifts(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    await create_plan(plan({"freq": "monthly", "monthday": 31, "times": ["08:00"]}), planner)
    for days in range(0, 160, 3):
        act = at(days=days)
        await open_due(end_of_today(act), act)
        await execute("UPDATE stop SET done_at = $1 WHERE done_at IS NULL", act.at)
    assert await due_days() == [
        "11-30 08:00",
        "12-31 08:00",
        "01-31 08:00",
        "02-28 08:00",
        "03-31 08:00",
        "04-30 08:00",
    ]


async def test_a_zone_with_summer_time_keeps_its_local_hour(
    new_asset: NewAsset, planner: Act, settings: Settings
) -> None:
    use_settings(replace(settings, timezone="Europe/Berlin"))
    await new_asset("GC-1")
    await create_plan(plan({"freq": "weekly", "weekdays": ["SU"], "times": ["02:30"]}), planner)
    await open_due(datetime(2027, 4, 5, tzinfo=UTC), planner)
    rows = await fetch("SELECT due_at FROM work_order WHERE due_at > '2027-03-20' ORDER BY due_at")
    assert [f"{row['due_at']:%m-%d %H:%M}" for row in rows] == ["03-21 01:30", "03-28 01:30", "04-04 00:30"]


async def test_a_monday_patrol_walks_after_the_holiday(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    holiday = "INSERT INTO calendar_day (on_day, kind, name_zh, name_en, source) VALUES ($1, 'holiday', '', '', '')"
    await execute(holiday, date(2026, 11, 30))
    rule = {"freq": "weekly", "weekdays": ["MO"], "times": ["08:00"]}
    await create_plan(plan(rule, roll="next_working_day", start_on=date(2026, 11, 24)), planner)
    await open_due(datetime(2026, 12, 8, tzinfo=UTC), planner)
    assert await due_days() == ["12-01 08:00", "12-07 08:00"]


async def test_an_edited_calendar_moves_the_day_and_opens_nothing_twice(
    new_asset: NewAsset, planner: Act, at: At
) -> None:
    await new_asset("GC-1")
    rule = {"freq": "weekly", "weekdays": ["MO"], "times": ["08:00"]}
    await create_plan(plan(rule, roll="next_working_day", start_on=date(2026, 11, 24)), planner)
    await open_due(datetime(2026, 11, 30, 12, tzinfo=UTC), planner)
    holiday = "INSERT INTO calendar_day (on_day, kind, name_zh, name_en, source) VALUES ($1, 'holiday', '', '', '')"
    await execute(holiday, date(2026, 11, 30))
    await execute(holiday, date(2026, 12, 7))
    await open_due(datetime(2026, 12, 9, tzinfo=UTC), planner)
    assert await due_days() == ["11-30 08:00", "12-08 08:00"]


async def test_an_occurrence_keeps_its_name_when_its_day_moves(new_asset: NewAsset, planner: Act) -> None:
    """Opened for Monday; then Monday becomes a holiday and the plan is placed anew: it must not open for Tuesday."""
    await new_asset("GC-1")
    rule = {"freq": "weekly", "weekdays": ["MO"], "times": ["08:00"]}
    made = await create_plan(plan(rule, roll="next_working_day", start_on=date(2026, 11, 24)), planner)
    await open_due(datetime(2026, 11, 30, 12, tzinfo=UTC), planner)
    holiday = "INSERT INTO calendar_day (on_day, kind, name_zh, name_en, source) VALUES ($1, 'holiday', '', '', '')"
    await execute(holiday, date(2026, 11, 30))
    await update_plan(made.id, PlanUpdate(end_on=date(2027, 12, 31)), made.version, planner)
    assert (await get_plan(made.id)).next_due_at == datetime(2026, 12, 1, tzinfo=UTC)
    done = await open_due(datetime(2026, 12, 2, tzinfo=UTC), planner)
    assert (done.opened, done.skipped, await due_days()) == (0, 1, ["11-30 08:00"])


async def test_a_street_is_one_round(new_asset: NewAsset, planner: Act) -> None:
    for number, street in enumerate(["松台街道", "松台街道", "五马街道"]):
        await new_asset(f"XDS-{number}", kind="street_tree", street=street)
    await create_plan(plan({"freq": "daily", "times": ["12:00"]}, kind="street_tree", grouping="street"), planner)
    assert (await open_due(end_of_today(planner), planner)).opened == 2
    rows = await fetch(
        "SELECT w.title_zh, count(*) AS stops FROM work_order w JOIN stop s ON s.work_order_id = w.id GROUP BY w.id"
        " ORDER BY 2 DESC"
    )
    assert [(row["title_zh"], row["stops"]) for row in rows] == [("保洁 · 松台街道", 2), ("保洁 · 五马街道", 1)]


async def test_a_new_asset_joins_and_owes_nothing(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    made = await create_plan(plan(start_on=date(2026, 10, 1)), planner)
    assert made.next_due_at == datetime(2026, 9, 30, 23, tzinfo=UTC)
    await open_due(planner.at, planner)
    await new_asset("GC-2")
    assert (await open_due(planner.at, planner)).opened == 0
    assert (await get_plan(made.id)).targets == 2
    assert (await get_asset("GC-2")).next_service_at == datetime(2026, 11, 23, 5, tzinfo=UTC)


async def test_a_plan_that_began_in_the_past_owes_its_latest(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await create_plan(plan(start_on=date(2026, 11, 1)), planner)
    done = await open_due(planner.at, planner)
    assert (done.opened, done.skipped) == (1, 44)
    assert await due_days() == ["11-23 07:00"]


async def test_a_retired_asset_is_left_alone(new_asset: NewAsset, planner: Act) -> None:
    asset = await new_asset("GC-1")
    await create_plan(plan(), planner)
    await retire_asset("GC-1", "拆除", asset.version, system_act(planner.at))
    assert (await open_due(end_of_today(planner), planner)).opened == 0
    assert (await get_asset("GC-1")).next_service_at is None


async def test_paused_plans_and_ended_plans_open_nothing(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    made = await create_plan(plan(), planner)
    paused = await pause_plan(made.id, made.version, planner)
    await create_plan(plan(start_on=date(2026, 10, 1), end_on=date(2026, 10, 2)), planner)
    later = at(days=3)
    done = await open_due(later.at, later)
    assert (done.opened, await due_days()) == (1, ["10-02 13:00"])  # the ended plan's last is owed, and no more
    await resume_plan(made.id, paused.version, later)
    assert (await open_due(later.at, later)).opened == 0


async def test_a_changed_rule_does_not_open_an_occurrence_again(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    made = await create_plan(plan(start_on=date(2026, 11, 24)), planner)
    until = datetime(2026, 11, 25, 12, tzinfo=UTC)
    await open_due(until, planner)
    await update_plan(made.id, PlanUpdate(rule={"freq": "daily", "times": ["07:00", "18:00"]}), 1, planner)
    done = await open_due(until, planner)
    assert (done.opened, done.skipped) == (2, 2)
    assert len(await origins()) == len(set(await origins())) == 6


async def test_what_the_plan_says_reaches_the_order(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await execute("INSERT INTO crew (name) VALUES ('一班')")
    crew_id = await fetchval("SELECT id FROM crew")
    checklist = [{"key": "after", "zh": "完工照片", "en": "Photo after", "input": "photo"}]
    await create_plan(plan(crew_id=crew_id, priority="P2", checklist=checklist), planner)
    await open_due(end_of_today(planner), planner)
    (order, _) = await fetch("SELECT * FROM work_order ORDER BY due_at")
    assert (order["kind"], order["priority"], order["state"], order["crew_id"]) == (
        "preventive",
        "P2",
        "assigned",
        crew_id,
    )
    assert order["photo_required"] is True
    assert order["checklist"][0]["zh"] == "完工照片"


async def test_the_chain_holds_afterwards(new_asset: NewAsset, planner: Act) -> None:
    for number in range(5):
        await new_asset(f"GC-{number}")
    await adopt_catalogue_plans(None, planner)
    await open_due(planner.at + timedelta(days=40), planner)
    assert (await verify()).broken == []


async def test_refusals(planner: Act) -> None:
    with pytest.raises(NotSignedIn):
        await open_due(planner.at, public_act(planner.at))
    with pytest.raises(Invalid):
        await open_due(planner.at + timedelta(days=732), planner)
