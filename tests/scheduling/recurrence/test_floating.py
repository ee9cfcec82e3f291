"""Plans that count from completion."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from scheduling.recurrence import RecurrenceRule, floating_next

ANCHOR = date(2026, 1, 1)
# 07:30 on 1 September in Shanghai: the local day is not the UTC day.
DONE = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)


def after_completion(rule: RecurrenceRule, completed_at: datetime = DONE) -> str:
    return f"{floating_next(rule, completed_at).astimezone(rule.tz):%Y-%m-%d %H:%M}"


def test_days_count_from_the_local_day_of_completion() -> None:
    assert after_completion(RecurrenceRule("daily", ANCHOR, interval=10)) == "2026-09-11 08:00"


def test_the_first_time_of_the_day_applies() -> None:
    rule = RecurrenceRule("weekly", ANCHOR, interval=2, times=(time(13), time(7)))
    assert after_completion(rule) == "2026-09-15 07:00"


def test_months_are_clamped_to_the_last_day() -> None:
    completed = datetime(2026, 8, 31, 4, tzinfo=UTC)
    assert after_completion(RecurrenceRule("monthly", ANCHOR, interval=6), completed) == "2027-02-28 08:00"


def test_a_named_day_does_not_stretch_the_interval() -> None:
    assert after_completion(RecurrenceRule("yearly", ANCHOR, month=8, monthday=1)) == "2027-09-01 08:00"
    assert after_completion(RecurrenceRule("weekly", ANCHOR, weekdays=("MO",))) == "2026-09-08 08:00"


def test_out_of_season_waits_for_the_season() -> None:
    assert after_completion(RecurrenceRule("monthly", ANCHOR, months=(4, 5, 9))) == "2027-04-01 08:00"


def test_days_off_move_on() -> None:
    rule = RecurrenceRule("daily", ANCHOR, interval=4, roll="next_working_day")
    due = floating_next(rule, DONE, is_working_day=lambda day: day.weekday() < 5)
    assert due == datetime(2026, 9, 7, tzinfo=UTC)
