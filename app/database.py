"""The database ready for use: running, open, of this program's shape, and with a calendar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from foundation.calendar import seed_calendar
from foundation.database import close_database, fetchval, migrate, open_database
from foundation.database.embedded import running_database
from foundation.settings import Settings


@asynccontextmanager
async def prepare_database(settings: Settings) -> AsyncIterator[list[str]]:
    """Run or reach the database for as long as the block lasts; yields the migrations that ran now, as ``room:id``.

    Raises StartRefused or Unavailable, each with the sentence that mends it.
    """
    async with running_database(settings) as url:
        await open_database(url, pool_size=settings.pool_size)
        try:
            ran = await migrate()
            # Only the first start fills the calendar: a day the operator took out later must stay out.
            if not await fetchval("SELECT true FROM calendar_day LIMIT 1"):
                await seed_calendar()
            yield ran
        finally:
            await close_database()
