"""The recurrence rule: a small part of RFC 5545, with the clamping that maintenance plans need (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from foundation.errors import Invalid
from foundation.translation import N_

Freq = Literal["daily", "weekly", "monthly", "yearly"]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Roll = Literal["none", "next_working_day"]

FREQS: Final[tuple[Freq, ...]] = get_args(Freq)
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
ROLLS: Final[tuple[Roll, ...]] = get_args(Roll)

DEFAULT_ZONE: Final = "Asia/Shanghai"
DEFAULT_TIMES: Final = (time(8),)
# Every quarter of an hour, day and night: more often than any crew can come.
MOST_TIMES: Final = 96
# A hundred years; keeps all arithmetic inside the calendar of `datetime`.
LARGEST_INTERVAL: Final[dict[Freq, int]] = {"daily": 36_500, "weekly": 5_200, "monthly": 1_200, "yearly": 100}
FIRST_ANCHOR: Final = date(1900, 1, 1)
LAST_ANCHOR: Final = date(2999, 12, 31)


@dataclass(frozen=True)
class RecurrenceRule:
    """When something returns, counted from the anchor, in the local time of a zone.

    ``times`` are local; ``monthday`` and ``month`` fall back to the anchor's, ``weekdays`` to the anchor's weekday.
    A ``monthday`` that a month lacks means its last day, each time counted anew, so the 31st never drifts.
    ``months`` is the season: occurrences outside it do not happen. Raises Invalid for a rule that means nothing.
    """

    freq: Freq
    anchor_on: date
    zone: str = DEFAULT_ZONE
    interval: int = 1
    times: tuple[time, ...] = DEFAULT_TIMES
    weekdays: tuple[Weekday, ...] = ()
    monthday: int | None = None
    month: int | None = None
    months: tuple[int, ...] = ()
    roll: Roll = "none"

    def __post_init__(self) -> None:
        """Refuse nonsense, then bring lists into one order, so that equal rules are equal."""
        problems = _problems(self)
        if problems:
            raise combined(problems)
        object.__setattr__(self, "times", tuple(sorted(set(self.times))))
        object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays), key=WEEKDAYS.index)))
        object.__setattr__(self, "months", tuple(sorted(set(self.months))))

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone in which the times are read."""
        return ZoneInfo(self.zone)

    @cached_property
    def on_weekdays(self) -> tuple[int, ...]:
        """Weekdays as numbers, Monday is 0."""
        if not self.weekdays:
            return (self.anchor_on.weekday(),)
        return tuple(WEEKDAYS.index(day) for day in self.weekdays)

    @property
    def on_monthday(self) -> int:
        """The wished day of the month, before clamping."""
        return self.monthday or self.anchor_on.day

    @property
    def on_month(self) -> int:
        """The month of a yearly rule."""
        return self.month or self.anchor_on.month


def combined(problems: dict[str, Invalid]) -> Invalid:
    """One refusal for all problems by field, told by the first of them."""
    first = next(iter(problems.values()))
    params: dict[str, Any] = first.params
    return Invalid(first.text, fields=problems, **params)


def _problems(rule: RecurrenceRule) -> dict[str, Invalid]:
    """What is wrong with each field; nothing when all is well."""
    if rule.freq not in FREQS:
        return {
            "freq": Invalid(N_("A recurrence is daily, weekly, monthly or yearly, not “{value}”."), value=rule.freq)
        }
    found = {
        "interval": _interval_problem(rule),
        "anchor_on": _anchor_problem(rule.anchor_on),
        "zone": _zone_problem(rule.zone),
        "times": _times_problem(rule.times),
        "weekdays": _weekdays_problem(rule),
        "monthday": _monthday_problem(rule),
        "month": _month_problem(rule),
        "months": _months_problem(rule),
        "roll": _roll_problem(rule.roll),
    }
    return {name: problem for name, problem in found.items() if problem} or _never_problem(rule)


def _interval_problem(rule: RecurrenceRule) -> Invalid | None:
    most = LARGEST_INTERVAL[rule.freq]
    if 1 <= rule.interval <= most:
        return None
    return Invalid(N_("The interval must be a whole number from 1 to {most}."), most=most)


def _anchor_problem(anchor_on: date) -> Invalid | None:
    if FIRST_ANCHOR <= anchor_on <= LAST_ANCHOR:
        return None
    return Invalid(N_("The first day must lie between {first} and {last}."), first=FIRST_ANCHOR, last=LAST_ANCHOR)


def _zone_problem(zone: str) -> Invalid | None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Invalid(N_("There is no time zone “{value}”."), value=zone)
    return None


def _times_problem(times: tuple[time, ...]) -> Invalid | None:
    if not 1 <= len(times) <= MOST_TIMES:
        return Invalid(N_("Give from 1 to {most} times of the day."), most=MOST_TIMES)
    if any(moment.second or moment.microsecond or moment.tzinfo for moment in times):
        return Invalid(N_("A time of the day has hours and minutes only."))
    return None


def _weekdays_problem(rule: RecurrenceRule) -> Invalid | None:
    if rule.weekdays and rule.freq != "weekly":
        return Invalid(N_("Weekdays belong to a weekly recurrence."))
    wrong = [day for day in rule.weekdays if day not in WEEKDAYS]
    if wrong:
        return Invalid(N_("Weekdays are MO, TU, WE, TH, FR, SA, SU; “{value}” is none of them."), value=wrong[0])
    return None


def _monthday_problem(rule: RecurrenceRule) -> Invalid | None:
    if rule.monthday is None:
        return None
    if rule.freq not in ("monthly", "yearly"):
        return Invalid(N_("A day of the month belongs to a monthly or yearly recurrence."))
    return None if 1 <= rule.monthday <= 31 else Invalid(N_("The day of the month must be from 1 to 31."))


def _month_problem(rule: RecurrenceRule) -> Invalid | None:
    if rule.month is None:
        return None
    if rule.freq != "yearly":
        return Invalid(N_("A month belongs to a yearly recurrence; a season is given in “months”."))
    return None if 1 <= rule.month <= 12 else Invalid(N_("The month must be from 1 to 12."))


def _months_problem(rule: RecurrenceRule) -> Invalid | None:
    if rule.months and rule.freq == "yearly":
        return Invalid(N_("A yearly recurrence has one month and no season."))
    if all(1 <= month <= 12 for month in rule.months):
        return None
    return Invalid(N_("The month must be from 1 to 12."))


def _roll_problem(roll: str) -> Invalid | None:
    return None if roll in ROLLS else Invalid(N_("On days off a plan stays or moves to the next working day."))


def _never_problem(rule: RecurrenceRule) -> dict[str, Invalid]:
    """A monthly rule whose steps all miss its season would never occur."""
    if rule.freq != "monthly" or not rule.months:
        return {}
    reached = {(rule.anchor_on.month - 1 + step * rule.interval) % 12 + 1 for step in range(12)}
    if reached & set(rule.months):
        return {}
    return {"months": Invalid(N_("With this interval and first day, no occurrence falls into the months given."))}
