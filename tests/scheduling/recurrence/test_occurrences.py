"""When a rule falls due: clamping, seasons, clock changes, days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.recurrence import RecurrenceRule, from_dict, next_occurrence, occurrences

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(rule: RecurrenceRule, until: datetime, after: datetime | None = None) -> list[str]:
    return [f"{at.astimezone(rule.tz):%Y-%m-%d %H:%M%z}" for at in occurrences(rule, after, until)]


def days(rule: RecurrenceRule, until: date, after: datetime | None = None) -> list[str]:
    return [text[:10] for text in local(rule, datetime.combine(until, time(23), rule.tz), after)]


def test_cleaning_several_times_a_day() -> None:
    rule = from_dict({"freq": "daily", "times": ["13:00", "07:00"]}, anchor_on=date(2026, 11, 23))
    assert local(rule, datetime(2026, 11, 24, 4, tzinfo=UTC)) == [
        "2026-11-23 07:00+0800",
        "2026-11-23 13:00+0800",
        "2026-11-24 07:00+0800",
    ]


def test_instants_are_aware_utc() -> None:
    rule = RecurrenceRule("daily", date(2026, 11, 23))
    assert next_occurrence(rule, None) == datetime(2026, 11, 23, 0, tzinfo=UTC)
    assert all(at.tzinfo is UTC for at in occurrences(rule, None, datetime(2026, 12, 1, tzinfo=UTC)))


def test_after_is_left_out_and_until_is_taken_in() -> None:
    rule = RecurrenceRule("daily", date(2026, 1, 1), zone="UTC")
    first, second = datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert list(occurrences(rule, first, second)) == [second]


def test_naive_instants_are_a_mistake_of_the_program() -> None:
    rule = RecurrenceRule("daily", date(2026, 1, 1))
    with pytest.raises(ValueError, match="aware"):
        next_occurrence(rule, datetime(2026, 1, 1))  # noqa: DTZ001 - without a zone, on purpose


def test_the_31st_never_drifts() -> None:
    rule = RecurrenceRule("monthly", date(2026, 1, 31))
    assert days(rule, date(2026, 6, 30)) == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
    ]  # fmt: skip


def test_leap_day_every_year() -> None:
    rule = RecurrenceRule("yearly", date(2024, 2, 29))
    assert days(rule, date(2028, 12, 31)) == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_every_six_months_counts_from_the_anchor() -> None:
    rule = RecurrenceRule("monthly", date(2026, 8, 31), interval=6)
    assert days(rule, date(2028, 3, 1)) == ["2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29"]


def test_nothing_before_the_anchor() -> None:
    rule = RecurrenceRule("monthly", date(2026, 1, 15), monthday=1, interval=6)
    assert days(rule, date(2026, 12, 31)) == ["2026-07-01"]


def test_every_second_week_counts_weeks_from_monday() -> None:
    rule = RecurrenceRule("weekly", date(2026, 11, 25), interval=2, weekdays=("SU", "TU"))
    assert days(rule, date(2026, 12, 27)) == ["2026-11-29", "2026-12-08", "2026-12-13", "2026-12-22", "2026-12-27"]


def test_a_season_leaves_out_the_other_months() -> None:
    rule = RecurrenceRule("monthly", date(2026, 9, 10), months=(4, 10))
    assert days(rule, date(2027, 12, 31)) == ["2026-10-10", "2027-04-10", "2027-10-10"]


def test_yearly_on_a_named_day() -> None:
    rule = RecurrenceRule("yearly", date(2026, 12, 2), month=12, monthday=1)
    assert days(rule, date(2028, 12, 31)) == ["2027-12-01", "2028-12-01"]


def test_a_window_far_from_the_anchor_needs_no_walk() -> None:
    rule = RecurrenceRule("daily", date(1900, 1, 1), interval=3, zone="UTC")
    found = next_occurrence(rule, datetime(9000, 1, 1, tzinfo=UTC))
    assert found is not None
    assert (found.date() - rule.anchor_on).days % 3 == 0
    assert found - datetime(9000, 1, 1, tzinfo=UTC) <= timedelta(days=4)


def test_the_calendar_ends_quietly() -> None:
    rule = RecurrenceRule("yearly", date(2026, 1, 1))
    assert next_occurrence(rule, datetime(9998, 1, 1, tzinfo=UTC)) is None
    assert next_occurrence(rule, datetime.max.replace(tzinfo=UTC)) is None
    assert next_occurrence(rule, datetime.min.replace(tzinfo=UTC)) == datetime(2026, 1, 1, tzinfo=UTC)


# Clock changes


def test_a_skipped_local_time_moves_forward() -> None:
    rule = RecurrenceRule("daily", date(2026, 3, 28), zone="Europe/Berlin", times=(time(2, 30),))
    assert local(rule, datetime(2026, 3, 30, 12, tzinfo=UTC)) == [
        "2026-03-28 02:30+0100",
        "2026-03-29 03:30+0200",
        "2026-03-30 02:30+0200",
    ]


def test_a_doubled_local_time_means_the_first() -> None:
    rule = RecurrenceRule("daily", date(2026, 10, 25), zone="Europe/Berlin", times=(time(2, 30),))
    assert local(rule, datetime(2026, 10, 26, 12, tzinfo=UTC)) == ["2026-10-25 02:30+0200", "2026-10-26 02:30+0100"]


def test_two_times_that_a_clock_change_makes_one_are_one() -> None:
    rule = RecurrenceRule(
        "daily", date(2026, 3, 29), zone="Europe/Berlin", times=(time(2, 30), time(3, 15), time(3, 30))
    )
    assert local(rule, datetime(2026, 3, 29, 12, tzinfo=UTC)) == ["2026-03-29 03:15+0200", "2026-03-29 03:30+0200"]


def test_shanghai_had_summer_time_until_1991() -> None:
    rule = RecurrenceRule("weekly", date(1991, 4, 7), zone="Asia/Shanghai", times=(time(8),))
    found = list(occurrences(rule, None, datetime(1991, 4, 22, tzinfo=UTC)))
    assert [at.hour for at in found] == [0, 23, 23]
    assert {at.astimezone(SHANGHAI).hour for at in found} == {8}


def test_the_skipped_midnight_of_shanghai() -> None:
    rule = RecurrenceRule("daily", date(1940, 5, 31), zone="Asia/Shanghai", times=(time(0, 30),))
    assert local(rule, datetime(1940, 6, 2, tzinfo=UTC))[1] == "1940-06-01 01:30+0900"


def test_samoa_skipped_a_whole_day() -> None:
    rule = RecurrenceRule("daily", date(2011, 12, 29), zone="Pacific/Apia", times=(time(7), time(19)))
    assert local(rule, datetime(2011, 12, 31, 12, tzinfo=UTC)) == [
        "2011-12-29 07:00-1000",
        "2011-12-29 19:00-1000",
        "2011-12-31 07:00+1400",
        "2011-12-31 19:00+1400",
    ]


def test_an_instant_carried_into_the_window_from_the_day_before_it() -> None:
    rule = RecurrenceRule("weekly", date(2011, 12, 1), zone="Pacific/Apia", weekdays=("FR",), times=(time(7),))
    after = datetime(2011, 12, 31, 6, tzinfo=rule.tz)
    assert local(rule, datetime(2012, 1, 1, tzinfo=UTC), after) == ["2011-12-31 07:00+1400"]


def test_a_change_across_midnight_keeps_the_order() -> None:
    rule = RecurrenceRule("daily", date(1919, 3, 30), zone="America/Toronto", times=(time(0, 30), time(23, 45)))
    assert local(rule, datetime(1919, 3, 31, 12, tzinfo=UTC)) == [
        "1919-03-30 00:30-0500",
        "1919-03-31 00:30-0400",
        "1919-03-31 00:45-0400",
    ]


# Days off: the National Day week of 2026, with Saturday 10 October worked in its stead

HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
MAKE_UP = {date(2026, 9, 20), date(2026, 10, 10)}


def is_working_day(day: date) -> bool:
    return day in MAKE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def rolled(rule: RecurrenceRule, first: date, last: date) -> list[str]:
    after, until = (datetime.combine(day, time(), rule.tz) for day in (first, last))
    return [f"{at.astimezone(rule.tz):%m-%d}" for at in occurrences(rule, after, until, is_working_day=is_working_day)]


def test_the_monday_patrol_on_a_holiday_walks_on_the_next_working_day() -> None:
    rule = RecurrenceRule("weekly", date(2026, 9, 1), weekdays=("MO",), roll="next_working_day")
    assert rolled(rule, date(2026, 9, 15), date(2026, 10, 20)) == ["09-21", "09-28", "10-08", "10-12", "10-19"]


def test_a_day_rolled_into_the_window_from_long_before_it() -> None:
    rule = RecurrenceRule("yearly", date(2020, 10, 1), roll="next_working_day")
    assert rolled(rule, date(2026, 10, 8), date(2026, 10, 9)) == ["10-08"]


def test_a_make_up_saturday_takes_what_rolls_onto_it() -> None:
    rule = RecurrenceRule("monthly", date(2026, 1, 10), roll="next_working_day")
    assert rolled(rule, date(2026, 10, 1), date(2026, 10, 31)) == ["10-10"]


def test_days_that_roll_onto_one_day_are_one() -> None:
    rule = RecurrenceRule("daily", date(2026, 9, 1), roll="next_working_day")
    assert rolled(rule, date(2026, 9, 30), date(2026, 10, 11)) == ["09-30", "10-08", "10-09", "10-10"]


def test_a_calendar_without_working_days_leaves_the_day() -> None:
    rule = RecurrenceRule("yearly", date(2026, 5, 1), roll="next_working_day")
    found = next_occurrence(rule, None, is_working_day=lambda _: False)
    assert found == datetime(2026, 5, 1, tzinfo=UTC)


def test_rolling_needs_the_working_days() -> None:
    rule = RecurrenceRule("daily", date(2026, 1, 1), roll="next_working_day")
    with pytest.raises(ValueError, match="working days"):
        next_occurrence(rule, None)
