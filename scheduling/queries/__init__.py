"""Reads of the scheduling room."""

from scheduling.queries.crews import crew_choices
from scheduling.queries.forecast import forecast, next_dates
from scheduling.queries.plans import (
    count_plans,
    find_plans,
    get_plan,
    in_words,
    next_due_for,
    read_plan_row,
    rule_of,
    when_of,
)
from scheduling.queries.scope import Scope, conditions_of, scope_of, scope_of_kind
from scheduling.queries.targets import TargetRead, find_targets
from scheduling.queries.ticks import last_tick

__all__ = [
    "Scope",
    "TargetRead",
    "conditions_of",
    "count_plans",
    "crew_choices",
    "find_plans",
    "find_targets",
    "forecast",
    "get_plan",
    "in_words",
    "last_tick",
    "next_dates",
    "next_due_for",
    "read_plan_row",
    "rule_of",
    "scope_of",
    "scope_of_kind",
    "when_of",
]
