"""A work of three steps, who runs it, and what came of it."""

from __future__ import annotations

from typing import Any

from foundation.jobs import JobContext, get_job, job_kind
from foundation.principals import Principal
from tests.foundation.jobs.conftest import Role, act_of


async def principal_of(account: int | None) -> Principal:
    return act_of(account or 0, Role.REGISTRAR).principal


async def make(number: int, boss) -> tuple[str, Any]:
    job = await get_job(number, boss)
    return job.state, job.result


def count_to_three(
    runs: list[list[int]], *, die_at: int | None = None, error: BaseException | None = None
) -> list[int]:
    """Register a work of three steps, each saved; at one of them the first run may meet its end.

    The list answered tells how far the job was said to be at the beginning of each run.
    """
    shown: list[int] = []

    @job_kind("three")
    async def three(job: JobContext) -> dict[str, Any]:
        runs.append([])
        shown.append((await get_job(job.id, act_of(0, Role.ADMINISTRATOR))).done_count)
        for step in range(job.saved.get("done", 0), 3):
            if step == die_at and len(runs) == 1:
                raise error or AssertionError("nothing to die of")
            runs[-1].append(step)
            await job.save(done=step + 1)
            await job.progress(step + 1, 3)
        return {"by": job.act.actor}

    return shown
