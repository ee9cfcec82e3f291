"""Background jobs: once, in order, with progress; cancelled, failed, and begun again after a dead worker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from foundation.act import Act, public_act
from foundation.database import execute, fetchval
from foundation.errors import Forbidden, NotFound, NotSignedIn, Refused
from foundation.jobs import JobContext, cancel_job, enqueue, find_jobs, get_job, job_kind, run_waiting
from foundation.jobs.kinds import KINDS
from foundation.principals import Grant, Principal, Role

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DONE: list[tuple[int, str]] = []


def act_of(account: int, *roles: Role) -> Act:
    return Act(Principal(f"account {account}", account_id=account, grants=tuple(map(Grant, roles))), NOW)


BOSS, OTHER, ADMIN = act_of(1, Role.REGISTRAR), act_of(2, Role.REGISTRAR), act_of(3, Role.ADMINISTRATOR)


async def principal_of(account: int | None) -> Principal:
    return act_of(account or 0, Role.REGISTRAR).principal


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    DONE.clear()
    kept = dict(KINDS)

    @job_kind("count")
    async def count(job: JobContext) -> dict[str, Any]:
        for step in range(3):
            await job.progress(step, 3)
        DONE.append((job.id, job.act.actor))
        return {"counted": 3}

    @job_kind("refuse")
    async def refuse(job: JobContext) -> dict[str, Any]:
        raise Refused("There is no such job.", code="no_way")

    @job_kind("break")
    async def fail(job: JobContext) -> dict[str, Any]:
        raise ZeroDivisionError(job.params["secret"])

    @job_kind("stop me")
    async def stop_me(job: JobContext) -> dict[str, Any]:
        await cancel_job(job.id, BOSS)
        await job.progress(1)
        raise AssertionError("a cancelled job went on")

    yield
    KINDS.clear()
    KINDS.update(kept)


async def test_a_job_is_done_by_who_asked_and_tells_its_progress() -> None:
    number = await enqueue("count", {"of": 3}, BOSS)
    assert (await get_job(number, BOSS)).state == "queued"
    assert await run_waiting(principal_of) == 1
    job = await get_job(number, BOSS)
    assert (job.state, job.result, job.done_count, job.total_count) == ("done", {"counted": 3}, 2, 3)
    assert [(number, "account 1")] == DONE
    assert await run_waiting(principal_of) == 0


async def test_the_same_request_twice_is_one_job_until_it_is_done() -> None:
    first = await enqueue("count", {"of": 3, "by": 1}, BOSS)
    assert await enqueue("count", {"by": 1, "of": 3}, BOSS) == first
    assert await enqueue("count", {"by": 1, "of": 3}, OTHER) != first
    await run_waiting(principal_of)
    assert await enqueue("count", {"of": 3, "by": 1}, BOSS) != first


async def test_two_workers_do_each_job_once() -> None:
    numbers = [await enqueue("count", {"n": n}, BOSS) for n in range(6)]
    await asyncio.gather(*(run_waiting(principal_of) for _ in range(3)))
    assert sorted(number for number, _ in DONE) == numbers


async def test_a_refusal_is_told_in_both_languages_and_a_fault_without_its_inside() -> None:
    refused, broken = await enqueue("refuse", {}, BOSS), await enqueue("break", {"secret": "the word"}, BOSS)
    await run_waiting(principal_of)
    assert (await get_job(refused, BOSS)).result == {
        "code": "no_way", "en": "There is no such job.", "zh": "没有这个后台任务。",
    }  # fmt: skip
    assert ((await get_job(broken, BOSS)).state, (await get_job(broken, BOSS)).result) == ("failed", {"code": "fault"})


async def test_a_cancelled_job_stops_at_its_next_step() -> None:
    waiting, running = await enqueue("count", {}, BOSS), await enqueue("stop me", {}, BOSS)
    await cancel_job(waiting, BOSS)
    await run_waiting(principal_of)
    assert [(await get_job(n, BOSS)).state for n in (waiting, running)] == ["cancelled", "cancelled"]
    assert DONE == []


async def test_the_job_of_a_dead_worker_is_begun_again() -> None:
    number = await enqueue("count", {}, BOSS)
    await execute("UPDATE job SET state = 'running', beat_at = $1", NOW - timedelta(seconds=30))
    assert await run_waiting(principal_of, NOW) == 0
    assert await run_waiting(principal_of, NOW + timedelta(minutes=2)) == 1
    assert (await get_job(number, BOSS)).state == "done"


async def test_jobs_are_ones_own() -> None:
    number = await enqueue("count", {}, BOSS)
    for refuse in (get_job, cancel_job):
        with pytest.raises(Forbidden):
            await refuse(number, OTHER)
        with pytest.raises(NotFound):
            await refuse(999, BOSS)
    assert (await get_job(number, ADMIN)).id == number
    assert ([job.id for job in await find_jobs(BOSS)], await find_jobs(OTHER)) == ([number], [])
    with pytest.raises(NotSignedIn):
        await enqueue("count", {}, public_act(NOW))
    assert await fetchval("SELECT count(*) FROM job") == 1


async def test_an_unknown_kind_waits_for_a_program_that_knows_it() -> None:
    await enqueue("of a newer program", {}, BOSS)
    assert await run_waiting(principal_of) == 0
