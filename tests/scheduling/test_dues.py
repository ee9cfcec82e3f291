"""Occurrences with their names and the days they are moved to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice

from scheduling.dues import Due, due_from_completion, dues, first_due, settled
from scheduling.recurrence import RecurrenceRule

# National Day 2026: 1 to 7 October are free.
ROLLING = RecurrenceRule("weekly", date(2026, 9, 28), weekdays=("MO",), roll="next_working_day")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not date(2026, 10, 1) <= day <= date(2026, 10, 7)


def utc(day: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)  # 08:00 in Shanghai is midnight UTC


def test_the_name_stays_where_the_rule_puts_it() -> None:
    found = list(islice(dues(ROLLING, utc(1), is_working_day), 2))
    assert found == [Due(utc(5), utc(8)), Due(utc(12), utc(12))]


def test_what_a_holiday_moves_past_now_is_still_due() -> None:
    assert first_due(ROLLING, utc(6), is_working_day) == Due(utc(5), utc(8))
    assert first_due(ROLLING, utc(8) + timedelta(seconds=1), is_working_day) == Due(utc(12), utc(12))


def test_an_edited_calendar_moves_the_day_and_not_the_name() -> None:
    assert settled(ROLLING, utc(5), is_working_day) == utc(8)
    assert settled(ROLLING, utc(5), lambda _: True) == utc(5)


def test_the_last_day_ends_it() -> None:
    assert list(dues(ROLLING, utc(1), is_working_day, end_on=date(2026, 10, 12))) == [
        Due(utc(5), utc(8)),
        Due(utc(12), utc(12)),
    ]
    assert due_from_completion(ROLLING, utc(5), is_working_day, end_on=date(2026, 10, 11)) is None
