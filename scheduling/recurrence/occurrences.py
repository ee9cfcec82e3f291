"""The instants at which a rule falls due: days of the rule, times of the day, the zone's clock changes (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop

from scheduling.recurrence.days import (
    LAST_DAY,
    LONGEST_ROLL,
    ONE_DAY,
    IsWorkingDay,
    add_months,
    in_season,
    next_working_day,
    occurrence_days,
)
from scheduling.recurrence.rule import RecurrenceRule

# Zones lie within 14 hours of UTC, and no clock was ever put forward by more than a day (Samoa, 2011).
MARGIN = timedelta(days=2)


def occurrences(
    rule: RecurrenceRule, after: datetime | None, until: datetime, *, is_working_day: IsWorkingDay | None = None
) -> Iterator[datetime]:
    """The rule's instants strictly after ``after`` (None: from the anchor) and not later than ``until``; aware, UTC.

    Ascending, each once; which instants there are does not depend on the window, so windows that touch lose and
    repeat nothing. A local time that a clock change skips moves forward by the change; one that comes twice means
    the first. ``is_working_day`` is needed by rules that roll to the next working day (a make-up Sunday is a working
    day, but does not become a Monday). Raises ValueError for naive instants.
    """
    first, last = _first_day(rule, after), min(_local_day(rule, until), LAST_DAY) + MARGIN
    days = _settled(rule, occurrence_days(rule, first, last), is_working_day)
    for at in _instants(rule, days):
        if at > until:
            return
        if after is None or at > after:
            yield at


def next_occurrence(
    rule: RecurrenceRule, after: datetime | None, *, is_working_day: IsWorkingDay | None = None
) -> datetime | None:
    """The first instant strictly after ``after``; None where the rule ends with the calendar."""
    forever = datetime.combine(LAST_DAY, time(), UTC)
    return next(occurrences(rule, after, forever, is_working_day=is_working_day), None)


def floating_next(
    rule: RecurrenceRule, completed_at: datetime, *, is_working_day: IsWorkingDay | None = None
) -> datetime:
    """The next instant of a plan that counts from completion: the interval after the local day of completion.

    Always the first of the rule's times. Weekdays, day of the month and month say nothing here, for they would
    stretch the interval; the season does (the first day of its next month), and so do days off.
    """
    day = _a_stride_later(rule, _local_day(rule, completed_at))
    while not in_season(rule, day):
        day = add_months(day.replace(day=1), 1)
    return _instant(rule, _off_days_off(rule, day, is_working_day), rule.times[0])


def _a_stride_later(rule: RecurrenceRule, day: date) -> date:
    match rule.freq:
        case "daily":
            return day + timedelta(days=rule.interval)
        case "weekly":
            return day + timedelta(weeks=rule.interval)
        case "monthly":
            return add_months(day, rule.interval)
        case "yearly":
            return add_months(day, 12 * rule.interval)


def _local_day(rule: RecurrenceRule, at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("recurrence needs aware instants")
    # The ends of the calendar cannot be moved between zones; a day is near enough there.
    return at.astimezone(rule.tz).date() if 2 < at.year < 9998 else at.date()


def _first_day(rule: RecurrenceRule, after: datetime | None) -> date:
    """A day early enough that no instant after ``after`` can come from a day before it."""
    if after is None:
        return rule.anchor_on
    day = _local_day(rule, after)
    earlier = MARGIN + (LONGEST_ROLL if rule.roll == "next_working_day" else timedelta())
    return day - earlier if day > rule.anchor_on else rule.anchor_on


def _settled(rule: RecurrenceRule, days: Iterable[date], is_working_day: IsWorkingDay | None) -> Iterator[date]:
    """The days moved off days off; days that fall together are one."""
    previous = None
    for day in days:
        settled = _off_days_off(rule, day, is_working_day)
        if settled != previous:
            yield settled
        previous = settled


def _off_days_off(rule: RecurrenceRule, day: date, is_working_day: IsWorkingDay | None) -> date:
    if rule.roll == "none":
        return day
    if is_working_day is None:
        raise ValueError("a rule that rolls needs to know the working days")
    return next_working_day(day, is_working_day)


def _instants(rule: RecurrenceRule, days: Iterable[date]) -> Iterator[datetime]:
    """The days' instants in order, each once.

    A clock change can carry a time of one day past times of the next, so an instant is let go only when no later
    day can come before it.
    """
    waiting: list[datetime] = []
    latest: datetime | None = None
    for day in days:
        for at in _ready(waiting, _instant(rule, day, time()) - ONE_DAY):
            if at != latest:
                yield at
            latest = at
        waiting += [_instant(rule, day, moment) for moment in rule.times]
        heapify(waiting)
    yield from (at for at in sorted(set(waiting)) if at != latest)


def _ready(waiting: list[datetime], before: datetime) -> Iterator[datetime]:
    while waiting and waiting[0] < before:
        yield heappop(waiting)


def _instant(rule: RecurrenceRule, day: date, moment: time) -> datetime:
    """The local time as an instant; fold 0 is the first of two, and reads a skipped time with the clock of before."""
    return datetime.combine(day, moment, rule.tz).astimezone(UTC)
