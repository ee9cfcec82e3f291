"""What opens and what is left out when occurrences have come up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.catchup import decide
from scheduling.dues import Due

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def at(hours: int) -> Due:
    moment = NOW + timedelta(hours=hours)
    return Due(moment, moment)


def test_a_week_without_cleaning_needs_one_cleaning() -> None:
    missed = [at(hours) for hours in range(-168, 0, 12)]
    decision = decide(missed, NOW, overdue=False, hold=True)
    assert decision.opens == (at(-12),)
    assert (decision.skipped, decision.settled) == (13, 14)


def test_nothing_opens_for_the_past_while_an_order_is_overdue() -> None:
    decision = decide([at(-12), at(0)], NOW, overdue=True, hold=True)
    assert (decision.opens, decision.skipped, decision.settled) == ((), 2, 2)


def test_what_is_to_come_waits_for_an_overdue_order_only_where_held() -> None:
    assert decide([at(-1), at(3)], NOW, overdue=True, hold=True).settled == 1
    assert decide([at(-1), at(3)], NOW, overdue=True, hold=False).opens == (at(3),)


def test_days_asked_for_ahead_all_open() -> None:
    ahead = [at(1), at(25), at(49)]
    assert decide(ahead, NOW, overdue=False, hold=False).opens == tuple(ahead)


@given(st.lists(st.integers(-500, 500), unique=True).map(sorted), st.booleans(), st.booleans())
def test_every_occurrence_settled_is_opened_or_counted(hours: list[int], overdue: bool, hold: bool) -> None:
    decision = decide([at(one) for one in hours], NOW, overdue=overdue, hold=hold)
    assert len(decision.opens) + decision.skipped == decision.settled <= len(hours)
    assert list(decision.opens) == sorted(decision.opens)
