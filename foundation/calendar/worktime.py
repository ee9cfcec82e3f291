"""The service clock: when a time limit ends, what of it has run, and what is left. Pure.

Counting follows articles 200 to 203 of the Civil Code: the first day is not counted, hours count from the moment,
months and years end on the corresponding day or else the last of the month, and a last day that is an official holiday
moves to the day after that holiday. Working days end at close of business, other days with their last second. Faults of
safety have limits in minutes and hours, which know no calendar. A pause stops the clock: hours wait, and a day counts
only if the clock runs when the day ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from foundation.calendar.days import CalendarTable
from foundation.calendar.hours import OFFICE_HOURS, OfficeHours, WorkingTime
from foundation.errors import Invalid
from foundation.translation import N_

DISTRICT_ZONE: Final = ZoneInfo("Asia/Shanghai")


class Unit(StrEnum):
    """What a limit is counted in: natural time, office time (work…), or calendar time."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKHOUR = "workhour"
    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


# Ten years, in whatever unit: a longer limit is a slip of the keyboard.
_MOST: Final = {
    Unit.MINUTE: 5_260_000,
    Unit.HOUR: 87_700,
    Unit.WORKHOUR: 20_000,
    Unit.WORKDAY: 2_600,
    Unit.DAY: 3_660,
    Unit.MONTH: 120,
    Unit.YEAR: 10,
}
_SECONDS: Final = {Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.WORKHOUR: 3600}
_OFFICE: Final = frozenset({Unit.WORKHOUR, Unit.WORKDAY})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit such as 4 workhours; raises Invalid (``bad_limit``) for an unknown unit or outside ten years."""

    value: int
    unit: Unit | str

    def __post_init__(self) -> None:
        if self.unit not in tuple(Unit):
            raise Invalid(N_("{unit} is no unit of a time limit."), code="bad_limit", unit=self.unit)
        object.__setattr__(self, "unit", Unit(self.unit))
        if not 1 <= self.value <= _MOST[Unit(self.unit)]:
            text = N_("A time limit of {value} {unit} is not possible.")
            raise Invalid(text, code="bad_limit", value=self.value, unit=self.unit)

    @property
    def length(self) -> timedelta:
        """The running time of a limit in minutes, hours or workhours; KeyError for the others, which have no length."""
        return timedelta(seconds=self.value * _SECONDS[Unit(self.unit)])


@dataclass(frozen=True, slots=True)
class Pause:
    """A recorded stop of the clock; ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends: the instant (UTC), the day in the district, and whether an unannounced year was counted."""

    at: datetime
    on: date
    provisional: bool


def add_limit(
    start: datetime,
    limit: Limit,
    calendar: CalendarTable,
    hours: OfficeHours = OFFICE_HOURS,
    zone: tzinfo = DISTRICT_ZONE,
    pauses: Iterable[Pause] = (),
) -> Deadline:
    """The end of a limit that began at ``start`` (aware). Pauses must have ended: see ``remaining`` for one that lasts.

    Raises ValueError for a naive start.
    """
    work = WorkingTime(calendar, hours, zone)
    stops = _joined(pauses, _utc(start))
    at = _end(_utc(start), limit, work, stops)
    return Deadline(at, work.local_day(at), _is_provisional(start, at, limit, work))


def elapsed(
    start: datetime,
    now: datetime,
    unit: Unit | str,
    calendar: CalendarTable,
    hours: OfficeHours = OFFICE_HOURS,
    zone: tzinfo = DISTRICT_ZONE,
    pauses: Iterable[Pause] = (),
) -> timedelta:
    """How long the clock of a unit has run: office time for workhours and workdays, natural time for all others."""
    work = WorkingTime(calendar, hours, zone)
    begin, end = _utc(start), max(_utc(now), _utc(start))
    stopped = sum((_ran(a, b, unit, work) for a, b in _joined(pauses, begin, end)), timedelta())
    return _ran(begin, end, unit, work) - stopped


def remaining(
    start: datetime,
    limit: Limit,
    now: datetime,
    calendar: CalendarTable,
    hours: OfficeHours = OFFICE_HOURS,
    zone: tzinfo = DISTRICT_ZONE,
    pauses: Iterable[Pause] = (),
) -> timedelta:
    """What is left of a limit on its own clock (see ``elapsed``), negative when overdue; a lasting pause ends now."""
    work = WorkingTime(calendar, hours, zone)
    begin, today = _utc(start), _utc(now)
    at = _end(begin, limit, work, _joined(pauses, begin, today))
    return _ran(today, at, limit.unit, work)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an aware instant is needed")
    return at.astimezone(UTC)


_Stops = Sequence[tuple[datetime, datetime]]


def _joined(pauses: Iterable[Pause], start: datetime, now: datetime | None = None) -> list[tuple[datetime, datetime]]:
    """The pauses as stretches in order, without overlap, none before the start and none beyond now."""
    joined: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(_stretches(pauses, start, now)):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _stretches(pauses: Iterable[Pause], start: datetime, now: datetime | None) -> Iterator[tuple[datetime, datetime]]:
    for pause in pauses:
        end = pause.end or now
        if end is None:
            raise ValueError("a pause that lasts has no deadline yet")
        begin, end = max(_utc(pause.start), start), _utc(end) if now is None else min(_utc(end), now)
        if begin < end:
            yield begin, end


def _end(start: datetime, limit: Limit, work: WorkingTime, stops: _Stops) -> datetime:
    match limit.unit:
        case Unit.MINUTE | Unit.HOUR:
            return _after(limit.length, _natural(start), stops)
        case Unit.WORKHOUR:
            return _after(limit.length, work.open_spans(start), stops)
        case Unit.WORKDAY:
            return _nth((work.close_of(day) for day in _working_days(start, work)), limit.value, stops)
        case Unit.DAY:
            day = work.local_day(_nth((work.end_of(day) for day in _days(start, work)), limit.value, stops))
        case _:
            day = _corresponding_day(start, limit, work, stops)
    return work.end_of(work.calendar.after_holiday(day))


def _after(length: timedelta, spans: Iterator[tuple[datetime, datetime]], stops: _Stops) -> datetime:
    """The instant at which the clock, running in the spans but not in the stops, has run for the length."""
    for begin, end in _without(spans, stops):
        if end - begin >= length:
            return begin + length
        length -= end - begin
    raise AssertionError("the spans are endless")


def _natural(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    yield start, datetime.max.replace(tzinfo=UTC)


def _without(spans: Iterator[tuple[datetime, datetime]], stops: _Stops) -> Iterator[tuple[datetime, datetime]]:
    for opens, end in spans:
        begin = opens
        for stop, resume in stops:
            if stop < end and resume > begin:
                if stop > begin:
                    yield begin, stop
                begin = resume
        if begin < end:
            yield begin, end


def _nth(ends: Iterator[datetime], count: int, stops: _Stops) -> datetime:
    """The count-th end of a day at which the clock runs."""
    running = (end for end in ends if not any(stop <= end < resume for stop, resume in stops))
    return next(islice(running, count - 1, None))


def _days(start: datetime, work: WorkingTime) -> Iterator[date]:
    day = work.local_day(start)
    while True:
        yield (day := day + _DAY)


def _working_days(start: datetime, work: WorkingTime) -> Iterator[date]:
    day = work.local_day(start)
    while True:
        yield (day := work.calendar.next_working_day(day))


def _corresponding_day(start: datetime, limit: Limit, work: WorkingTime, stops: _Stops) -> date:
    """The same day of the month later, or the last of that month; then one day more for each day stopped."""
    first = work.local_day(start)
    months = first.year * 12 + first.month - 1 + limit.value * (12 if limit.unit is Unit.YEAR else 1)
    last_of_month = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - _DAY
    day = last_of_month.replace(day=min(first.day, last_of_month.day))
    return work.local_day(_nth((work.end_of(each) for each in _days(start, work)), (day - first).days, stops))


def _ran(start: datetime, end: datetime, unit: Unit | str, work: WorkingTime) -> timedelta:
    return work.between(start, end) if unit in _OFFICE else end - start


def _is_provisional(start: datetime, at: datetime, limit: Limit, work: WorkingTime) -> bool:
    """Whether a day that mattered lies in an unannounced year: for office time all days, for others only the last."""
    if limit.unit in (Unit.MINUTE, Unit.HOUR):
        return False
    last = work.local_day(at).year
    first = work.local_day(start).year if limit.unit in _OFFICE else last
    return any(work.calendar.is_provisional(year) for year in range(first, last + 1))
