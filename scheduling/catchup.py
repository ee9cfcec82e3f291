"""What the clock does with occurrences that have come up for one target (pure).

A toilet that nobody cleaned for a week needs one cleaning, not fourteen. Of the occurrences that were missed only the
latest opens an order; while an order of the same target is overdue, none does. What is left out is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling.dues import Due


@dataclass(frozen=True, slots=True)
class Decision:
    """What to open, how many occurrences to leave out, and how many of those given this settles."""

    opens: tuple[Due, ...]
    skipped: int
    settled: int


def decide(came_up: Sequence[Due], now: datetime, *, overdue: bool, hold: bool) -> Decision:
    """Decide on the occurrences of one target, oldest first.

    ``overdue``: an order of the target should be done by now and is not. ``hold``: occurrences still to come wait
    until it is done or they are missed too; without it they open, because somebody asked for the days ahead.
    """
    missed = [due for due in came_up if due.due_at <= now]
    ahead = [due for due in came_up if due.due_at > now]
    late = () if overdue else tuple(missed[-1:])
    coming = () if overdue and hold else tuple(ahead)
    return Decision(late + coming, len(missed) - len(late), len(missed) + len(coming))
