"""Office hours, and the working time between two instants. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from foundation.calendar.days import CalendarTable
from foundation.errors import Invalid
from foundation.translation import N_

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office is open on a working day: spans of local time in order.

    Raises Invalid (``bad_office_hours``) for none, or for spans that overlap or run backwards.
    """

    spans: tuple[tuple[time, time], ...] = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(left >= right for left, right in pairwise(edges)):
            raise Invalid(N_("Office hours must be spans of time in order."), code="bad_office_hours")

    @property
    def close(self) -> time:
        """When the working day ends."""
        return self.spans[-1][1]


OFFICE_HOURS: Final = OfficeHours()


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The open hours of a district: its calendar, its office hours, its zone."""

    calendar: CalendarTable
    hours: OfficeHours
    zone: tzinfo

    def local_day(self, at: datetime) -> date:
        """The calendar day of an instant in the district."""
        return at.astimezone(self.zone).date()

    def instant(self, day: date, at: time) -> datetime:
        """The instant of a local time, in UTC."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def close_of(self, day: date) -> datetime:
        """Close of business on a day, in UTC."""
        return self.instant(day, self.hours.close)

    def end_of(self, day: date) -> datetime:
        """The last second of a day, in UTC; not 24:00, which would be shown and counted as the day after."""
        return self.instant(day, time(23, 59, 59))

    def open_spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans from an instant on, the first one cut at it; endless as long as there are working days."""
        day = self.calendar.this_or_next_working_day(self.local_day(start))
        while True:
            for opens, closes in self._spans_of(day):
                if closes > start:
                    yield max(opens, start), closes
            day = self.calendar.next_working_day(day)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from start to end; negative where end comes first."""
        if end < start:
            return -self.between(end, start)
        total, day, last = timedelta(), self.local_day(start), self.local_day(end)
        while day <= last:
            if self.calendar.is_working_day(day):
                total += sum((_overlap(span, start, end) for span in self._spans_of(day)), timedelta())
            day += _DAY
        return total

    def _spans_of(self, day: date) -> list[tuple[datetime, datetime]]:
        return [(self.instant(day, opens), self.instant(day, closes)) for opens, closes in self.hours.spans]


def _overlap(span: tuple[datetime, datetime], start: datetime, end: datetime) -> timedelta:
    return max(min(span[1], end) - max(span[0], start), timedelta())
