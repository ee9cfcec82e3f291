"""Working days: the official arrangements, compared with two independent sources, and years not yet announced."""

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from foundation.calendar.days import EMPTY_CALENDAR, CalendarTable, DayKind
from foundation.calendar.seed import official_calendar, official_days
from foundation.errors import Invalid

TABLE = official_calendar()
FOUR_YEARS = [date(2023, 1, 1) + timedelta(days=ahead) for ahead in range(1461)]


def test_agrees_with_the_independent_calendar_on_every_day() -> None:
    assert [day for day in FOUR_YEARS if TABLE.is_working_day(day) != chinese_calendar.is_workday(day)] == []
    assert {day for day in FOUR_YEARS if TABLE.is_holiday(day)} == {
        day for day in chinese_calendar.holidays if day in FOUR_YEARS
    }


@pytest.mark.parametrize("year", [2024, 2025])
def test_agrees_with_the_published_notices(outside_data: Path, year: int) -> None:
    notice = json.loads((outside_data / "calendar" / f"china_{year}.json").read_text("utf-8"))
    kinds = {True: DayKind.HOLIDAY, False: DayKind.MAKEUP_WORKDAY}
    told = {date.fromisoformat(row["date"]): kinds[row["isOffDay"]] for row in notice["days"]}
    assert {day: kind for day, kind in TABLE.days.items() if day.year == year} == told
    assert {row.source for row in official_days() if row.on_day.year == year} == set(notice["papers"])


def test_every_official_day_is_named_in_both_languages_with_its_source() -> None:
    rows = official_days()
    assert len({row.on_day for row in rows}) == len(rows)
    assert all(row.name_zh and row.name_en and row.source.startswith("https://www.gov.cn/") for row in rows)


def test_a_make_up_sunday_is_worked_and_its_holiday_monday_is_not() -> None:
    assert TABLE.is_working_day(date(2025, 1, 26))
    assert not TABLE.is_working_day(date(2025, 2, 3))
    assert not TABLE.is_holiday(date(2025, 1, 25))


def test_the_next_working_day_passes_a_long_holiday() -> None:
    assert TABLE.next_working_day(date(2025, 9, 30)) == date(2025, 10, 9)
    assert TABLE.next_working_day(date(2025, 10, 10)) == date(2025, 10, 11)
    assert TABLE.this_or_next_working_day(date(2025, 10, 11)) == date(2025, 10, 11)
    assert TABLE.this_or_next_working_day(date(2025, 10, 12)) == date(2025, 10, 13)


def test_after_a_holiday_may_be_a_weekend() -> None:
    assert TABLE.after_holiday(date(2024, 2, 12)) == date(2024, 2, 18)
    assert TABLE.after_holiday(date(2024, 6, 8)) == date(2024, 6, 8)


def test_an_unannounced_year_is_provisional_and_knows_fixed_holidays_only() -> None:
    assert [TABLE.is_provisional(year) for year in (2022, 2023, 2026, 2027)] == [True, False, False, True]
    assert not TABLE.is_working_day(date(2027, 10, 1))
    assert TABLE.is_working_day(date(2027, 10, 4))
    assert not TABLE.is_working_day(date(2027, 1, 2))
    assert EMPTY_CALENDAR.is_provisional(2026)


def test_the_first_day_of_next_years_holiday_announces_nothing() -> None:
    eve = CalendarTable({date(2026, 12, 31): DayKind.HOLIDAY})
    assert eve.is_provisional(2026)
    assert not eve.is_working_day(date(2026, 12, 31))


def test_a_table_without_working_days_is_refused() -> None:
    start = date(2026, 1, 1)
    endless = CalendarTable({start + timedelta(days=ahead): DayKind.HOLIDAY for ahead in range(500)})
    with pytest.raises(Invalid) as caught:
        endless.next_working_day(start)
    assert caught.value.code == "no_working_day"
