"""Migrations: all or nothing, in order, once, whoever else tries; the tables say what they built."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from piccolo.columns import BigInt, BigSerial, Integer, Text, Varchar
from piccolo.table import Table

from foundation.database import (
    close_database,
    execute,
    execute_script,
    fetch,
    fetchval,
    migrate,
    open_database,
    pending_migrations,
    transaction,
)
from foundation.database.apps import app_configs
from foundation.database.drift import table_differences
from foundation.database.migration import sql_migration
from foundation.database.migrations import _run, unknown_migrations

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.anyio
MIGRATE = """
import asyncio, sys
from foundation.database import close_database, migrate, open_database

async def main():
    await open_database(sys.argv[1])
    print(len(await migrate()))
    await close_database()

asyncio.run(main())
"""


async def test_everything_runs_once_and_silently(empty_database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    await open_database(empty_database_url)
    pending = await pending_migrations()
    assert pending
    assert await migrate() == pending
    assert await pending_migrations() == []
    assert await migrate() == []
    assert capsys.readouterr() == ("", "")
    await close_database()


async def test_two_processes_at_once_both_succeed(empty_database_url: str) -> None:
    def start() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_database_url],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    with start() as one, start() as two:
        said = [await asyncio.to_thread(child.communicate) for child in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0)
    counts = sorted(int(out) for out, _ in said)
    assert counts[0] == 0
    assert counts[1] > 0


FAILURES = {
    "in its SQL": ("SELECT 1 / 0", asyncpg.DivisionByZeroError),
    "in its row": ("ALTER TABLE migration ADD CHECK (name < '2999')", asyncpg.CheckViolationError),
}


@pytest.mark.parametrize("where", FAILURES)
async def test_a_migration_that_fails_leaves_neither_tables_nor_its_row(database: str, where: str) -> None:
    sql, error = FAILURES[where]

    class Broken:
        ID = "2999-01-01T00:00:00"

        @staticmethod
        async def forwards() -> object:
            return sql_migration("foundation", Broken.ID, "broken", f"CREATE TABLE half (id int); {sql};")

    with pytest.raises(error):
        await _run(app_configs()[0], Broken)
    assert await fetchval("SELECT to_regclass('half')") is None
    assert await fetchval("SELECT count(*) FROM migration WHERE name = $1", Broken.ID) == 0


async def test_a_database_newer_than_the_program_is_noticed(database: str) -> None:
    assert await unknown_migrations() == []
    await execute("INSERT INTO migration (name, app_name) VALUES ('2999-01-01T00:00:00', 'registry')")
    assert await unknown_migrations() == ["registry:2999-01-01T00:00:00"]


async def test_the_tables_say_what_the_migrations_built(database: str) -> None:
    tables = [table for app in app_configs() for table in app.table_classes]
    assert tables
    assert await table_differences(tables) == []


async def test_a_table_that_drifted_is_told_column_by_column(database: str) -> None:
    class Drift(Table, tablename="drift"):
        id = BigSerial(primary_key=True)
        name = Text(null=True)
        size = Integer(null=False)
        gone = BigInt(null=True)
        code = Varchar(null=False, length=9)

    await execute_script("""
        CREATE TABLE drift (id bigint PRIMARY KEY, name text NOT NULL, size bigint NOT NULL,
                            code varchar(9) NOT NULL, more int)
    """)
    said = await table_differences([Drift])
    assert [line.split(":")[0] for line in said] == ["drift.gone", "drift.more", "drift.name", "drift.size"]


async def test_piccolo_shares_our_transactions_and_json(database: str) -> None:
    class Thing(Table, tablename="thing"):
        id = BigSerial(primary_key=True)
        name = Text(null=False)

    await execute_script("CREATE TABLE thing (id bigserial PRIMARY KEY, name text NOT NULL)")

    async def fail() -> None:
        async with transaction():
            await Thing.insert(Thing(name="a"))
            assert len(await fetch("SELECT 1 FROM thing")) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await Thing.count() == 0
    await Thing(name="b").save()
    assert await Thing.select(Thing.name) == [{"name": "b"}]
