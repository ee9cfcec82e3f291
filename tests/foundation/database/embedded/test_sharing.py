"""One server made, shared and stopped by the last who leaves."""

import asyncpg
import pytest

from foundation.database.embedded import Binaries, running_database
from foundation.settings import Settings
from tests.foundation.database.embedded.material import ask, data_of, member, pid_of

pytestmark = pytest.mark.anyio


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
