"""The worker: takes one job after the other; any number of processes may run one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from foundation.act import Act
from foundation.database import Record, execute, fetchrow
from foundation.errors import FacilityError
from foundation.jobs.apart import Apart, run_apart, see_to
from foundation.jobs.failures import failure_of, is_full
from foundation.jobs.folder import remove_expired
from foundation.jobs.kinds import KINDS, Cancelled, JobContext
from foundation.principals import Principal

LOOK_EVERY: Final = 2.0  # seconds
BEAT_EVERY: Final = 15.0
CLEAN_EVERY: Final = timedelta(minutes=1)
# A worker that has not been heard of for so long is dead; its job is begun again by another.
DEAD_AFTER: Final = timedelta(seconds=60)
logger = logging.getLogger(__name__)

PrincipalOf = Callable[[int | None], Awaitable[Principal]]

# What is saved stays, and with it how far the job was; without it everything is begun anew.
_CLAIM: Final = """
UPDATE job SET state = 'running', started_at = $1, beat_at = $1,
               done_count = CASE WHEN saved IS NULL THEN 0 ELSE done_count END
 WHERE id = (SELECT id FROM job WHERE kind = ANY($3::text[])
                AND (state = 'queued' OR (state = 'running' AND beat_at < $2))
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, params, coalesce(saved, '{}') AS saved, account_id, started_at
"""
_CLAIMED: Final = """
SELECT id, kind, params, coalesce(saved, '{}') AS saved, account_id, started_at FROM job
 WHERE id = $1 AND state = 'running' AND started_at = $2
"""


async def run_waiting(principal_of: PrincipalOf, at: datetime | None = None, apart: Apart | None = None) -> int:
    """Do all that waits, one after the other; how many were done or failed.

    With ``apart`` kinds of jobs that ask for it are run in a process of their own, else here.
    """
    count = 0
    while True:
        now = at or datetime.now(UTC)
        row = await fetchrow(_CLAIM, now, now - DEAD_AFTER, list(KINDS))
        if row is None:
            return count
        if apart is not None and KINDS[row["kind"]].apart:
            await _run_away(row, apart)
        else:
            await _run(row, principal_of, now)
        count += 1


async def run_claimed(job_id: int, claimed_at: datetime, principal_of: PrincipalOf) -> bool:
    """Run a job that another process has claimed for this one; whether there was such a job."""
    row = await fetchrow(_CLAIMED, job_id, claimed_at)
    if row is not None:
        await _run(row, principal_of, datetime.now(UTC))
    return row is not None


async def _run_away(row: Record, apart: Apart) -> None:
    try:
        await _run_apart_or_fail(row, apart)
    except asyncio.CancelledError:
        # The server is told to stop: the next one need not wait until this one is held for dead.
        await execute(
            "UPDATE job SET state = 'queued' WHERE id = $1 AND state = 'running' AND started_at = $2",
            row["id"],
            row["started_at"],
        )
        raise


async def _run_apart_or_fail(row: Record, apart: Apart) -> None:
    try:
        status = await run_apart(row, apart)
    except OSError as error:
        # Begun again, it would meet the same full disk or memory every minute, and nobody would be told.
        logger.exception("no process could be started for job %s", row["id"])
        # No file of the data folder is to blame, but want of memory, of processes, or of the program itself.
        await _end(row, "failed", failure_of(error) if is_full(error) else {"code": "fault"})
    else:
        await see_to(row, status)


async def _run(row: Record, principal_of: PrincipalOf, now: datetime) -> None:
    beat = asyncio.create_task(_beat(row))
    kind = KINDS[row["kind"]]
    try:
        act = Act(await principal_of(row["account_id"]), now, row["params"].get("lang", "zh-CN"))
        result = await kind.work(JobContext(row["id"], row["params"], act, row["started_at"], row["saved"]))
        await _end(row, "done", result, keep=kind.keep)
    except Cancelled:
        pass  # its row says so already, or is another worker's by now
    except Exception as error:
        if not isinstance(error, FacilityError):
            logger.exception("job %s failed", row["id"])
        await _end(row, "failed", failure_of(error))
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat


async def _end(row: Record, state: str, result: dict[str, Any], *, keep: timedelta | None = None) -> None:
    now = datetime.now(UTC)
    await execute(
        "UPDATE job SET state = $3, result = $4, ended_at = $5, expires_at = $6"
        " WHERE id = $1 AND state = 'running' AND started_at = $2",
        row["id"],
        row["started_at"],
        state,
        result,
        now,
        now + keep if keep is not None and result.get("file") else None,
    )


async def _beat(row: Record) -> None:
    while True:
        await asyncio.sleep(BEAT_EVERY)
        try:
            await execute(
                "UPDATE job SET beat_at = $3 WHERE id = $1 AND state = 'running' AND started_at = $2",
                row["id"],
                row["started_at"],
                datetime.now(UTC),
            )
        except Exception:
            # The database is away, or the like: one beat less, and the next may be heard.
            logger.exception("job %s could not say that it lives", row["id"])


class Cleaner:
    """Removes what has expired, once a minute at most."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    async def look(self, at: datetime) -> None:
        """Clean up unless that was done within the last minute."""
        if self._last is None or at - self._last >= CLEAN_EVERY:
            self._last = at
            await remove_expired(at)


_worker: list[asyncio.Task[None]] = []


async def start_worker(principal_of: PrincipalOf, apart: Apart | None = None) -> None:
    """Look for work every two seconds until ``stop_worker``; ``apart`` as for ``run_waiting``."""
    _worker.append(asyncio.create_task(_work(principal_of, apart)))


async def _work(principal_of: PrincipalOf, apart: Apart | None) -> None:
    cleaner = Cleaner()
    while True:
        try:
            await cleaner.look(datetime.now(UTC))
        except Exception:
            logger.exception("the files of old jobs could not be removed")
        try:
            await run_waiting(principal_of, apart=apart)
        except Exception:
            # The database is away, or the like: the next look may find it back.
            logger.exception("the worker could not look for work")
        await asyncio.sleep(LOOK_EVERY)


async def stop_worker() -> None:
    """End the worker; a job it was at is begun again by the next."""
    for task in _worker:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    _worker.clear()
