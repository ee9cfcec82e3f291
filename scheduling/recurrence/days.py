"""The days on which a rule falls, found by arithmetic from the anchor and never by walking up to the window (pure)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from typing import Final, NamedTuple

from scheduling.recurrence.rule import Freq, RecurrenceRule

IsWorkingDay = Callable[[date], bool]

# The largest interval, counted from here, still ends inside the calendar of `datetime`.
LAST_DAY: Final = date(9799, 12, 31)
# The longest official holiday has nine days; where a calendar knows no working day at all, the day stays.
LONGEST_ROLL: Final = timedelta(days=31)
ONE_DAY: Final = timedelta(days=1)


class Stride(NamedTuple):
    """How one frequency divides time into numbered periods; period 0 holds the anchor."""

    number: Callable[[RecurrenceRule, date], int]
    """Number of the last period that begins on or before the day."""
    begins: Callable[[RecurrenceRule, int], date]
    days: Callable[[RecurrenceRule, int], tuple[date, ...]]


def occurrence_days(rule: RecurrenceRule, first: date, last: date) -> Iterator[date]:
    """The rule's days from ``first`` to ``last``, both included, before days off are looked at."""
    stride = STRIDES[rule.freq]
    first, last = max(first, rule.anchor_on), min(last, LAST_DAY)
    if first > last:
        return
    for number in count(stride.number(rule, first)):
        if stride.begins(rule, number) > last:
            return
        yield from (day for day in stride.days(rule, number) if first <= day <= last and in_season(rule, day))


def in_season(rule: RecurrenceRule, day: date) -> bool:
    """Whether the rule's months hold the day."""
    return not rule.months or day.month in rule.months


def next_working_day(day: date, is_working_day: IsWorkingDay) -> date:
    """The day itself or the first working day after it."""
    moved = day
    while not is_working_day(moved):
        moved += ONE_DAY
        if moved - day > LONGEST_ROLL:
            return day
    return moved


def clamped(year: int, month: int, day: int) -> date:
    """The day of that month, or its last day where the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_months(day: date, months: int) -> date:
    """The same day that many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return clamped(year, month + 1, day.day)


def _day_number(rule: RecurrenceRule, day: date) -> int:
    return (day - rule.anchor_on).days // rule.interval


def _day_begins(rule: RecurrenceRule, number: int) -> date:
    return rule.anchor_on + timedelta(days=number * rule.interval)


def _monday(rule: RecurrenceRule) -> date:
    return rule.anchor_on - timedelta(days=rule.anchor_on.weekday())


def _week_number(rule: RecurrenceRule, day: date) -> int:
    return (day - _monday(rule)).days // (7 * rule.interval)


def _week_begins(rule: RecurrenceRule, number: int) -> date:
    return _monday(rule) + timedelta(weeks=number * rule.interval)


def _week_days(rule: RecurrenceRule, number: int) -> tuple[date, ...]:
    monday = _week_begins(rule, number)
    return tuple(monday + timedelta(days=weekday) for weekday in rule.on_weekdays)


def _month_number(rule: RecurrenceRule, day: date) -> int:
    return ((day.year - rule.anchor_on.year) * 12 + day.month - rule.anchor_on.month) // rule.interval


def _month_begins(rule: RecurrenceRule, number: int) -> date:
    return add_months(rule.anchor_on.replace(day=1), number * rule.interval)


def _month_days(rule: RecurrenceRule, number: int) -> tuple[date, ...]:
    begins = _month_begins(rule, number)
    return (clamped(begins.year, begins.month, rule.on_monthday),)


def _year_number(rule: RecurrenceRule, day: date) -> int:
    return (day.year - rule.anchor_on.year) // rule.interval


def _year_begins(rule: RecurrenceRule, number: int) -> date:
    return date(rule.anchor_on.year + number * rule.interval, 1, 1)


def _year_days(rule: RecurrenceRule, number: int) -> tuple[date, ...]:
    return (clamped(_year_begins(rule, number).year, rule.on_month, rule.on_monthday),)


STRIDES: Final[dict[Freq, Stride]] = {
    "daily": Stride(_day_number, _day_begins, lambda rule, number: (_day_begins(rule, number),)),
    "weekly": Stride(_week_number, _week_begins, _week_days),
    "monthly": Stride(_month_number, _month_begins, _month_days),
    "yearly": Stride(_year_number, _year_begins, _year_days),
}
