"""One background job in a process of its own; the server starts it and hears of it through the job's row."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from typing import Final

import app.composition  # noqa: F401 - brings along every room's kinds of jobs and of history
from app.sessions import principal_of
from app.web.logs import configure_logs
from foundation.database import close_database, open_database
from foundation.database.embedded import running_database
from foundation.jobs import run_claimed, stand_behind
from foundation.settings import load_settings, use_settings

# One statement at a time is all that a job asks.
CONNECTIONS: Final = 2


async def _work(job_id: int, claimed_at: datetime) -> None:
    settings = load_settings()
    use_settings(settings)
    configure_logs(settings.log_level)
    async with running_database(settings) as url:
        await open_database(url, pool_size=CONNECTIONS)
        try:
            await run_claimed(job_id, claimed_at, principal_of)
        finally:
            await close_database()


def main(arguments: list[str]) -> None:
    """Run the job of this number, claimed at this instant."""
    stand_behind()
    asyncio.run(_work(int(arguments[0]), datetime.fromisoformat(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
