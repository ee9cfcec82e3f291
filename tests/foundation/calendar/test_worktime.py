"""The service clock: each rule of counting by example, and its laws by property."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.calendar.days import EMPTY_CALENDAR
from foundation.calendar.hours import OfficeHours
from foundation.calendar.seed import official_calendar
from foundation.calendar.worktime import Limit, Pause, Unit, add_limit, elapsed, remaining
from foundation.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")
TABLE = official_calendar()
NATURAL = [Unit.MINUTE, Unit.HOUR]
starts = st.datetimes(datetime(2023, 1, 1), datetime(2026, 10, 1), timezones=st.just(ZONE))  # noqa: DTZ001 - without a zone, on purpose
spells = st.timedeltas(timedelta(0), timedelta(days=9))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def ends(start: str, value: int, unit: str, *pauses: tuple[str, str]) -> str:
    stops = [Pause(at(begin), at(end)) for begin, end in pauses]
    deadline = add_limit(at(start), Limit(value, unit), TABLE, pauses=stops)
    return deadline.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize(
    ("start", "value", "unit", "end"),
    [
        # natural time knows no calendar
        ("2025-09-30 23:50", 30, "minute", "2025-10-01 00:20"),
        ("2025-10-01 03:00", 24, "hour", "2025-10-02 03:00"),
        # working hours: within a span, over lunch, over night, over a weekend, over a holiday, into a make-up Saturday
        ("2025-06-11 09:00", 1, "workhour", "2025-06-11 10:00"),
        ("2025-06-11 11:00", 4, "workhour", "2025-06-11 16:30"),
        ("2025-06-11 08:00", 1, "workhour", "2025-06-11 09:30"),
        ("2025-06-11 12:30", 1, "workhour", "2025-06-11 14:30"),
        ("2025-06-11 16:30", 4, "workhour", "2025-06-12 11:30"),
        ("2025-06-13 17:00", 1, "workhour", "2025-06-16 09:00"),
        ("2025-09-30 17:00", 1, "workhour", "2025-10-09 09:00"),
        ("2025-10-10 17:00", 1, "workhour", "2025-10-11 09:00"),
        ("2025-06-11 08:30", 15, "workhour", "2025-06-12 17:30"),
        # working days: the first is not counted, they end at close of business
        ("2025-06-11 09:00", 1, "workday", "2025-06-12 17:30"),
        ("2025-06-11 03:00", 1, "workday", "2025-06-12 17:30"),
        ("2025-06-11 23:00", 3, "workday", "2025-06-16 17:30"),
        ("2025-06-14 10:00", 1, "workday", "2025-06-16 17:30"),
        ("2025-09-30 09:00", 3, "workday", "2025-10-11 17:30"),
        # days: the first is not counted, the last ends with its last second, a holiday moves it, a weekend does not
        ("2025-06-11 09:00", 1, "day", "2025-06-12 23:59:59"),
        ("2025-06-11 09:00", 3, "day", "2025-06-14 23:59:59"),
        ("2025-09-30 09:00", 2, "day", "2025-10-09 23:59:59"),
        # months and years: the corresponding day, else the last of the month
        ("2025-06-11 09:00", 1, "month", "2025-07-11 23:59:59"),
        ("2025-01-31 09:00", 1, "month", "2025-02-28 23:59:59"),
        ("2024-01-31 09:00", 1, "month", "2024-02-29 23:59:59"),
        ("2025-08-31 09:00", 1, "month", "2025-09-30 23:59:59"),
        ("2025-11-30 09:00", 1, "month", "2025-12-30 23:59:59"),
        ("2025-11-30 09:00", 3, "month", "2026-02-28 23:59:59"),
        ("2024-02-29 09:00", 1, "year", "2025-02-28 23:59:59"),
        ("2024-10-01 09:00", 1, "year", "2025-10-09 23:59:59"),
    ],
)
def test_counting(start: str, value: int, unit: str, end: str) -> None:
    assert ends(start, value, unit) == end


@pytest.mark.parametrize(
    ("value", "unit", "pause", "end"),
    [
        (4, "hour", ("2025-06-11 10:00", "2025-06-11 12:00"), "2025-06-11 15:00"),
        (4, "hour", ("2025-06-11 13:00", "2025-06-11 15:00"), "2025-06-11 13:00"),
        (4, "hour", ("2025-06-11 08:00", "2025-06-11 10:00"), "2025-06-11 14:00"),
        (4, "workhour", ("2025-06-11 10:00", "2025-06-12 10:00"), "2025-06-12 14:30"),
        (4, "workhour", ("2025-06-11 12:00", "2025-06-11 13:30"), "2025-06-11 14:30"),
        (1, "workday", ("2025-06-12 09:00", "2025-06-12 17:00"), "2025-06-12 17:30"),
        (1, "workday", ("2025-06-12 09:00", "2025-06-12 17:30"), "2025-06-12 17:30"),
        (1, "workday", ("2025-06-12 17:30", "2025-06-12 18:00"), "2025-06-13 17:30"),
        (1, "workday", ("2025-06-12 09:00", "2025-06-13 09:00"), "2025-06-13 17:30"),
        (3, "workday", ("2025-06-12 09:00", "2025-06-17 09:00"), "2025-06-19 17:30"),
        (3, "day", ("2025-06-12 09:00", "2025-06-14 09:00"), "2025-06-16 23:59:59"),
        (1, "month", ("2025-06-12 09:00", "2025-06-14 09:00"), "2025-07-13 23:59:59"),
    ],
)
def test_a_pause_stops_the_clock(value: int, unit: str, pause: tuple[str, str], end: str) -> None:
    assert ends("2025-06-11 09:00", value, unit, pause) == end


def test_overlapping_pauses_stop_it_once() -> None:
    pauses = [("2025-06-11 11:00", "2025-06-11 12:00"), ("2025-06-11 10:00", "2025-06-11 11:30")]
    assert ends("2025-06-11 09:00", 4, "hour", *pauses) == "2025-06-11 15:00"
    inside = [("2025-06-11 10:00", "2025-06-11 12:00"), ("2025-06-11 10:30", "2025-06-11 11:00")]
    assert ends("2025-06-11 09:00", 4, "hour", *inside) == "2025-06-11 15:00"


def test_a_deadline_says_its_day_in_the_district() -> None:
    deadline = add_limit(at("2025-06-11 09:00"), Limit(1, "day"), TABLE)
    assert (deadline.at, deadline.on) == (datetime(2025, 6, 12, 15, 59, 59, tzinfo=UTC), date(2025, 6, 12))
    assert deadline.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "value", "unit", "provisional"),
    [
        ("2026-12-31 09:00", 24, "hour", False),
        ("2026-12-30 09:00", 1, "workday", False),
        ("2026-12-30 09:00", 2, "workday", True),
        ("2026-12-31 17:00", 1, "workhour", True),
        ("2026-12-30 09:00", 1, "day", False),
        ("2026-12-31 09:00", 1, "day", True),
        ("2026-06-01 09:00", 1, "year", True),
    ],
)
def test_a_deadline_in_an_unannounced_year_is_provisional(start: str, value: int, unit: str, provisional: bool) -> None:
    assert add_limit(at(start), Limit(value, unit), TABLE).provisional is provisional


def test_other_hours_and_another_zone() -> None:
    hours = OfficeHours(((time(9), time(17)),))
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2027, 3, 26, 16, tzinfo=zone)  # the Friday before the clocks change
    deadline = add_limit(start, Limit(2, "workhour"), EMPTY_CALENDAR, hours, zone)
    assert deadline.at == datetime(2027, 3, 29, 10, tzinfo=zone)
    assert deadline.at.hour == 8


@pytest.mark.parametrize("spans", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(17)))])
def test_nonsense_hours_are_refused(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(Invalid) as caught:
        OfficeHours(spans)
    assert caught.value.code == "bad_office_hours"


@pytest.mark.parametrize(("value", "unit"), [(0, "hour"), (-1, "day"), (4000, "day"), (1, "fortnight"), (1, "")])
def test_nonsense_limits_are_refused(value: int, unit: str) -> None:
    with pytest.raises(Invalid) as caught:
        Limit(value, unit)
    assert caught.value.code == "bad_limit"


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        add_limit(datetime(2025, 6, 11), Limit(1, "day"), TABLE)  # noqa: DTZ001 - without a zone, on purpose


def test_remaining_counts_on_the_clock_of_the_limit() -> None:
    start, four = at("2025-06-13 15:30"), Limit(4, "workhour")
    assert remaining(start, four, at("2025-06-15 12:00"), TABLE) == timedelta(hours=2)
    assert remaining(start, four, at("2025-06-16 11:30"), TABLE) == timedelta(hours=-1)
    assert remaining(start, Limit(2, "hour"), at("2025-06-13 16:00"), TABLE) == timedelta(hours=1, minutes=30)


def test_remaining_stands_still_while_a_pause_lasts() -> None:
    start, paused = at("2025-06-11 09:00"), [Pause(at("2025-06-11 10:00"))]
    left = [remaining(start, Limit(4, "hour"), at(f"2025-06-{day} 18:00"), TABLE, pauses=paused) for day in (11, 19)]
    assert left == [timedelta(hours=3)] * 2
    with pytest.raises(ValueError, match="lasts"):
        add_limit(start, Limit(4, "hour"), TABLE, pauses=paused)


@given(starts, spells, st.integers(1, 60), st.sampled_from(Unit))
def test_a_later_start_never_ends_earlier(start: datetime, later: timedelta, value: int, unit: Unit) -> None:
    limit = Limit(min(value, 10), unit)
    assert add_limit(start, limit, TABLE).at <= add_limit(start + later, limit, TABLE).at


@given(starts, st.integers(1, 9), st.sampled_from(Unit))
def test_a_longer_limit_never_ends_earlier(start: datetime, value: int, unit: Unit) -> None:
    first, second = (add_limit(start, Limit(count, unit), TABLE) for count in (value, value + 1))
    assert start < first.at <= second.at


@given(starts, st.integers(1, 99), st.integers(1, 99), st.sampled_from([*NATURAL, Unit.WORKHOUR, Unit.WORKDAY]))
def test_a_limit_may_be_split(start: datetime, first: int, second: int, unit: Unit) -> None:
    middle = add_limit(start, Limit(first, unit), TABLE).at
    whole = add_limit(start, Limit(first + second, unit), TABLE).at
    assert add_limit(middle, Limit(second, unit), TABLE).at == whole


@given(starts, st.integers(1, 99), spells, spells, spells, st.sampled_from([*NATURAL, Unit.WORKHOUR]))
def test_what_ran_and_what_is_left_make_the_limit(
    start: datetime, value: int, before: timedelta, stopped: timedelta, after: timedelta, unit: Unit
) -> None:
    pauses = [Pause(start + before, start + before + stopped)]
    now, limit = start + after, Limit(value, unit)
    ran = elapsed(start, now, unit, TABLE, pauses=pauses)
    left = remaining(start, limit, now, TABLE, pauses=pauses)
    assert ran + left == limit.length if left >= timedelta(0) else ran >= limit.length
    assert timedelta(0) <= ran <= after


@given(starts, st.integers(1, 30), spells, spells, st.sampled_from(Unit))
def test_a_pause_never_brings_the_end_forward(
    start: datetime, value: int, before: timedelta, stopped: timedelta, unit: Unit
) -> None:
    limit = Limit(min(value, 10), unit)
    pauses = [Pause(start + before, start + before + stopped)]
    assert add_limit(start, limit, TABLE).at <= add_limit(start, limit, TABLE, pauses=pauses).at


@given(starts, spells)
def test_office_time_is_never_more_than_natural_time(start: datetime, spell: timedelta) -> None:
    office = elapsed(start, start + spell, Unit.WORKHOUR, TABLE)
    assert timedelta(0) <= office <= elapsed(start, start + spell, Unit.HOUR, TABLE) == spell
