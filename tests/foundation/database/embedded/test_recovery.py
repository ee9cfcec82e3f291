"""A server found again after a kill, a swept socket or a creation cut short."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from foundation.database import close_database, execute, fetchval, open_database
from foundation.database.embedded import running_database
from foundation.database.embedded.owner import Owner, choose_owner
from foundation.database.embedded.postmaster import read_postmaster, wait_gone, wait_ready
from foundation.database.embedded.socket_dir import make_socket_dir, socket_path
from foundation.settings import Settings
from tests.foundation.database.embedded.material import ask, data_of, member, pid_of

pytestmark = pytest.mark.anyio


async def test_an_orphan_is_adopted_and_stopped(settings: Settings) -> None:
    with member(settings) as (child, url):
        await ask(url, "CREATE TABLE kept (id int)")
        orphan = pid_of(settings)
        child.send_signal(signal.SIGKILL)
    assert pid_of(settings) == orphan
    async with running_database(settings, durable=False) as again:
        assert pid_of(settings) == orphan
        assert await ask(again, "SELECT count(*) FROM kept") == 0
    assert pid_of(settings) is None


async def test_a_killed_server_comes_back_by_itself_with_all_that_was_saved(settings: Settings) -> None:
    async with running_database(settings) as url:
        await open_database(url, pool_size=3)
        await execute("CREATE TABLE kept (id int)")
        for number in range(20):
            await execute("INSERT INTO kept VALUES ($1)", number)
        killed = pid_of(settings)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert await asyncio.to_thread(wait_gone, data_of(settings), 30)
        assert await asyncio.to_thread(wait_ready, data_of(settings), 60)
        assert await fetchval("SELECT count(*) FROM kept") == 20
        assert pid_of(settings) not in {None, killed}
        await close_database()


async def test_a_server_killed_together_with_its_program_recovers(settings: Settings) -> None:
    with member(settings) as (child, url):
        await ask(url, "CREATE TABLE kept (id int)")
        killed = pid_of(settings)
        assert killed is not None
        child.send_signal(signal.SIGKILL)
        os.kill(killed, signal.SIGKILL)
    async with running_database(settings, durable=False) as again:
        assert await ask(again, "SELECT count(*) FROM kept") == 0


@contextmanager
def sleeper(owner: Owner) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the server's user that has nothing to do with it."""
    with subprocess.Popen(["sleep", "600"], **owner.run_options()) as child:
        try:
            yield child
        finally:
            child.kill()


async def test_a_pid_used_again_by_a_stranger_does_not_keep_it_from_starting(settings: Settings) -> None:
    async with running_database(settings, durable=False):
        pass
    data = data_of(settings)
    owner = choose_owner(None, data)
    left = socket_path(make_socket_dir(data, owner))
    with sleeper(owner) as stranger:
        stale = f"{stranger.pid}\n{data}\n1\n5432\n{data.with_name('run')}\n\n1 1\nready\n"
        (data / "postmaster.pid").write_text(stale)
        left.with_name(left.name + ".lock").write_text(stale)
        async with running_database(settings, durable=False) as url:
            assert await ask(url, "SELECT 1") == 1
        assert stranger.poll() is None


async def test_a_swept_away_socket_is_mended(settings: Settings) -> None:
    async with running_database(settings, durable=False):
        found = read_postmaster(data_of(settings))
        assert found is not None
        shutil.rmtree(found.socket_dir)
        async with running_database(settings, durable=False) as url:
            assert await ask(url, "SELECT 1") == 1


async def test_a_creation_cut_short_is_begun_anew(settings: Settings) -> None:
    junk = settings.data_dir / "postgres" / "data.new"
    settings.data_dir.mkdir(mode=0o711)
    junk.parent.mkdir(mode=0o711)
    junk.mkdir()
    (junk / "PG_VERSION").write_text("9")
    async with running_database(settings, durable=False) as url:
        assert await ask(url, "SELECT 1") == 1
