"""Whether the rule of a default plan means something (pure)."""

from __future__ import annotations

import re
from typing import Final

from foundation.translation import N_
from registry.catalogue.schema import PlanRule

TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def rule_problem(rule: PlanRule) -> str | None:
    """The sentence that says what is wrong with the rule of ``{plan}``, or nothing."""
    if rule.every == "event":
        return (
            None
            if rule == PlanRule(every="event")
            else N_("Plan {plan}: a plan that waits for an event has no other field.")
        )
    if rule.freq is None:
        return N_("Plan {plan}: freq or every is missing.")
    months = (*rule.months, 1 if rule.month is None else rule.month)
    on_day = rule.monthday is not None
    checks = (
        (rule.interval < 1, N_("Plan {plan}: interval must be at least 1.")),
        (any(not TIME.fullmatch(one) for one in rule.times), N_("Plan {plan}: times must look like 07:30.")),
        (len(set(rule.times)) < len(rule.times), N_("Plan {plan}: a time stands twice.")),
        (bool(rule.weekdays) and rule.freq != "weekly", N_("Plan {plan}: only a weekly rule has weekdays.")),
        (on_day and rule.freq not in {"monthly", "yearly"}, N_("Plan {plan}: this rule has no monthday.")),
        (on_day and rule.monthday not in range(1, 32), N_("Plan {plan}: monthday must be from 1 to 31.")),
        (rule.month is not None and rule.freq != "yearly", N_("Plan {plan}: only a yearly rule has a month.")),
        (any(one not in range(1, 13) for one in months), N_("Plan {plan}: months are from 1 to 12.")),
    )
    return next((text for wrong, text in checks if wrong), None)
