"""The calendar in the database."""

from datetime import date

import pytest

from foundation.calendar.days import DayKind
from foundation.calendar.seed import official_calendar
from foundation.calendar.store import load_calendar, seed_calendar
from foundation.database import execute, fetchval


@pytest.mark.anyio
async def test_the_seed_is_entered_once_and_read_back(database: str) -> None:
    await execute("DELETE FROM calendar_day")
    await seed_calendar()
    await seed_calendar()
    assert await load_calendar() == official_calendar()


@pytest.mark.anyio
async def test_the_seed_leaves_what_the_operator_changed(database: str) -> None:
    day = date(2026, 10, 7)
    await seed_calendar()
    await execute("UPDATE calendar_day SET kind = 'makeup_workday', source = '区政府通知' WHERE on_day = $1", day)
    await seed_calendar()
    assert (await load_calendar()).days[day] is DayKind.MAKEUP_WORKDAY
    assert await fetchval("SELECT source FROM calendar_day WHERE on_day = $1", day) == "区政府通知"
