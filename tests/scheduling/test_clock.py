"""The alarm clock: it wakes the chores, writes down how they went, and goes on whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from foundation.act import Act
from foundation.database import execute, fetchval
from foundation.settings import load_settings
from registry.schemas import AssetRead
from scheduling.clock import CHORES, Chore, start_clock, stop_clock, tick
from scheduling.queries import last_tick
from scheduling.schemas import PlanCreate
from scheduling.service import create_plan

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]


async def test_a_tick_opens_the_day_and_is_remembered(new_asset: NewAsset, planner: Act, now: datetime) -> None:
    await new_asset("GC-1")
    rule = {"freq": "daily", "times": ["07:00", "13:00", "23:00"]}
    await create_plan(
        PlanCreate(kind="public_toilet", title_zh="保洁", rule=rule, start_on=date(2026, 11, 23)), planner
    )
    assert await last_tick() is None
    assert await tick(at=now) == 0
    written = await last_tick()
    assert written is not None
    assert (written.at, written.opened, written.failure) == (now, 3, None)
    assert await tick(at=now + timedelta(minutes=1)) == 0
    assert await fetchval("SELECT count(*) FROM work_order") == 3


async def test_all_chores_run_on_an_empty_district(database: str, now: datetime) -> None:
    assert await tick(at=now) == 0
    assert await fetchval("SELECT count(*) FROM clock_tick WHERE failure IS NULL") == len(CHORES)


async def test_a_failing_chore_is_written_down_and_the_next_is_done(database: str, now: datetime) -> None:
    done: list[datetime] = []

    async def fails(act: Act) -> int:
        return int(await fetchval("SELECT 1 / 0"))

    async def works(act: Act) -> int:
        done.append(act.at)
        return 7

    chores = (Chore("due", fails), Chore("other", works))
    assert await tick(chores, now) == 1
    assert done == [now]
    written = await last_tick()
    assert written is not None
    assert "division by zero" in (written.failure or "")
    assert await tick((Chore("due", works),), now + timedelta(minutes=1)) == 0
    again = await last_tick()
    assert again is not None
    assert (again.failure, again.opened) == (None, 7)


async def test_a_rare_chore_rests_whoever_did_it(database: str, now: datetime) -> None:
    done: list[datetime] = []

    async def works(act: Act) -> int:
        done.append(act.at)
        return 0

    chores = (Chore("purge", works, timedelta(hours=1)),)
    for minutes in (0, 1, 59, 60, 61):
        await tick(chores, now + timedelta(minutes=minutes))
    assert done == [now, now + timedelta(minutes=60)]


async def test_a_slow_clock_does_not_write_over_a_later_tick(database: str, now: datetime) -> None:
    await tick((CHORES[0],), now)
    await tick((CHORES[0],), now - timedelta(minutes=5))
    written = await last_tick()
    assert written is not None
    assert written.at == now


async def test_the_clock_ticks_at_once_and_stops_after_its_tick(database: str) -> None:
    begun, finished = asyncio.Event(), asyncio.Event()

    async def slow(act: Act) -> int:
        begun.set()
        await execute("SELECT 1")
        finished.set()
        return 0

    await start_clock(load_settings({}), (Chore("slow", slow),))
    await begun.wait()
    await stop_clock()
    assert finished.is_set()
    assert await last_tick("slow") is not None
    await stop_clock()


async def test_the_act_of_the_clock_is_the_system_s(database: str, now: datetime) -> None:
    acts: list[Act] = []

    async def look(act: Act) -> int:
        acts.append(act)
        return 0

    await tick((Chore("look", look),), now)
    assert acts == [replace(acts[0], at=now)]
    assert acts[0].principal.is_system
