"""The door to the database for every room: plain SQL in, records out, in whatever transaction the task is in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final, TypeAlias, cast

import asyncpg

from foundation.database.engine import DB, FacilityTransaction, Isolation
from foundation.database.outage import is_outage, is_refusal, unavailable
from foundation.errors import StartRefused
from foundation.translation import N_

Record: TypeAlias = asyncpg.Record
_BATCH: Final = 1000


async def open_database(url: str, *, pool_size: int = 10, statement_cache: bool = True) -> None:
    """Start the pool on the running loop; ``statement_cache=False`` for a database behind PgBouncer.

    Raises Unavailable where the server is down and StartRefused where it turns us away.
    """
    try:
        await DB.open(url, pool_size=pool_size, statement_cache=statement_cache)
    except Exception as error:
        if is_refusal(error):
            raise StartRefused(
                N_("PostgreSQL refuses the connection: {reason}. Check FACILITY_DATABASE_URL."), reason=str(error)
            ) from error
        if is_outage(error):
            raise unavailable() from error
        raise


async def close_database() -> None:
    """Close the pool; the counterpart of each ``open_database``."""
    await DB.close()


def transaction(*, isolation: Isolation | None = None) -> FacilityTransaction:
    """All or nothing. Inside another transaction it is a savepoint and is undone alone; isolation is the outermost's.

    Raises Unavailable where the database goes away; every other error of a COMMIT comes through.
    """
    return DB.transaction(isolation=isolation)


def in_transaction() -> bool:
    """Whether this task is inside a transaction."""
    return DB.transaction_exists()


async def fetch(sql: str, *args: object) -> list[Record]:
    """All rows of a query; parameters are ``$1``, ``$2`` …"""

    async def work(connection: Any) -> Any:
        return await connection.fetch(sql, *args)

    return cast("list[Record]", await DB.with_connection(work, reading=sql))


async def fetchrow(sql: str, *args: object) -> Record | None:
    """The first row of a query, or None."""

    async def work(connection: Any) -> Any:
        return await connection.fetchrow(sql, *args)

    return cast("Record | None", await DB.with_connection(work, reading=sql))


async def fetchval(sql: str, *args: object) -> Any:
    """The first column of the first row, or None."""

    async def work(connection: Any) -> Any:
        return await connection.fetchval(sql, *args)

    return await DB.with_connection(work, reading=sql)


async def execute(sql: str, *args: object) -> int:
    """Run one statement; the number of rows it touched (0 where the statement counts none)."""

    async def work(connection: Any) -> Any:
        return await connection.execute(sql, *args)

    count = str(await DB.with_connection(work)).rpartition(" ")[2]
    return int(count) if count.isdigit() else 0


async def execute_many(sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run one statement for each row of parameters; all of them or none."""

    async def work(connection: Any) -> None:
        await connection.executemany(sql, rows)

    await DB.with_connection(work)


async def execute_script(sql: str) -> None:
    """Run several statements without parameters, as a migration does; one transaction unless they say otherwise."""

    async def work(connection: Any) -> None:
        await connection.execute(sql)

    await DB.with_connection(work)


async def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Load rows by COPY, some seven times faster than INSERT; the number of rows loaded."""

    async def work(connection: Any) -> Any:
        return await connection.copy_records_to_table(table, columns=list(columns), records=rows)

    return int(str(await DB.with_connection(work)).rpartition(" ")[2])


async def stream(sql: str, *args: object) -> AsyncIterator[Record]:
    """The rows of a query, fetched a thousand at a time and never held all at once. Only inside a transaction."""
    inside = DB.current()
    if inside is None:
        raise RuntimeError("stream() needs a transaction")
    try:
        async for record in inside.connection.cursor(sql, *args, prefetch=_BATCH):
            yield record
    except Exception as error:
        if is_outage(error):
            raise unavailable() from error
        raise
