"""The Piccolo engine on PostgreSQL: connects when told to, never leaks a connection, nests by savepoints."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Final, Literal, cast

import asyncpg
import msgspec
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from foundation.database.outage import is_outage, unavailable

# asyncpg is untyped; so is what we take from it.
_asyncpg: Any = asyncpg
_CLOSE_LIMIT: Final = 10.0
Isolation = Literal["read_committed", "repeatable_read", "serializable"]


class FacilityTransaction(PostgresTransaction):
    """A transaction, or inside another one a savepoint.

    However it ends (a failed COMMIT, a dead server, a cancelled task) the connection goes back to the pool and the
    task is left outside the transaction.
    """

    engine: FacilityEngine
    connection: Any
    transaction: Any

    def __init__(self, engine: FacilityEngine, isolation: Isolation | None = None) -> None:
        super().__init__(engine)
        self.isolation = isolation
        self.closed = False

    async def __aenter__(self) -> FacilityTransaction:
        outer = self.engine.current()
        self._parent = outer
        self.connection = outer.connection if outer else await self.engine.acquire()
        try:
            self.transaction = self.connection.transaction(isolation=None if outer else self.isolation)
            await self.transaction.start()
        except BaseException as error:
            await self._leave()
            if is_outage(error):
                raise unavailable() from error
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        try:
            if error is None:
                await self._finish()
            else:
                await self._undo()
        except Exception as failure:
            if is_outage(failure):
                raise unavailable() from failure
            raise
        finally:
            await self._leave()
        return False

    async def _finish(self) -> None:
        if not self._committed and not self._rolled_back:
            await self.transaction.commit()

    async def _undo(self) -> None:
        if self._rolled_back:
            return
        try:
            await self.transaction.rollback()
        except Exception as failure:
            # A server that died has rolled back already; the first error is the one to tell.
            if not is_outage(failure):
                raise

    async def _leave(self) -> None:
        self.closed = True
        # Not ContextVar.reset: a fixture or a generator may leave in another context than it entered.
        self.engine.current_transaction.set(self._parent)
        if self._parent is None:
            await self.engine.release(self.connection)


class FacilityEngine(PostgresEngine):
    """The one engine of the program: made without a connection, opened and closed by its caller.

    ``json`` and ``jsonb`` travel as Python objects. A ``str`` parameter is taken as JSON text already encoded (Piccolo
    writes so), hence a bare JSON string is written as ``'"text"'``. Values read are decoded always, through Piccolo
    too: never ask it to ``load_json``.
    """

    def __init__(self) -> None:
        super().__init__(config={})
        self.pool: Any = None
        self._opened = 0
        self._url = ""
        self._loop: asyncio.AbstractEventLoop | None = None

    async def check_version(self) -> None:
        """Nothing: Piccolo would connect while the module is being imported."""

    async def prep_database(self) -> None:
        """Nothing: extensions are the migrations' work."""

    async def open(self, url: str, *, pool_size: int = 10, statement_cache: bool = True) -> None:
        """Start the pool; opening it again with the same address on the same loop shares it.

        Raises OSError or an asyncpg error where the server does not let us in.
        """
        loop = asyncio.get_running_loop()
        if self.pool is not None and self._loop is not loop and (self._loop is None or self._loop.is_closed()):
            self.pool = None  # its loop is gone, and its connections with it
        if self.pool is not None:
            if (self._url, self._loop) != (url, loop):
                raise RuntimeError("another database is open; close it first")
            self._opened += 1
            return
        self.config = connect_options(url, statement_cache=statement_cache)
        self.pool = await _asyncpg.create_pool(
            **self.config, init_size=1, min_size=0, max_size=pool_size, init=_prepare, reset=_keep
        )
        self._url, self._loop, self._opened = url, loop, 1

    async def close(self) -> None:
        """Close the pool once everybody who opened it has closed it."""
        self._opened -= 1
        if self._opened > 0 or self.pool is None:
            return
        pool, self.pool, self._opened = self.pool, None, 0
        # Somebody who never gives a connection back must not keep the program from ending.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), _CLOSE_LIMIT)

    def current(self) -> FacilityTransaction | None:
        """The transaction this task is in. A task started inside one may outlive it, and is then in none."""
        # Piccolo's variable is typed for its own transactions; only ours are ever put there.
        found = cast("FacilityTransaction | None", self.current_transaction.get())
        return None if found is None or found.closed else found

    def transaction_exists(self) -> bool:
        """Whether this task is inside a transaction."""
        return self.current() is not None

    def transaction(
        self,
        allow_nested: bool = True,  # noqa: ARG002 - Piccolo's own parameter; nesting is always allowed
        *,
        isolation: Isolation | None = None,
    ) -> FacilityTransaction:
        """A new transaction, or a savepoint inside the current one."""
        return FacilityTransaction(self, isolation)

    async def acquire(self) -> Any:
        """A connection of the pool; raises Unavailable where the server is down."""
        if self.pool is None:
            raise RuntimeError("the database is not open: call open_database() first")
        try:
            return await self.pool.acquire()
        except Exception as error:
            if is_outage(error):
                raise unavailable() from error
            raise

    async def release(self, connection: Any) -> None:
        """Give a connection back; a dead one is dropped by the pool."""
        if self.pool is not None and connection is not None:
            await self.pool.release(connection)

    async def with_connection(self, work: Callable[[Any], Awaitable[Any]], *, reading: str = "") -> Any:
        """Run the work on the transaction's connection or on one of the pool.

        ``reading``: the statement, to be sent once more where the pool's connection was dead and it only reads.
        Raises Unavailable where the database is down or goes away, and lets every other error through.
        """
        inside = self.current()
        try:
            if inside is not None:
                return await work(inside.connection)
            connection = await self.acquire()
            try:
                return await work(connection)
            finally:
                await self.release(connection)
        except Exception as error:
            if not is_outage(error):
                raise
            if inside is not None or not is_read(reading):
                raise unavailable() from error
        return await self.with_connection(work)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:  # noqa: ARG002 - Piccolo's own signature
        """Run one query of Piccolo's."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._run_piccolo(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:  # noqa: ARG002 - Piccolo's own signature
        """Run one statement of Piccolo's."""
        return await self._run_piccolo(ddl, ())

    async def _run_piccolo(self, sql: str, args: Sequence[Any]) -> Any:
        async def work(connection: Any) -> Any:
            return await connection.fetch(sql, *args)

        return await self.with_connection(work, reading=sql)


