"""When the clock last ran."""

from __future__ import annotations

from foundation.database import fetchrow
from scheduling.schemas import TickRead


async def last_tick(name: str = "due") -> TickRead | None:
    """The last run of one of the clock's chores, by whichever process; None before the first."""
    row = await fetchrow("SELECT name, at, process, opened, seconds, failure FROM clock_tick WHERE name = $1", name)
    return TickRead(**dict(row)) if row else None
