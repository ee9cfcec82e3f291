"""Never two workers at one job: the one that was overtaken changes nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from foundation.database import execute
from foundation.jobs import JobContext, cancel_job, enqueue, get_job, job_kind, resume_job, run_waiting
from tests.foundation.jobs.conftest import NOW
from tests.foundation.jobs.going_on.material import make, principal_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]


async def test_the_result_of_a_worker_that_was_overtaken_is_not_taken(boss) -> None:
    @job_kind("overtaken")
    async def overtaken(job: JobContext) -> dict[str, Any]:
        await execute("UPDATE job SET started_at = $2 WHERE id = $1", job.id, NOW + timedelta(seconds=1))
        return {"file": "job-1.pdf"}

    number = await enqueue("overtaken", {}, boss)
    await run_waiting(principal_of, NOW)
    assert await make(number, boss) == ("running", None)


async def test_a_worker_that_was_overtaken_ends_and_changes_nothing(boss) -> None:
    begun: list[int] = []
    first_waits, second_is_done = asyncio.Event(), asyncio.Event()

    @job_kind("slow")
    async def slow(job: JobContext) -> dict[str, Any]:
        begun.append(job.id)
        if len(begun) == 1:
            first_waits.set()
            await second_is_done.wait()
            await job.save(by="the first")
            raise AssertionError("an overtaken worker went on")
        await job.save(by="the second")
        return {"by": "the second"}

    number = await enqueue("slow", {}, boss)
    first = asyncio.create_task(run_waiting(principal_of))
    await first_waits.wait()
    await cancel_job(number, boss)
    await resume_job(number, boss)
    assert await run_waiting(principal_of) == 1
    await execute("UPDATE job SET state = 'running', started_at = $1", NOW)  # as if a third had it now
    second_is_done.set()
    await first
    job = await get_job(number, boss)
    assert (begun, job.state, job.saved) == ([number, number], "running", {"by": "the second"})
