"""Jobs in processes of their own: what becomes of one whose process cannot be started, dies or leaves what stays."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.database import execute, fetchval
from foundation.jobs import Apart, JobContext, JobRead, enqueue, get_job, job_kind, resume_job, run_waiting
from foundation.principals import Principal
from tests.foundation.jobs.conftest import act_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]


async def principal_of(account: int | None) -> Principal:
    return act_of(account or 0).principal


@pytest.fixture
async def number(boss) -> int:
    """A job of a kind that asks for a process."""

    @job_kind("large", apart=True)
    async def large(_job: JobContext) -> dict[str, Any]:
        raise AssertionError("done in the server")

    return await enqueue("large", {}, boss)


async def run(number: int, boss, *command: str) -> JobRead:
    await run_waiting(principal_of, apart=Apart(command, {}))
    return await get_job(number, boss)


def refusing(kind: int) -> Callable[..., None]:
    """What the system says no to in this way."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(kind, os.strerror(kind))

    return refuse


@pytest.mark.parametrize(("kind", "code"), [
    (errno.ENOSPC, "disk_full"), (errno.EACCES, "fault"), (errno.ENOMEM, "fault"), (errno.EMFILE, "fault"),
])  # fmt: skip
@pytest.mark.parametrize("place", [(tempfile, "mkdtemp"), (asyncio, "create_subprocess_exec")])
async def test_a_job_whose_process_cannot_be_started_fails(number, boss, monkeypatch, place, kind, code) -> None:
    monkeypatch.setattr(*place, refusing(kind))
    job = await run(number, boss, "true")
    assert job.result is not None
    assert (job.state, job.result["code"], job.ended_at is None) == ("failed", code, False)


async def test_a_job_whose_program_is_missing_fails(number, boss) -> None:
    job = await run(number, boss, "/no/such/program")
    assert (job.state, job.result) == ("failed", {"code": "fault"})


def deaths_told(caplog) -> list[tuple[Any, ...]]:
    """Of each death that was written down: the job, what its process ended with, which death it was."""
    return [record.args for record in caplog.records if "without a word" in record.msg]


@pytest.mark.parametrize(("command", "status"), [("exit 7", 7), ("kill -9 $$", -9)])
async def test_the_third_death_fails_a_job_and_each_is_written_down(number, boss, caplog, command, status) -> None:
    await execute("UPDATE job SET saved = $1", {"done": 2})
    job = await run(number, boss, "sh", "-c", command)
    assert (job.state, job.result, job.ended_at is None) == ("failed", {"code": "fault"}, False)
    assert job.saved == {"done": 2}
    assert deaths_told(caplog) == [(number, status, 1), (number, status, 2), (number, status, 3)]


async def test_a_job_that_goes_on_has_three_lives_again(number, boss, caplog) -> None:
    await run(number, boss, "false")
    await resume_job(number, boss)
    assert await fetchval("SELECT deaths FROM job") == 0
    assert (await run(number, boss, "false")).state == "failed"
    assert [death for _, _, death in deaths_told(caplog)] == [1, 2, 3, 1, 2, 3]


END = """
import asyncio, asyncpg, sys

async def main():
    connection = await asyncpg.connect(sys.argv[1])
    await connection.execute("UPDATE job SET state = 'done', result = '{}' WHERE id = $1", int(sys.argv[2]))
    await connection.close()
    sys.exit(3)

asyncio.run(main())
"""


async def test_a_process_that_ended_its_job_has_not_died(number, boss, database, caplog) -> None:
    assert (await run(number, boss, sys.executable, "-c", END, database)).state == "done"
    assert (await fetchval("SELECT deaths FROM job"), deaths_told(caplog)) == (0, [])


@pytest.fixture(params=[errno.EIO, errno.EACCES])
def stuck(monkeypatch, tmp_path, request) -> Path:
    """Where temporary folders are made that nobody can remove."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "rmdir", refusing(request.param))
    return tmp_path


async def test_what_cannot_be_removed_is_not_how_the_job_ended(number, boss, stuck) -> None:
    job = await run(number, boss, "true")
    assert (job.state, job.result) == ("failed", {"code": "fault"})  # three times without a word
    assert len(list(stuck.iterdir())) == 3


async def test_what_cannot_be_removed_does_not_keep_the_server_from_ending(number, boss, stuck) -> None:
    os.mkfifo(stuck / "begun")
    running = asyncio.create_task(run(number, boss, "sh", "-c", f"echo > {stuck}/begun; exec sleep 60"))
    await asyncio.to_thread((stuck / "begun").read_bytes)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await get_job(number, boss)).state == "queued"
