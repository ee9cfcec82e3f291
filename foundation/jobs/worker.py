"""The worker: takes one job after the other; any number of processes may run one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from foundation.act import Act
from foundation.database import execute, fetchrow
from foundation.errors import FacilityError
from foundation.principals import Principal

LOOK_EVERY: Final = 2.0  # seconds
BEAT_EVERY: Final = 15.0
# A worker that has not been heard of for so long is dead; its job is begun again by another.
DEAD_AFTER: Final = timedelta(seconds=60)
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """The job was cancelled while it ran."""


@dataclass(frozen=True)
class JobContext:
    """What a job's work gets: its id and params, who asked (with the roles held now), where to tell its progress."""

    id: int
    params: dict[str, Any]
    act: Act

    async def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far it is. Raises Cancelled when somebody no longer wants it."""
        row = await fetchrow(
            "UPDATE job SET done_count = $2, total_count = coalesce($3, total_count), beat_at = $4"
            " WHERE id = $1 AND state = 'running' RETURNING id",
            self.id,
            done,
            total,
            datetime.now(UTC),
        )
        if row is None:
            raise Cancelled


Work = Callable[[JobContext], Awaitable[dict[str, Any]]]
PrincipalOf = Callable[[int | None], Awaitable[Principal]]
WORKS: dict[str, Work] = {}


def job_kind(name: str) -> Callable[[Work], Work]:
    """Register the work of a kind of job. It may be begun again after a crash, so doing it twice must do no harm."""

    def register(work: Work) -> Work:
        if name in WORKS:
            raise ValueError(f"the job {name!r} is registered twice")
        WORKS[name] = work
        return work

    return register


_CLAIM: Final = """
UPDATE job SET state = 'running', started_at = $1, beat_at = $1, done_count = 0
 WHERE id = (SELECT id FROM job WHERE kind = ANY($3::text[])
                AND (state = 'queued' OR (state = 'running' AND beat_at < $2))
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, params, account_id
"""


async def run_waiting(principal_of: PrincipalOf, at: datetime | None = None) -> int:
    """Do all that waits, one after the other; how many were done or failed."""
    count = 0
    while True:
        now = at or datetime.now(UTC)
        row = await fetchrow(_CLAIM, now, now - DEAD_AFTER, list(WORKS))
        if row is None:
            return count
        await _run(row, principal_of, now)
        count += 1


async def _run(row: Any, principal_of: PrincipalOf, now: datetime) -> None:
    beat = asyncio.create_task(_beat(row["id"]))
    try:
        act = Act(await principal_of(row["account_id"]), now, row["params"].get("lang", "zh-CN"))
        result = await WORKS[row["kind"]](JobContext(row["id"], row["params"], act))
        await _end(row["id"], "done", result)
    except Cancelled:
        pass  # its row says so already
    except FacilityError as error:
        await _end(row["id"], "failed", {"code": error.code, "zh": error.message("zh-CN"), "en": error.message("en")})
    except Exception:
        logger.exception("job %s failed", row["id"])
        await _end(row["id"], "failed", {"code": "fault"})
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat


async def _end(job_id: int, state: str, result: dict[str, Any]) -> None:
    await execute(
        "UPDATE job SET state = $2, result = $3, ended_at = $4 WHERE id = $1 AND state = 'running'",
        job_id,
        state,
        result,
        datetime.now(UTC),
    )


async def _beat(job_id: int) -> None:
    while True:
        await asyncio.sleep(BEAT_EVERY)
        await execute("UPDATE job SET beat_at = $2 WHERE id = $1", job_id, datetime.now(UTC))


_worker: list[asyncio.Task[None]] = []


async def start_worker(principal_of: PrincipalOf) -> None:
    """Look for work every two seconds until ``stop_worker``."""
    _worker.append(asyncio.create_task(_work(principal_of)))


async def _work(principal_of: PrincipalOf) -> None:
    while True:
        try:
            await run_waiting(principal_of)
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
