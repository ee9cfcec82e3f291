"""A job in a process of its own, behind everybody else's work: what it computes never holds up a page."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from foundation.database import Record, fetchval
from foundation.scratch import scratch_folder

# A process that dies so often without a word would do so for ever.
MOST_DEATHS: Final = 2
_DIED: Final = """
UPDATE job SET deaths = deaths + 1,
               state = CASE WHEN deaths < $3 THEN 'queued' ELSE 'failed' END,
               result = CASE WHEN deaths >= $3 THEN $4::jsonb END,
               ended_at = CASE WHEN deaths >= $3 THEN $5::timestamptz END
 WHERE id = $1 AND state = 'running' AND started_at = $2
RETURNING deaths
"""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Apart:
    """The command that runs one job: to it are added the job's number and the instant it was claimed at."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


async def run_apart(row: Record, apart: Apart) -> int:
    """Run a claimed job to its end in a process of its own, which ends the job's row; what the process ended with.

    ``see_to`` is for one that died without a word. Whatever ends this coroutine ends the process. Raises OSError
    where none can be started.
    """
    with scratch_folder() as folder:  # a process that is killed leaves nothing behind
        process = await asyncio.create_subprocess_exec(
            *apart.command,
            str(row["id"]),
            row["started_at"].isoformat(),
            env={**os.environ, **apart.environment, "TMPDIR": str(folder)},
        )
        try:
            return await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def see_to(row: Record, status: int) -> None:
    """A job whose process is gone waits for the next, the third time it has failed; unless the process ended it.

    ``status`` is what the process ended with, below 0 the signal that killed it.
    """
    deaths = await fetchval(_DIED, row["id"], row["started_at"], MOST_DEATHS, {"code": "fault"}, datetime.now(UTC))
    if deaths is not None:
        logger.error("the process of job %s ended with %s and without a word; death %s", row["id"], status, deaths)
