"""The calendar: official holidays, make-up working days, office hours and the clock of time limits."""

from foundation.calendar.days import CalendarTable, DayKind
from foundation.calendar.hours import OFFICE_HOURS, OfficeHours
from foundation.calendar.seed import OfficialDay, official_calendar, official_days
from foundation.calendar.store import load_calendar, seed_calendar
from foundation.calendar.worktime import Deadline, Limit, Pause, Unit, add_limit, elapsed, remaining

__all__ = [
    "OFFICE_HOURS",
    "CalendarTable",
    "DayKind",
    "Deadline",
    "Limit",
    "OfficeHours",
    "OfficialDay",
    "Pause",
    "Unit",
    "add_limit",
    "elapsed",
    "load_calendar",
    "official_calendar",
    "official_days",
    "remaining",
    "seed_calendar",
]
