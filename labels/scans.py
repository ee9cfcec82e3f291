"""Scans are counted in memory and written by the minute: the page behind a label never waits for a write."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from foundation.database import execute
from foundation.errors import Unavailable
from foundation.settings import current_settings

FLUSH_SECONDS: Final = 30.0
logger = logging.getLogger(__name__)


class ScanBuffer:
    """Counts scans by label and day of the district; loses at most what came since the last flush."""

    def __init__(self, zone: ZoneInfo, every: float = FLUSH_SECONDS) -> None:
        self._zone = zone
        self._every = every
        self._counts: dict[tuple[int, date], tuple[int, datetime]] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, label_id: int, at: datetime | None = None) -> None:
        """Count one scan, now or at an aware instant. Never waits."""
        when = at or datetime.now(UTC)
        key = (label_id, when.astimezone(self._zone).date())
        before = self._counts.get(key)
        self._counts[key] = (before[0] + 1 if before else 1, when)

    async def flush(self) -> None:
        """Write what was counted, in one statement; on failure it is counted again with the next flush."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            await _write(counts)
        except BaseException:
            self._put_back(counts)
            raise

    def _put_back(self, counts: dict[tuple[int, date], tuple[int, datetime]]) -> None:
        for key, (scans, at) in counts.items():
            since = self._counts.get(key)
            self._counts[key] = (scans + since[0], since[1]) if since else (scans, at)

    async def start(self) -> None:
        """Begin to flush in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the background work and write the rest."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._try_flush()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            await self._try_flush()

    async def _try_flush(self) -> None:
        try:
            await self.flush()
        except Unavailable:
            logger.warning("scans are kept in memory: the database does not answer")
        except Exception:  # counting goes on whatever it was; the scans are kept
            logger.exception("scans are kept in memory: they could not be written")


_open: ScanBuffer | None = None


def note_scan(label_id: int, at: datetime | None = None) -> None:
    """Count one scan in the running program's buffer; where none was started, scans are not counted."""
    if _open is not None:
        _open.note(label_id, at)


async def start_scans(zone: ZoneInfo | None = None) -> None:
    """Start the program's buffer, at the start of serving; days are the district's."""
    global _open
    _open = ScanBuffer(zone or current_settings().zone)
    await _open.start()


async def stop_scans() -> None:
    """Write the rest and stop counting, while the database is still open."""
    global _open
    buffer, _open = _open, None
    if buffer is not None:
        await buffer.stop()


async def _write(counts: dict[tuple[int, date], tuple[int, datetime]]) -> None:
    ordered = sorted(counts.items())
    await execute(
        "INSERT INTO label_scan (label_id, on_day, scans, last_at)"
        " SELECT * FROM unnest($1::bigint[], $2::date[], $3::integer[], $4::timestamptz[])"
        " ON CONFLICT (label_id, on_day) DO UPDATE SET scans = label_scan.scans + excluded.scans,"
        " last_at = greatest(label_scan.last_at, excluded.last_at)",
        [key[0] for key, _ in ordered],
        [key[1] for key, _ in ordered],
        [value[0] for _, value in ordered],
        [value[1] for _, value in ordered],
    )
