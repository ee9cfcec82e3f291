"""Labels hears of damaged and wrong labels from the history alone: each report once, whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from app.chores import CHORES
from foundation.act import Act, system_act
from foundation.database import execute, fetch, fetchrow, transaction
from foundation.errors import NotSignedIn
from labels.service import hearing as hearing_module
from labels.service import issue_labels, replace_label
from labels.service.hearing import hear_history
from maintenance.schemas import ReportCreate
from maintenance.service import report_fault
from registry.events import AssetReinstated
from registry.history import record
from registry.schemas import AssetRead
from scheduling.clock import tick

pytestmark = pytest.mark.anyio
Add = Callable[..., Awaitable[AssetRead]]


def later(act: Act, **spans: float) -> Act:
    return replace(act, at=act.at + timedelta(**spans))


async def labelled(add_asset: Add, registrar: Act, name: str = "一") -> tuple[AssetRead, int]:
    asset = await add_asset(name)
    return asset, (await issue_labels([asset.id], registrar))[asset.id].id


async def report(asset: AssetRead, category: str, citizen: Act, client: str = "a") -> None:
    await report_fault(asset.id, ReportCreate(category=category, client=client), citizen)


async def wishes() -> list[tuple[int, str, int]]:
    rows = await fetch("SELECT label_id, reason, reports FROM label_wish ORDER BY label_id")
    return [(row["label_id"], row["reason"], row["reports"]) for row in rows]


async def test_reports_about_the_label_are_heard_once_and_counted(database, add_asset, registrar, citizen) -> None:
    one, first = await labelled(add_asset, registrar)
    two, second = await labelled(add_asset, registrar, "二")
    hour = later(citizen, hours=1)
    await report(one, "label_damaged", hour)
    await report(one, "label_damaged", later(hour, minutes=1), client="b")  # joins the first
    await report(two, "label_wrong", hour)
    clock = system_act(hour.at)
    assert await hear_history(clock) == 3
    assert await wishes() == [(first, "damaged", 2), (second, "wrong", 1)]
    row = await fetchrow("SELECT told_at FROM label_wish WHERE label_id = $1", first)
    assert row["told_at"] == hour.at
    assert await hear_history(clock) == 0
    await report(one, "label_wrong", later(hour, minutes=5), client="c")
    assert await hear_history(clock) == 1
    assert await wishes() == [(first, "wrong", 3), (second, "wrong", 1)]
    await report(two, "label_damaged", later(hour, minutes=9), client="d")
    await hear_history(clock)
    assert await wishes() == [(first, "wrong", 3), (second, "wrong", 2)]  # the worse word stays


async def test_other_faults_other_lines_and_facilities_without_a_label_are_passed_over(
    database, add_asset, registrar, citizen
) -> None:
    asset, _ = await labelled(add_asset, registrar)
    bare = await add_asset("无标签")
    hour = later(citizen, hours=1)
    await report(bare, "label_damaged", hour)
    await report(asset, "overflow", hour)
    async with transaction():
        await record(asset.id, AssetReinstated(), registrar)
    await hear_history(system_act(hour.at))
    assert await wishes() == []


async def test_a_report_about_an_earlier_label_or_an_earlier_print_is_no_wish(
    database, add_asset, registrar, citizen
) -> None:
    one, _ = await labelled(add_asset, registrar)
    two, second = await labelled(add_asset, registrar, "二")
    hour = later(citizen, hours=1)
    await report(one, "label_damaged", hour)
    await report(two, "label_damaged", hour)
    code = (await fetchrow("SELECT code FROM label WHERE asset_id = $1", one.id))["code"]
    await replace_label(code, later(registrar, hours=2))
    await execute("UPDATE label SET printed_at = $2 WHERE id = $1", second, later(registrar, hours=2).at)
    assert await hear_history(system_act(hour.at)) == 2
    assert await wishes() == []


async def test_any_number_of_listeners_count_each_report_once(database, add_asset, registrar, citizen) -> None:
    asset, label = await labelled(add_asset, registrar)
    hour = later(citizen, hours=1)
    for n in range(6):
        await report(asset, "label_damaged", later(hour, minutes=n), client=f"{n}")
        await asyncio.gather(*(hear_history(system_act(hour.at)) for _ in range(4)))
    await hear_history(system_act(hour.at))
    assert await wishes() == [(label, "damaged", 6)]


async def test_a_listener_does_not_wait_for_another(database, add_asset, registrar, citizen) -> None:
    asset, label = await labelled(add_asset, registrar)
    await hear_history(system_act(registrar.at))
    await report(asset, "label_damaged", later(citizen, hours=1))
    other = await asyncpg.connect(database)
    try:
        busy = other.transaction()
        await busy.start()
        await other.execute("SELECT 1 FROM label_ear FOR UPDATE")
        async with asyncio.timeout(5):
            assert await hear_history(system_act(registrar.at)) == 0
        await busy.rollback()
    finally:
        await other.close()
    assert await hear_history(system_act(registrar.at)) == 1
    assert await wishes() == [(label, "damaged", 1)]


async def test_a_backlog_is_heard_to_its_end(database, add_asset, registrar, citizen, monkeypatch) -> None:
    asset, label = await labelled(add_asset, registrar)
    for n in range(5):
        await report(asset, "label_damaged", later(citizen, minutes=n), client=f"{n}")
    monkeypatch.setattr(hearing_module, "BATCH", 2)
    assert await hear_history(system_act(registrar.at)) == 5
    assert await wishes() == [(label, "damaged", 5)]


async def test_a_hearing_that_fails_is_repeated_whole(database, add_asset, registrar, citizen) -> None:
    asset, label = await labelled(add_asset, registrar)
    await report(asset, "label_damaged", later(citizen, hours=1))
    await execute("ALTER TABLE label_wish RENAME TO label_wish_away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await hear_history(system_act(registrar.at))
    await execute("ALTER TABLE label_wish_away RENAME TO label_wish")
    assert await hear_history(system_act(registrar.at)) == 1
    assert await wishes() == [(label, "damaged", 1)]


async def test_nothing_heard_is_nothing_written(database, add_asset, registrar) -> None:
    await hear_history(system_act(registrar.at))
    before = await fetchrow("SELECT xmin::text, xact FROM label_ear")
    await labelled(add_asset, registrar)
    await hear_history(system_act(registrar.at))
    assert await fetchrow("SELECT xmin::text, xact FROM label_ear") == before


async def test_the_clock_listens(database, add_asset, registrar, citizen) -> None:
    asset, label = await labelled(add_asset, registrar)
    await report(asset, "label_wrong", later(citizen, hours=1))
    assert await tick(CHORES, registrar.at) == 0
    assert await wishes() == [(label, "wrong", 1)]
    with pytest.raises(NotSignedIn):
        await hear_history(citizen)
