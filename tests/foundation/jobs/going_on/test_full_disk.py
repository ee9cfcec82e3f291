"""A full disk or database is said, and the job can go on."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from typing import Any

import pytest

from foundation.database import execute
from foundation.jobs import JobContext, enqueue, job_kind, resume_job, run_waiting
from tests.foundation.jobs.going_on.material import make, principal_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]


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
