"""The engine: transactions end cleanly however they end, savepoints are undone alone, JSON travels as objects."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from foundation.database import (
    DB,
    copy_rows,
    execute,
    execute_many,
    execute_script,
    fetch,
    fetchrow,
    fetchval,
    in_transaction,
    open_database,
    stream,
    transaction,
)
from foundation.errors import StartRefused, Unavailable

pytestmark = pytest.mark.anyio


@pytest.fixture
async def notes(database: str) -> str:
    await execute_script("""
        CREATE TABLE note (id int PRIMARY KEY, body jsonb);
        CREATE TABLE pair (id int PRIMARY KEY, other int REFERENCES note DEFERRABLE INITIALLY DEFERRED);
    """)
    return database


async def test_a_transaction_is_all_or_nothing(notes: str) -> None:
    async def fail() -> None:
        async with transaction():
            assert in_transaction()
            await execute("INSERT INTO note VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert not in_transaction()
    assert await fetchval("SELECT count(*) FROM note") == 0


async def test_a_failed_commit_gives_its_connection_back_every_time(notes: str) -> None:
    for _ in range(DB.pool.get_max_size() + 2):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with transaction():
                await execute("INSERT INTO pair VALUES (1, 99)")
        assert not in_transaction()
    async with asyncio.timeout(5):
        assert await fetchval("SELECT count(*) FROM pair") == 0


async def test_a_nested_transaction_is_undone_alone(notes: str) -> None:
    async def fail_inside() -> None:
        async with transaction():
            await execute("INSERT INTO note VALUES (2)")
            await execute("INSERT INTO note VALUES (1)")

    async with transaction():
        await execute("INSERT INTO note VALUES (1)")
        with pytest.raises(asyncpg.UniqueViolationError):
            await fail_inside()
        async with transaction():
            await execute("INSERT INTO note VALUES (3)")
    assert [row["id"] for row in await fetch("SELECT id FROM note ORDER BY id")] == [1, 3]


async def test_an_outer_failure_takes_the_inner_part_along(notes: str) -> None:
    async def fail_outside() -> None:
        async with transaction():
            async with transaction():
                await execute("INSERT INTO note VALUES (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_outside()
    assert await fetchval("SELECT count(*) FROM note") == 0


async def test_a_cancelled_transaction_leaves_nothing(notes: str) -> None:
    async def hang() -> None:
        async with transaction():
            await execute("INSERT INTO note VALUES (1)")
            await execute("SELECT pg_sleep(600)")

    task = asyncio.create_task(hang())
    async with asyncio.timeout(30):
        # A cancel that reaches the server before the statement does is lost.
        while not await fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
            pass
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        assert await fetchval("SELECT count(*) FROM note") == 0
    assert DB.pool.get_idle_size() == DB.pool.get_size()


async def test_a_task_that_outlives_its_transaction_is_in_none(notes: str) -> None:
    go = asyncio.Event()

    async def later() -> int:
        await go.wait()
        assert not in_transaction()
        return int(await fetchval("SELECT count(*) FROM note"))

    async with transaction():
        task = asyncio.create_task(later())
        await execute("INSERT INTO note VALUES (1)")
    go.set()
    assert await task == 1


async def test_json_travels_as_objects(notes: str) -> None:
    body = {"名": "水泵", "n": [1, 2.5, None, True]}
    await execute("INSERT INTO note VALUES (1, $1), (2, $2), (3, NULL)", body, '{"as": "text"}')
    row = await fetchrow("SELECT body, body::json AS plain FROM note WHERE id = 1")
    assert row is not None
    assert row["body"] == body
    assert row["plain"] == body
    assert await fetchval("SELECT body FROM note WHERE id = 2") == {"as": "text"}
    assert await fetchval("SELECT body FROM note WHERE id = 3") is None
    assert await fetchval("SELECT body->>'名' FROM note WHERE id = 1") == "水泵"


async def test_rows_are_copied_counted_and_streamed(notes: str) -> None:
    assert await copy_rows("note", ["id", "body"], [(n, {"n": n}) for n in range(2500)]) == 2500
    await execute_many("INSERT INTO note (id) VALUES ($1)", [(3000,), (3001,)])
    assert await execute("DELETE FROM note WHERE id >= 3000") == 2
    assert await execute("CREATE TABLE other (id int)") == 0
    async with transaction():
        seen = [row["id"] async for row in stream("SELECT id FROM note ORDER BY id")]
    assert seen == list(range(2500))


async def test_a_stream_needs_a_transaction(notes: str) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        await anext(stream("SELECT 1"))


async def test_repeatable_read_sees_one_state(notes: str) -> None:
    async with transaction(isolation="repeatable_read"):
        assert await fetchval("SELECT count(*) FROM note") == 0
        other = await asyncpg.connect(notes)
        await other.execute("INSERT INTO note VALUES (1)")
        await other.close()
        assert await fetchval("SELECT count(*) FROM note") == 0


async def test_opening_twice_shares_the_pool_and_another_address_is_refused(notes: str, pg_url: str) -> None:
    pool = DB.pool
    await open_database(notes)
    assert DB.pool is pool
    await DB.close()
    assert await fetchval("SELECT 1") == 1
    with pytest.raises(RuntimeError, match="another database"):
        await open_database(pg_url)


KILL_ME = "SELECT CASE WHEN pg_backend_pid() = $1 THEN pg_terminate_backend($1) END"


async def test_a_read_on_a_connection_that_dies_is_sent_once_more(notes: str) -> None:
    mine = await fetchval("SELECT pg_backend_pid()")
    assert await fetchval(KILL_ME, mine) is None
    assert await fetchval("SELECT pg_backend_pid()") != mine


async def test_a_write_is_never_sent_twice(notes: str) -> None:
    mine = await fetchval("SELECT pg_backend_pid()")
    with pytest.raises(Unavailable):
        await fetchval(f"WITH new AS (INSERT INTO note VALUES (1)) {KILL_ME}", mine)
    assert await fetchval("SELECT count(*) FROM note") == 0


async def test_a_transaction_whose_connection_dies_says_so_and_is_left(notes: str) -> None:
    async def die() -> None:
        async with transaction():
            await execute("INSERT INTO note VALUES (1)")
            async with transaction():
                await execute(KILL_ME, await fetchval("SELECT pg_backend_pid()"))

    with pytest.raises(Unavailable):
        await die()
    assert not in_transaction()
    assert await fetchval("SELECT count(*) FROM note") == 0


async def test_a_wrong_statement_is_not_an_outage(notes: str) -> None:
    with pytest.raises(asyncpg.DataError):
        await fetch("SELECT $1::int", "text")
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await fetch("SELEKT 1")


async def test_who_is_turned_away_or_finds_nobody_is_told(pg_url: str, open_folder: Path) -> None:
    with pytest.raises(StartRefused, match="no_such_database"):
        await open_database(pg_url.replace("/postgres?", "/no_such_database?"))
    with pytest.raises(Unavailable):
        await open_database(f"postgresql://facility@/facility?host={open_folder}")


async def test_sessions_are_in_utc(database: str) -> None:
    assert await fetchval("SHOW timezone") == "UTC"
