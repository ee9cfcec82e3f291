"""A database for as long as a command runs: the configured one, or our own, kept alive and stopped by the last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from foundation.database.embedded.cluster import Cluster
from foundation.errors import StartRefused
from foundation.settings import Settings

_log = logging.getLogger("facility.database")
_LOOK_EVERY: Final = 0.5
_TRY_AGAIN: Final = 5.0


@asynccontextmanager
async def running_database(settings: Settings, *, durable: bool = True) -> AsyncIterator[str]:
    """Yield the address of the database: FACILITY_DATABASE_URL, or our own server started or attached to.

    A server of our own that is killed meanwhile is started again. Raises StartRefused.
    """
    if settings.database_url:
        yield settings.database_url
        return
    cluster = Cluster(settings, durable=durable)
    descriptor = await asyncio.to_thread(cluster.join)
    watch = asyncio.create_task(_keep_alive(cluster))
    try:
        yield cluster.url()
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await asyncio.shield(asyncio.to_thread(cluster.leave, descriptor))


async def _keep_alive(cluster: Cluster) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        try:
            if not cluster.is_running() and await asyncio.to_thread(cluster.revive):
                _log.warning("PostgreSQL had died and was started again")
        except (StartRefused, OSError) as error:
            _log.error("PostgreSQL has died and does not start: %s", error)
            await asyncio.sleep(_TRY_AGAIN)
