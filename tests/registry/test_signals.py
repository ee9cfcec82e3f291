"""Signals: what upper rooms tell lists and the public page."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from foundation.database import fetchrow, fetchval, transaction
from registry.queries import get_asset
from registry.service import write_signals, write_signals_many

pytestmark = pytest.mark.anyio


async def test_they_show_with_the_asset_and_change_one_by_one(add, now) -> None:
    asset = await add()
    async with transaction():
        await write_signals(asset.id, open_requests=2, overdue=1, label_code="7F3K9QXDY", last_service_at=now)
        await write_signals(asset.id, open_orders=3)
    found = await get_asset(asset.code)
    assert (found.open_requests, found.open_orders, found.overdue) == (2, 3, 1)
    assert (found.label, found.last_service_at, found.version) == ("7F3K-9QXD-Y", now, asset.version)
    async with transaction():
        await write_signals(asset.id, label_code=None)
    assert (await get_asset(asset.code)).label is None


async def test_many_at_once_and_lists_as_they_are(add) -> None:
    ids = [(await add(f"{n}")).id for n in range(3)]
    known = [{"zh": "堵", "en": "blocked"}, {"zh": "没水", "en": "no water"}]
    async with transaction():
        await write_signals_many(("known", "next_service_zh"), [(ids[2], known, "明天"), (ids[0], [], None)])
        await write_signals_many(("overdue",), [(one, 1) for one in reversed(ids)])
    assert await fetchval("SELECT known FROM asset_signals WHERE asset_id = $1", ids[2]) == known
    row = await fetchrow("SELECT known, next_service_zh, overdue FROM asset_signals WHERE asset_id = $1", ids[0])
    assert tuple(row or ()) == ([], None, 1)


async def test_only_inside_a_verb(add) -> None:
    asset = await add()
    with pytest.raises(RuntimeError, match="transaction"):
        await write_signals(asset.id, overdue=1)


@pytest.mark.parametrize("column", ["name", "asset_id", "overdue; DROP TABLE asset"])
async def test_no_other_column(add, column) -> None:
    asset = await add()
    async with transaction():
        with pytest.raises(ValueError, match="no signal"):
            await write_signals_many((column,), [(asset.id, 1)])


async def test_nothing_to_say_is_nothing_written(add) -> None:
    asset = await add()
    async with transaction():
        await write_signals_many(("overdue",), [])
        await write_signals(asset.id)
    assert await fetchval("SELECT count(*) FROM asset_signals") == 0


async def test_of_an_asset_that_is_not_there(database) -> None:
    async def write() -> None:
        async with transaction():
            await write_signals(999, overdue=1)

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await write()


async def test_batches_in_opposite_order_do_not_deadlock(add) -> None:
    ids = [(await add(f"{n}")).id for n in range(20)]

    async def batch(order: list[int], value: int) -> None:
        async with transaction():
            await write_signals_many(("overdue",), [(one, value) for one in order])

    for _ in range(5):
        await asyncio.gather(batch(ids, 1), batch(ids[::-1], 2), batch(ids[10:] + ids[:10], 3))
    assert await fetchval("SELECT count(DISTINCT overdue) FROM asset_signals") == 1
