"""What upper rooms hear of the history: every line once, whoever writes meanwhile, and on whichever server."""

from __future__ import annotations

import asyncpg
import pytest

from foundation.database import execute_script, fetch, fetchval, transaction
from registry.events import AssetReinstated, AssetRetired, ConditionRated
from registry.history import record, record_many
from registry.queries import read_lines_after
from registry.schemas import HistoryPlace

pytestmark = pytest.mark.anyio
KINDS = {"asset.retired", "asset.reinstated"}
OPEN_LINE = (
    "INSERT INTO history_line (stream, seq, at, kind, audience, actor, data, hash)"
    " VALUES (99, 0, now(), 'asset.retired', 'staff', 'x', '{\"reason\": \"late\"}', '')"
)


async def write(act, stream: int, *reasons: str) -> None:
    async with transaction():
        await record_many([(stream, AssetRetired(reason=reason)) for reason in reasons], act)


async def count_otherwise(xact: int, up_to: int = 2**62) -> None:
    """As lines look that were written by a server whose transactions have other numbers."""
    await execute_script(
        "ALTER TABLE history_line DISABLE TRIGGER USER;"
        f"UPDATE history_line SET xact = '{xact}'::xid8 WHERE id <= {up_to};"
        "ALTER TABLE history_line ENABLE TRIGGER USER;"
    )


async def heard(place: HistoryPlace, limit: int = 500) -> tuple[list[str], HistoryPlace]:
    lines, after = await read_lines_after(place, KINDS, limit)
    return [line.data.get("reason", line.kind) for line in lines], after


async def test_lines_of_the_kinds_asked_for_are_read_once_and_in_order(database, registrar) -> None:
    await write(registrar, 8, "一", "二")
    async with transaction():
        await record(7, ConditionRated(condition=2), registrar)
        await record(7, AssetReinstated(), registrar)
    told, place = await heard(HistoryPlace())
    assert told == ["一", "二", "asset.reinstated"]
    assert await heard(place) == ([], place)
    await write(registrar, 7, "三")
    lines, place = await read_lines_after(place, KINDS)
    assert [(line.stream, line.kind, line.data) for line in lines] == [(7, "asset.retired", {"reason": "三"})]
    assert lines[0].at == registrar.at
    assert (await heard(place))[0] == []


async def test_a_long_backlog_comes_in_pieces_that_lose_and_repeat_nothing(database, registrar) -> None:
    for n in range(0, 9, 3):
        await write(registrar, 7, *(f"{n + i}" for i in range(3)))
    place, all_told = HistoryPlace(), []
    for _ in range(6):
        told, place = await heard(place, limit=2)
        all_told += told
    assert all_told == [f"{n}" for n in range(9)]


async def test_a_transaction_still_open_is_not_passed(database, registrar) -> None:
    slow = await asyncpg.connect(database)
    try:
        early = slow.transaction()
        await early.start()
        await slow.execute(OPEN_LINE)  # has its number, and is not to be seen yet
        await write(registrar, 7, "soon")
        told, place = await heard(HistoryPlace())
        assert told == []  # "soon" was committed, but comes after what is open
        await early.commit()
    finally:
        await slow.close()
    told, place = await heard(place)
    assert told == ["late", "soon"]
    assert (await heard(place))[0] == []


async def test_after_a_restore_on_a_server_that_counts_lower_new_lines_are_heard_and_old_ones_are_not(
    database, registrar
) -> None:
    await write(registrar, 7, "before", "backup")
    far = await fetchval("SELECT pg_current_xact_id()::text::bigint") + 1_000_000
    await count_otherwise(far)
    told, place = await heard(HistoryPlace(xact=far + 7))  # as far as the other server had read
    assert told == []
    await write(registrar, 7, "new")
    told, place = await heard(place)
    assert told == ["new"]
    await count_otherwise(3, place.restored_id)  # the numbers of this server have reached those that came along
    assert (await heard(HistoryPlace(0, 0, place.restored_id)))[0] == ["new"]
    assert (await heard(HistoryPlace()))[0] == ["before", "backup", "new"]


async def test_the_index_is_used(database, registrar) -> None:
    rows = await fetch(
        "EXPLAIN SELECT id FROM history_line WHERE (xact, id) > ('700'::text::xid8, 5)"
        " AND xact < '900'::text::xid8 AND id > 0 AND kind = ANY('{a}'::text[]) ORDER BY xact, id LIMIT 5"
    )
    assert "history_line_xact_ix" in "\n".join(row[0] for row in rows)
