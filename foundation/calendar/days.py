"""Working days, holidays and make-up working days (调休). Pure.

A year whose arrangement was not yet announced is provisional: Monday to Friday, and the holidays of a fixed date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_

_DAY: Final = timedelta(days=1)
_SEARCH_LIMIT: Final = 400
_SATURDAY: Final = 5
# The fixed dates of 全国年节及纪念日放假办法; 2 May is one since 2025. The lunar holidays are only known by the notice.
_FIXED: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class DayKind(StrEnum):
    """Why a day is not what its weekday says."""

    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


@dataclass(frozen=True, slots=True)
class CalendarTable:
    """The announced days; all others follow from their weekday."""

    days: Mapping[date, DayKind]
    _announced: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_announced", frozenset(day.year for day in self.days if not _may_be_next_years(day)))

    def is_provisional(self, year: int) -> bool:
        """Whether the arrangement of the year is not yet known."""
        return year not in self._announced

    def is_holiday(self, day: date) -> bool:
        """Whether the day is an official holiday; a plain weekend is none."""
        kind = self.days.get(day)
        if kind is None and self.is_provisional(day.year):
            return (day.month, day.day) in _FIXED
        return kind is DayKind.HOLIDAY

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open: a weekday that is no holiday, or a make-up working day."""
        if self.days.get(day) is DayKind.MAKEUP_WORKDAY:
            return True
        return day.weekday() < _SATURDAY and not self.is_holiday(day)

    def next_working_day(self, day: date) -> date:
        """The first working day after the day.

        Raises Invalid (``no_working_day``) where the table leaves none for more than a year.
        """
        for ahead in range(1, _SEARCH_LIMIT):
            if self.is_working_day(found := day + ahead * _DAY):
                return found
        raise Invalid(N_("The calendar has no working day after {day}."), code="no_working_day", day=day.isoformat())

    def this_or_next_working_day(self, day: date) -> date:
        """The day itself where it is a working day, else the next one."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def after_holiday(self, day: date) -> date:
        """The day itself where it is no official holiday, else the day after that holiday."""
        while self.is_holiday(day):
            day += _DAY
        return day


EMPTY_CALENDAR: Final = CalendarTable({})


def _may_be_next_years(day: date) -> bool:
    """The New Year holiday of a notice may begin in the last days of the year before, which that does not announce."""
    return day.month == 12 and day.day > 24
