"""A job in a process of its own, behind everybody else's work: what it computes never holds up a page."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from foundation.database import Record, execute

NICE: Final = 10
# A process that dies so often without a word would do so for ever.
MOST_DEATHS: Final = 2


@dataclass(frozen=True, slots=True)
class Apart:
    """The command that runs one job: to it are added the job's number and the instant it was claimed at."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


async def run_apart(row: Record, apart: Apart) -> None:
    """Run a claimed job to its end in a process of its own; the process ends the job's row.

    ``see_to`` is for one that died without a word. Whatever ends this coroutine ends the process. Raises OSError
    where none can be started.
    """
    # A process that is killed leaves nothing behind; and what cannot be removed must not take the place of how the job
    # ended, or of the end of the server.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            *apart.command,
            str(row["id"]),
            row["started_at"].isoformat(),
            env={**os.environ, **apart.environment, "TMPDIR": folder},
        )
        try:
            await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def stand_behind() -> None:
    """Called by the process itself: whatever else the machine has to do comes first."""
    os.nice(NICE)


async def see_to(row: Record) -> None:
    """A job whose process is gone waits for the next, the third time it has failed; unless the process ended it."""
    deaths = int(row["saved"].get("deaths", 0)) + 1
    failed: dict[str, Any] | None = {"code": "fault"} if deaths > MOST_DEATHS else None
    await execute(
        "UPDATE job SET state = $3, result = $4, ended_at = $5, saved = coalesce(saved, '{}') || $6::jsonb"
        " WHERE id = $1 AND state = 'running' AND started_at = $2",
        row["id"],
        row["started_at"],
        "failed" if failed else "queued",
        failed,
        datetime.now(UTC) if failed else None,
        {"deaths": deaths},
    )
