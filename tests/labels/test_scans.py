"""Scans are counted without waiting, by the district's day, and survive a database that does not answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from foundation.database import execute, fetch
from labels.scans import ScanBuffer, note_scan, start_scans, stop_scans
from labels.service.issue import make_blank_labels

pytestmark = pytest.mark.anyio
SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
NIGHT = datetime(2026, 11, 23, 16, 1, tzinfo=UTC)


async def two_labels(registrar) -> list[int]:
    await make_blank_labels(2, registrar, job="x", stock="a4-3x8")
    return [row["id"] for row in await fetch("SELECT id FROM label ORDER BY id")]


async def written() -> list[tuple[int, date, int]]:
    rows = await fetch("SELECT label_id, on_day, scans FROM label_scan ORDER BY 1, 2")
    return [tuple(row) for row in rows]


async def test_scans_add_up_by_label_and_day_of_the_district(database, registrar) -> None:
    one, two = await two_labels(registrar)
    buffer = ScanBuffer(SHANGHAI)
    for at in (EVENING, EVENING, NIGHT):
        buffer.note(one, at)
    buffer.note(two, NIGHT)
    await buffer.flush()
    buffer.note(one, NIGHT)
    await buffer.flush()
    await buffer.flush()
    assert await written() == [(one, date(2026, 11, 23), 2), (one, date(2026, 11, 24), 2), (two, date(2026, 11, 24), 1)]


async def test_nothing_counted_is_lost_when_it_cannot_be_written(database, registrar, caplog) -> None:
    one, _ = await two_labels(registrar)
    buffer = ScanBuffer(SHANGHAI)
    buffer.note(one, EVENING)
    await execute("ALTER TABLE label_scan RENAME TO label_scan_away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await buffer.flush()
    buffer.note(one, EVENING)
    await buffer.stop()  # even then the program ends in peace, and says so
    assert "kept in memory" in caplog.text
    await execute("ALTER TABLE label_scan_away RENAME TO label_scan")
    await buffer.flush()
    assert await written() == [(one, date(2026, 11, 23), 2)]


async def test_the_program_counts_from_start_to_stop_and_writes_the_rest(database, registrar) -> None:
    one, two = await two_labels(registrar)
    note_scan(two, EVENING)  # nobody counts yet, and nobody waits
    await start_scans(SHANGHAI)
    note_scan(one, EVENING)
    await stop_scans()
    note_scan(two, EVENING)
    assert await written() == [(one, date(2026, 11, 23), 1)]


async def test_the_background_work_writes_by_itself(database, registrar) -> None:
    one, _ = await two_labels(registrar)
    buffer = ScanBuffer(SHANGHAI, every=0.0)
    await buffer.start()
    buffer.note(one, EVENING)
    async with asyncio.timeout(10):
        while not await written():  # each look gives the background work its turn
            pass
    await buffer.stop()
