"""One job for one key, and going on: after a killed worker, a cancelling, a failure; never two at one job."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from foundation.database import execute, fetchval, transaction
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from foundation.jobs import Cancelled, JobContext, cancel_job, enqueue, get_job, job_kind, resume_job, run_waiting
from foundation.principals import Principal
from tests.foundation.jobs.conftest import NOW, Role, act_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]


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


async def test_one_key_is_one_job_whatever_became_of_it(boss, other) -> None:
    count_to_three([])
    first = await enqueue("three", {"a": 1}, boss, request_key="k")
    assert await enqueue("three", {"a": 2}, boss, request_key="k") == first
    await run_waiting(principal_of)
    assert await enqueue("three", {"a": 1}, boss, request_key="k") == first
    assert (await get_job(first, boss)).params == {"a": 1}
    others = [
        await enqueue("three", {"a": 1}, other, request_key="k"),
        await enqueue("three", {"a": 1}, boss, request_key="K"),
        await enqueue("another kind", {"a": 1}, boss, request_key="k"),
        await enqueue("three", {"a": 1}, boss),
    ]
    assert len({first, *others}) == 5
    cancelled = await cancel_job(others[1], boss)
    assert await enqueue("three", {"a": 1}, boss, request_key="K") == cancelled.id


async def test_two_keys_are_two_jobs_of_the_same(boss) -> None:
    assert await enqueue("three", {}, boss, request_key="1") != await enqueue("three", {}, boss, request_key="2")


async def test_one_key_at_the_same_time_is_one_job(boss) -> None:
    numbers = await asyncio.gather(*(enqueue("three", {"n": n}, boss, request_key="k") for n in range(8)))
    assert len(set(numbers)) == 1
    assert await fetchval("SELECT count(*) FROM job") == 1


async def test_a_key_is_answered_while_the_work_holds_its_row(boss) -> None:
    number = await enqueue("three", {}, boss, request_key="k")
    locked, free = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            await execute("UPDATE job SET done_count = 1 WHERE id = $1", number)
            locked.set()
            await free.wait()

    holding = asyncio.create_task(hold())
    await locked.wait()
    try:
        assert await asyncio.wait_for(enqueue("three", {}, boss, request_key="k"), 5) == number
    finally:
        free.set()
        await holding


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\nb", "a\0b"])
async def test_a_key_has_its_bounds(boss, key) -> None:
    with pytest.raises(Invalid) as refused:
        await enqueue("three", {}, boss, request_key=key)
    assert refused.value.code == "bad_request_key"
    assert await fetchval("SELECT count(*) FROM job") == 0


async def test_the_longest_key_is_taken(boss) -> None:
    assert await enqueue("three", {}, boss, request_key="长" * 200) > 0


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


async def test_what_was_asked_again_meanwhile_does_not_go_on_twice(boss) -> None:
    first = await enqueue("three", {}, boss)
    await cancel_job(first, boss)
    second = await enqueue("three", {}, boss)
    with pytest.raises(Conflict) as refused:
        await resume_job(first, boss)
    assert refused.value.params == {"job": second}
    await cancel_job(second, boss)
    assert (await resume_job(first, boss)).state == "queued"


async def test_asking_again_and_going_on_at_once_make_one_job(boss) -> None:
    first = await enqueue("three", {}, boss)
    await cancel_job(first, boss)
    asked, free = asyncio.Event(), asyncio.Event()

    async def ask_again() -> int:
        async with transaction():
            number = await enqueue("three", {}, boss)
            asked.set()
            await free.wait()
        return number

    asking = asyncio.create_task(ask_again())
    await asked.wait()
    going_on = asyncio.create_task(resume_job(first, boss))
    while not await fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        pass  # until it stands in line
    free.set()
    with pytest.raises(Conflict) as refused:
        await going_on
    assert refused.value.params == {"job": await asking}


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


def fill_the_disk() -> None:
    """``/dev/full`` refuses every byte as a full disk does."""
    with Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, "disk_full"),
        (OSError(errno.EDQUOT, "quota"), "disk_full"),
        (PermissionError(errno.EACCES, "/secret/place"), "cannot_write"),
        (OSError(errno.EROFS, "read-only"), "cannot_write"),
        (ConnectionResetError("peer"), "fault"),
        (TimeoutError("late"), "fault"),
    ],
)
async def test_a_full_disk_is_said_and_the_job_can_go_on(boss, error, code) -> None:
    full = [True]

    @job_kind("write")
    async def write(job: JobContext) -> dict[str, Any]:
        await job.save(written=1)
        if full:
            if error is not None:
                raise error
            await asyncio.to_thread(fill_the_disk)
        return {}

    number, behind = await enqueue("write", {"n": 1}, boss), await enqueue("write", {"n": 2}, boss)
    assert await run_waiting(principal_of) == 2
    state, result = await make(number, boss)
    assert (state, result["code"]) == ("failed", code)
    assert (await make(behind, boss))[0] == "failed"
    said = {"disk_full": ("disk is full", "磁盘已满"), "cannot_write": ("read or written", "无法读写")}.get(code)
    assert said is None or (said[0] in result["en"] and said[1] in result["zh"])
    assert "secret" not in str(result)
    full.clear()
    await resume_job(number, boss)
    await run_waiting(principal_of)
    assert (await make(number, boss))[0] == "done"


async def test_a_database_without_room_is_a_full_disk(boss) -> None:
    @job_kind("insert")
    async def insert(job: JobContext) -> dict[str, Any]:
        await execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$")
        return {}

    number = await enqueue("insert", {}, boss)
    await run_waiting(principal_of)
    assert (await make(number, boss))[1]["code"] == "disk_full"