async def connect(options: dict[str, Any]) -> Any:
    """A connection outside the pool, for what must not share one."""
    return await _asyncpg.connect(**options)


def connect_options(url: str, *, statement_cache: bool = True) -> dict[str, Any]:
    """How every connection of ours is made; without the statement cache it also passes PgBouncer."""
    options: dict[str, Any] = {
        "dsn": url,
        "timeout": 10,
        "server_settings": {"application_name": "facility", "timezone": "UTC"},
    }
    if not statement_cache:
        options["statement_cache_size"] = 0
    return options


def is_read(sql: str) -> bool:
    """Whether a statement may safely be sent twice; in doubt it may not."""
    words = sql[:4000].lower()
    if len(sql) > 4000 or not words.lstrip().startswith(("select", "with", "table", "values")):
        return False
    return not any(word in words for word in ("insert", "update", "delete", "merge", "nextval", "truncate"))


def _encode_text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _encode_binary(value: object) -> bytes:
    # Version 1 of the jsonb wire format is one byte before the text.
    return b"\x01" + (value.encode() if isinstance(value, str) else msgspec.json.encode(value))


def _decode_binary(data: bytes) -> Any:
    return msgspec.json.decode(memoryview(data)[1:])


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_binary, decoder=_decode_binary, format="binary"
    )
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=_encode_text, decoder=msgspec.json.decode, format="text"
    )


async def _keep(_connection: Any) -> None:
    # The usual reset costs a round trip for each release. Nothing of ours changes a session: locks and settings are
    # always of the transaction.
    return


DB = FacilityEngine()
