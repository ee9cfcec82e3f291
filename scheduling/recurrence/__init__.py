"""Recurrence: when the occurrences of a plan fall. Everything counts from the anchor (pure)."""

from scheduling.recurrence.days import IsWorkingDay
from scheduling.recurrence.describe import describe
from scheduling.recurrence.occurrences import floating_next, next_occurrence, occurrences
from scheduling.recurrence.reading import from_dict, to_dict
from scheduling.recurrence.rule import RecurrenceRule

__all__ = [
    "IsWorkingDay",
    "RecurrenceRule",
    "describe",
    "floating_next",
    "from_dict",
    "next_occurrence",
    "occurrences",
    "to_dict",
]
