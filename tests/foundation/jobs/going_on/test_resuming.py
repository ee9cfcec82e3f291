"""Going on with what was saved: after a killed worker, a cancelling, a failure."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest

from foundation.database import execute, transaction
from foundation.errors import Forbidden, NotFound, Refused
from foundation.jobs import Cancelled, JobContext, cancel_job, enqueue, get_job, job_kind, resume_job, run_waiting
from tests.foundation.jobs.conftest import NOW
from tests.foundation.jobs.going_on.material import count_to_three, make, principal_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]


async def test_after_a_killed_worker_the_work_goes_on_with_what_was_saved(boss) -> None:
    runs: list[list[int]] = []
    shown = count_to_three(runs, die_at=2, error=asyncio.CancelledError())
    number = await enqueue("three", {}, boss)
    with contextlib.suppress(asyncio.CancelledError):
        await run_waiting(principal_of, NOW)
    await execute("UPDATE job SET beat_at = $1", NOW)
    job = await get_job(number, boss)
    assert (job.state, job.saved, job.done_count) == ("running", {"done": 2}, 2)
    assert await run_waiting(principal_of, NOW + timedelta(seconds=60)) == 0
    assert await run_waiting(principal_of, NOW + timedelta(seconds=61)) == 1
    assert (runs, shown) == ([[0, 1], [2]], [0, 2])
    job = await get_job(number, boss)
    assert (job.state, job.saved, job.done_count) == ("done", {"done": 3}, 3)


async def test_what_is_saved_stands_with_the_deed_or_falls_with_it(boss) -> None:
    @job_kind("half")
    async def half(job: JobContext) -> dict[str, Any]:
        await job.save(a=1, b=[1, 2])
        with contextlib.suppress(ZeroDivisionError):
            async with transaction():
                await job.save(a=2)
                raise ZeroDivisionError
        await job.save(b={"c": (3, NOW)})
        return dict(job.saved)

    number = await enqueue("half", {}, boss)
    await run_waiting(principal_of)
    kept = {"a": 1, "b": {"c": [3, "2026-11-23T02:00:00Z"]}}
    job = await get_job(number, boss)
    assert (job.saved, job.result) == (kept, kept)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_a_job_goes_on_under_its_number(boss, admin, state) -> None:
    runs: list[list[int]] = []
    count_to_three(runs, die_at=1, error=Cancelled() if state == "cancelled" else Refused("no"))
    number = await enqueue("three", {}, boss, request_key="k")
    await run_waiting(principal_of)
    await cancel_job(number, boss)
    assert (await get_job(number, boss)).state == state
    again = await resume_job(number, admin)
    assert (again.id, again.state, again.saved, again.result, again.ended_at) == (
        number, "queued", {"done": 1}, None, None,
    )  # fmt: skip
    assert await resume_job(number, boss) == again
    assert await run_waiting(principal_of) == 1
    assert runs == [[0], [1, 2]]
    assert await make(number, boss) == ("done", {"by": "account 1"})
    assert await enqueue("three", {}, boss, request_key="k") == number


async def test_what_is_done_cannot_go_on_and_a_running_job_is_left_alone(boss) -> None:
    count_to_three([])
    number = await enqueue("three", {}, boss)
    await execute("UPDATE job SET state = 'running', beat_at = $1", NOW)
    assert (await resume_job(number, boss)).state == "running"
    await run_waiting(principal_of)
    with pytest.raises(Refused) as refused:
        await resume_job(number, boss)
    assert (refused.value.code, (await get_job(number, boss)).state) == ("job_done", "done")


async def test_only_the_owner_or_an_administrator_lets_a_job_go_on(boss, other) -> None:
    number = await enqueue("three", {}, boss)
    await cancel_job(number, boss)
    with pytest.raises(Forbidden):
        await resume_job(number, other)
    with pytest.raises(NotFound):
        await resume_job(999, boss)
    assert (await get_job(number, boss)).state == "cancelled"


async def test_a_cancelled_job_ends_at_its_next_step_and_keeps_what_it_saved(boss) -> None:
    @job_kind("stop me")
    async def stop_me(job: JobContext) -> dict[str, Any]:
        await job.save(done=1)
        await cancel_job(job.id, boss)
        await job.save(done=2)
        raise AssertionError("a cancelled job went on")

    number = await enqueue("stop me", {}, boss)
    assert await run_waiting(principal_of) == 1
    job = await get_job(number, boss)
    assert (job.state, job.saved, job.running, job.resumable) == ("cancelled", {"done": 1}, False, True)
