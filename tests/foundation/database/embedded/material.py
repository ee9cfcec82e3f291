"""Servers of our own: what is installed, where it keeps its data, another process that uses it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from foundation.database.embedded import Binaries, find_binaries
from foundation.database.embedded.postmaster import read_postmaster
from foundation.settings import Settings

ROOT = Path(__file__).resolve().parents[4]
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


def installed(major: int) -> Binaries:
    found = next((b for b in find_binaries(NOWHERE) if b.major == major), None)
    return found or pytest.skip(f"no PostgreSQL {major} on this machine")


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
