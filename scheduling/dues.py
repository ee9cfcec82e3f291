"""Occurrences of a plan as pairs: where the rule puts them, and where days off move them (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from scheduling.recurrence import IsWorkingDay, RecurrenceRule, floating_next, occurrences
from scheduling.recurrence.days import LONGEST_ROLL, next_working_day

# No plan looks further ahead than this for its next occurrence; the longest interval is a hundred years.
FAR = timedelta(days=101 * 366)


class Due(NamedTuple):
    """One occurrence: ``nominal_at`` is its name for ever, ``due_at`` moves when the calendar is edited."""

    nominal_at: datetime
    due_at: datetime


def dues(
    rule: RecurrenceRule, after: datetime | None, is_working_day: IsWorkingDay, *, end_on: date | None = None
) -> Iterator[Due]:
    """The occurrences whose nominal instant lies strictly after ``after``, in order, up to the plan's last day."""
    start = after or datetime(1900, 1, 1, tzinfo=UTC)
    for nominal_at in occurrences(replace(rule, roll="none"), after, start + FAR):
        if end_on is not None and nominal_at.astimezone(rule.tz).date() > end_on:
            return
        yield Due(nominal_at, settled(rule, nominal_at, is_working_day))


def settled(rule: RecurrenceRule, nominal_at: datetime, is_working_day: IsWorkingDay) -> datetime:
    """The nominal instant, moved to the next working day where the rule says so; the time of the day stays."""
    if rule.roll == "none":
        return nominal_at
    local = nominal_at.astimezone(rule.tz)
    day = next_working_day(local.date(), is_working_day)
    return datetime.combine(day, local.time(), rule.tz).astimezone(UTC) if day != local.date() else nominal_at


def first_due(
    rule: RecurrenceRule, since: datetime, is_working_day: IsWorkingDay, *, end_on: date | None = None
) -> Due | None:
    """The first occurrence that falls due at ``since`` or later; one that a holiday moved past ``since`` counts."""
    earlier = LONGEST_ROLL if rule.roll != "none" else timedelta()
    found = dues(rule, since - earlier - timedelta(microseconds=1), is_working_day, end_on=end_on)
    return next((due for due in found if due.due_at >= since), None)


def due_from_completion(
    rule: RecurrenceRule, completed_at: datetime, is_working_day: IsWorkingDay, *, end_on: date | None = None
) -> Due | None:
    """The next occurrence of a plan that counts from completion; None past the plan's last day."""
    due_at = floating_next(rule, completed_at, is_working_day=is_working_day)
    if end_on is not None and due_at.astimezone(rule.tz).date() > end_on:
        return None
    return Due(due_at, due_at)
