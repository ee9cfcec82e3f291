"""Folders that will do, and folders and users that are refused by name."""

import os
import shutil
from pathlib import Path

import pytest

from foundation.database.embedded import Cluster, find_binaries, running_database
from foundation.database.embedded.binaries import wheel_folder
from foundation.database.embedded.postmaster import read_postmaster
from foundation.errors import StartRefused
from foundation.settings import Settings
from tests.foundation.database.embedded.material import NOWHERE, ask, data_of, installed, pid_of

pytestmark = pytest.mark.anyio
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server to another user")


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
