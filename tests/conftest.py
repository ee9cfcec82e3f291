"""What every room's tests stand on: no network, one throw-away PostgreSQL, a fresh database for each test."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the checkout under test, wherever pytest was called from and whatever is installed

from foundation.database import close_database, migrate, open_database  # noqa: E402 - found by the line above
from foundation.database.embedded import Binaries, Cluster, find_binaries  # noqa: E402 - found by the line above
from foundation.settings import Settings  # noqa: E402 - found by the line above

TEMPLATE = "facility_template"
_numbers = count(1)
T = TypeVar("T")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tests talk to this machine only."""
    config.option.allow_hosts = "127.0.0.1,::1"
    config.option.allow_unix_socket = True


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, all on one loop."""
    return "asyncio"


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The folder of real data, which is not part of the project."""
    folder = Path(os.environ.get("FACILITY_TEST_DATA", ROOT.parent / "shared" / "data")).absolute()
    if not folder.is_dir():
        pytest.skip(f"no outside data in {folder}; name the folder in FACILITY_TEST_DATA")
    return folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder another system user may pass through, as PostgreSQL needs when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="facility-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_binaries() -> Binaries:
    """The PostgreSQL of this run: FACILITY_TEST_PG names its major version, else the newest found."""
    wanted = os.environ.get("FACILITY_TEST_PG")
    found = sorted(find_binaries(Settings(data_dir=Path("/nonexistent"))), key=lambda b: -b.major)
    fitting = [b for b in found if not wanted or b.major == int(wanted)]
    if not fitting:
        pytest.skip(f"no PostgreSQL {wanted or ''} on this machine (facility doctor says how to install it)")
    return fitting[0]


@pytest.fixture(scope="session")
def pg_cluster(pg_binaries: Binaries) -> Iterator[Cluster]:
    """A PostgreSQL for this run, careless about crashes, with a migrated template database."""
    _sweep_killed_runs()
    folder = Path(tempfile.mkdtemp(prefix="facility-test-"))
    folder.chmod(0o711)
    cluster = Cluster(Settings(data_dir=folder, pg_bin=pg_binaries.folder), durable=False)
    descriptor = cluster.join()
    run_apart(_make_template(cluster))
    yield cluster
    cluster.leave(descriptor)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_url(pg_cluster: Cluster) -> str:
    """The address of the run's maintenance database, for tests that make databases of their own."""
    return pg_cluster.url("postgres")


@pytest.fixture
def empty_database_url(pg_cluster: Cluster) -> Iterator[str]:
    """A fresh database without any table, not opened."""
    yield from _fresh(pg_cluster, "template1")


@pytest.fixture
def database_url(pg_cluster: Cluster) -> Iterator[str]:
    """A fresh migrated database, not opened: for tests that start the application themselves."""
    yield from _fresh(pg_cluster, TEMPLATE)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """A fresh migrated database, open for ``fetch`` and every verb; its address."""
    await open_database(database_url)
    yield database_url
    await close_database()


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a thread of its own: the test's thread may have a loop running already."""
    result: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            result.append(asyncio.run(work))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return result[0]


def _sweep_killed_runs() -> None:
    """Stop and remove what runs that were killed have left; a run that lives holds its lock."""
    for members in Path(tempfile.gettempdir()).glob("facility-test-*/postgres/members"):
        folder = members.parent.parent
        with contextlib.suppress(OSError):
            if members.owner() == folder.owner() and Cluster(Settings(data_dir=folder)).stop_unused():
                shutil.rmtree(folder, ignore_errors=True)


def _fresh(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    run_apart(_order(cluster, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield cluster.url(name)
    run_apart(_order(cluster, f"DROP DATABASE {name} WITH (FORCE)"))


async def _order(cluster: Cluster, sql: str) -> None:
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _make_template(cluster: Cluster) -> None:
    await _order(cluster, f"CREATE DATABASE {TEMPLATE}")
    await open_database(cluster.url(TEMPLATE))
    try:
        await migrate()
    finally:
        await close_database()
