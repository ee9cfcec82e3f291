"""The calendar in the database: operators may change it, so it is read and never assumed."""

from __future__ import annotations

from foundation.calendar.days import CalendarTable, DayKind
from foundation.calendar.seed import official_days
from foundation.database import execute_many, fetch


async def load_calendar() -> CalendarTable:
    """All announced days of the district's calendar."""
    rows = await fetch("SELECT on_day, kind FROM calendar_day")
    return CalendarTable({row["on_day"]: DayKind(row["kind"]) for row in rows})


async def seed_calendar() -> None:
    """Enter the official days that the calendar does not have; what the operator changed stays."""
    await execute_many(
        "INSERT INTO calendar_day (on_day, kind, name_zh, name_en, source) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (on_day) DO NOTHING",
        [(row.on_day, row.kind.value, row.name_zh, row.name_en, row.source) for row in official_days()],
    )
