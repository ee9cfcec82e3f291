"""Any number of clocks may run: nothing is opened twice, nothing is lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import Unavailable
from registry.history import verify
from registry.schemas import AssetRead
from scheduling.schemas import PlanCreate
from scheduling.service import create_plan, open_due

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]
ROOT = Path(__file__).resolve().parents[2]
PLANS, ASSETS, TIMES = 3, 6, 2

ONE_CLOCK = """
import asyncio, sys
from datetime import datetime
from foundation.act import system_act
from foundation.database import close_database, open_database
from scheduling.service import open_due

async def main(url, at):
    await open_database(url)
    moment = datetime.fromisoformat(at)
    print((await open_due(moment, system_act(moment))).opened)
    await close_database()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def district(new_asset: NewAsset, planner: Act) -> None:
    for number in range(ASSETS):
        await new_asset(f"GC-{number}", street=f"街道{number % 2}")
    rule = {"freq": "daily", "times": ["08:00", "09:00"]}
    for grouping in ("asset", "street", "asset"):
        values = {"kind": "public_toilet", "title_zh": "保洁", "grouping": grouping, "start_on": date(2026, 11, 24)}
        await create_plan(PlanCreate(rule=rule, **values), planner)


async def check_all_open_once() -> None:
    assert await fetchval("SELECT count(*) FROM stop") == PLANS * ASSETS * TIMES
    assert await fetchval("SELECT count(*) FROM work_order") == (ASSETS + 2 + ASSETS) * TIMES
    assert await fetchval("SELECT count(*) FROM plan_target WHERE waiting_order_id IS NULL") == 0
    assert (await verify()).broken == []


@pytest.mark.usefixtures("district")
async def test_three_clocks_in_one_process(at: Callable[..., Act]) -> None:
    later = at(days=1)
    done = await asyncio.gather(*(open_due(later.at, later, hold=hold) for hold in (True, False, True)))
    # Both of the day's occurrences are missed by then, so the earlier is left out: one order each, opened once.
    assert sum(one.opened for one in done) == ASSETS + 2 + ASSETS
    assert await fetchval("SELECT count(*) FROM stop") == PLANS * ASSETS


@pytest.mark.usefixtures("district")
async def test_three_clocks_in_three_processes(database: str, at: Callable[..., Act]) -> None:
    moment = at(days=0).at.replace(day=24, hour=1)
    now = at(days=0).at.isoformat()
    script = ONE_CLOCK.replace(
        "open_due(moment, system_act(moment))", f"open_due(moment, system_act(datetime.fromisoformat({now!r})))"
    )
    clocks = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, database, moment.isoformat(), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    told = [await clock.communicate() for clock in clocks]
    assert [clock.returncode for clock in clocks] == [0, 0, 0]
    assert sum(int(out) for out, _ in told) == (ASSETS + 2 + ASSETS) * TIMES
    await check_all_open_once()


@pytest.mark.usefixtures("district")
async def test_a_transaction_killed_midway_loses_nothing(database: str, at: Callable[..., Act]) -> None:
    until = at(days=0).at.replace(day=24, hour=1)
    # Somebody holds the history of one asset: the run opens a plan's orders and then has to wait for the line.
    other = await asyncpg.connect(database)
    held = other.transaction()
    await held.start()
    await other.execute("SELECT * FROM history_head WHERE stream > 0 ORDER BY stream DESC LIMIT 1 FOR UPDATE")
    run = asyncio.create_task(open_due(until, at(days=0)))
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while not (pid := await other.fetchval(waiting)):
        await other.execute("SELECT pg_stat_clear_snapshot()")
    await other.execute("SELECT pg_terminate_backend($1)", pid)
    with pytest.raises(Unavailable):
        await run
    await held.rollback()
    await other.close()
    assert await fetchval("SELECT count(*) FROM stop") == 0
    await open_due(until, at(days=0))
    await check_all_open_once()
