"""One job for one key."""

from __future__ import annotations

import asyncio

import pytest

from foundation.database import execute, fetchval, transaction
from foundation.errors import Conflict, Invalid
from foundation.jobs import cancel_job, enqueue, get_job, resume_job, run_waiting
from tests.foundation.jobs.going_on.material import count_to_three, principal_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]


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
