"""Jobs in processes of their own: what becomes of one whose process cannot be started or leaves what stays."""

from __future__ import annotations

import asyncio
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.jobs import Apart, JobContext, JobRead, enqueue, get_job, job_kind, run_waiting
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
    (errno.ENOSPC, "disk_full"), (errno.EACCES, "cannot_write"), (errno.ENOMEM, "fault"), (errno.EAGAIN, "fault"),
])  # fmt: skip
@pytest.mark.parametrize("place", [(tempfile, "mkdtemp"), (asyncio, "create_subprocess_exec")])
async def test_a_job_whose_process_cannot_be_started_fails(number, boss, monkeypatch, place, kind, code) -> None:
    monkeypatch.setattr(*place, refusing(kind))
    job = await run(number, boss, "true")
    assert job.result is not None
    assert (job.state, job.result["code"], job.ended_at is None) == ("failed", code, False)


async def test_a_job_whose_program_is_missing_fails(number, boss) -> None:
    assert (await run(number, boss, "/no/such/program")).state == "failed"


@pytest.fixture
def stuck(monkeypatch, tmp_path) -> Path:
    """Where temporary folders are made that nobody can remove."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "rmdir", refusing(errno.EIO))
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
