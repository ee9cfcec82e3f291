"""What must hold for every rule, and agreement with an independent reckoner of RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.errors import Invalid
from scheduling.recurrence import RecurrenceRule, floating_next, from_dict, next_occurrence, occurrences, to_dict
from scheduling.recurrence.rule import FREQS, WEEKDAYS

ZONES = ("Asia/Shanghai", "Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC")
TIMES = st.lists(st.times().map(lambda t: time(t.hour, t.minute)), min_size=1, max_size=4).map(tuple)
ANCHORS = st.dates(date(1935, 1, 1), date(2060, 12, 31))
INSTANTS = st.datetimes(datetime(1930, 1, 1), datetime(2070, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - without a zone, on purpose


@st.composite
def rules(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> RecurrenceRule:
    freq = draw(st.sampled_from(FREQS))
    weekdays = st.lists(st.sampled_from(WEEKDAYS), max_size=4).map(tuple)
    seasons = st.lists(st.integers(1, 12), max_size=6).map(tuple)
    try:
        return RecurrenceRule(
            freq,
            draw(ANCHORS),
            zone=draw(st.sampled_from(zones)),
            interval=draw(st.integers(1, 14)),
            times=draw(TIMES),
            weekdays=draw(weekdays) if freq == "weekly" else (),
            monthday=draw(st.none() | st.integers(1, 31)) if freq in ("monthly", "yearly") else None,
            month=draw(st.none() | st.integers(1, 12)) if freq == "yearly" else None,
            months=draw(seasons) if freq != "yearly" else (),
            roll=draw(st.sampled_from(("none", "next_working_day"))),
        )
    except Invalid:  # a season the interval never meets
        assume(False)
        raise


def is_working_day(day: date) -> bool:
    """Weekends, and each year's first nine days of October, are free."""
    return day.weekday() < 5 and not (day.month == 10 and day.day < 10)


def window(rule: RecurrenceRule, after: datetime | None, until: datetime) -> list[datetime]:
    return list(occurrences(rule, after, until, is_working_day=is_working_day))


@given(rules(), INSTANTS, st.integers(0, 400 * 24 * 60), st.integers(0, 400 * 24 * 60))
def test_a_window_split_in_two_loses_and_repeats_nothing(
    rule: RecurrenceRule, after: datetime, one: int, two: int
) -> None:
    middle = after + timedelta(minutes=one)
    until = middle + timedelta(minutes=two)
    assert window(rule, after, middle) + window(rule, middle, until) == window(rule, after, until)


@given(rules(), st.integers(0, 1500), st.data())
def test_a_split_at_or_beside_an_occurrence_is_no_different(
    rule: RecurrenceRule, length: int, data: st.DataObject
) -> None:
    until = datetime.combine(rule.anchor_on, time(), UTC) + timedelta(days=length)
    whole = window(rule, None, until)
    assume(whole)
    beside = data.draw(st.sampled_from([timedelta(), timedelta(microseconds=1), -timedelta(microseconds=1)]))
    middle = min(data.draw(st.sampled_from(whole)) + beside, until)
    assert window(rule, None, middle) + window(rule, middle, until) == whole


@given(rules(), INSTANTS)
def test_instants_rise_and_stay_inside_the_window(rule: RecurrenceRule, after: datetime) -> None:
    found = window(rule, after, after + timedelta(days=400))
    assert all(earlier < later for earlier, later in pairwise([after, *found]))
    assert all(at <= after + timedelta(days=400) for at in found)


@given(rules(), INSTANTS)
def test_next_is_the_first_of_the_window(rule: RecurrenceRule, after: datetime) -> None:
    found = next_occurrence(rule, after, is_working_day=is_working_day)
    assert found is not None
    assert window(rule, after, found) == [found]


@given(ANCHORS, st.integers(1, 24), st.integers(1, 31), st.integers(0, 600))
def test_the_day_of_the_month_never_drifts(anchor: date, interval: int, monthday: int, step: int) -> None:
    rule = RecurrenceRule("monthly", anchor, zone="UTC", interval=interval, monthday=monthday)
    start = datetime.combine(anchor, time(), UTC) + timedelta(days=31 * step)
    found = next_occurrence(rule, start)
    assert found is not None
    assert found.day == monthday or (found.day < monthday and (found + timedelta(days=1)).day == 1)
    assert ((found.year - anchor.year) * 12 + found.month - anchor.month) % interval == 0


@given(ANCHORS, st.integers(1, 500), INSTANTS)
def test_days_are_spaced_by_the_interval(anchor: date, interval: int, after: datetime) -> None:
    rule = RecurrenceRule("daily", anchor, interval=interval)
    first = next_occurrence(rule, after)
    assert first is not None
    second = next_occurrence(rule, first)
    assert second is not None
    local = [at.astimezone(rule.tz).date() for at in (first, second)]
    assert (local[1] - local[0]).days == interval
    assert (local[0] - anchor).days % interval == 0


@given(rules(zones=("Asia/Shanghai",)), INSTANTS)
def test_counting_from_completion_moves_forward(rule: RecurrenceRule, completed_at: datetime) -> None:
    due = floating_next(rule, completed_at, is_working_day=is_working_day)
    assert due > completed_at
    assert not rule.months or rule.roll != "none" or due.astimezone(rule.tz).month in rule.months


@given(rules())
def test_a_rule_survives_being_written_down(rule: RecurrenceRule) -> None:
    assert from_dict(to_dict(rule)) == rule


ORACLE = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY, "yearly": YEARLY}


@given(rules(zones=("UTC",)), st.integers(0, 2000), st.integers(1, 800))
def test_agrees_with_dateutil_wherever_no_day_is_clamped(rule: RecurrenceRule, offset: int, length: int) -> None:
    assume(rule.on_monthday <= 28 or rule.freq in ("daily", "weekly"))
    start = datetime.combine(rule.anchor_on, time())
    parts = {"daily": {}, "weekly": {"byweekday": rule.on_weekdays}, "monthly": {"bymonthday": rule.on_monthday}}
    parts["yearly"] = {"bymonthday": rule.on_monthday, "bymonth": rule.on_month}
    season = {"bymonth": rule.months} if rule.months else {}
    after = start + timedelta(days=offset)
    until = after + timedelta(days=length)
    expected = {
        at.replace(hour=moment.hour, minute=moment.minute)
        for at in rrule(ORACLE[rule.freq], start, rule.interval, until=until, **parts[rule.freq], **season)
        for moment in rule.times
    }
    plain = from_dict(to_dict(rule) | {"roll": "none"})
    found = [at.replace(tzinfo=None) for at in occurrences(plain, after.replace(tzinfo=UTC), until.replace(tzinfo=UTC))]
    assert found == sorted(at for at in expected if after < at <= until)
