"""The catalogue's plans are rules of ours."""

from __future__ import annotations

from datetime import date

from registry.catalogue import catalogue
from scheduling.recurrence import describe, from_dict
from scheduling.service.adoption import default_plans, row_of


def test_every_default_plan_is_a_rule_with_a_checklist() -> None:
    rows = [row_of(kind, plan, date(2026, 11, 23), street=None, crew_id=None) for kind, plan in default_plans(None)]
    assert len(rows) >= len(catalogue().kinds)
    assert all(item["zh"] and item["en"] for row in rows for item in row["checklist"])


def test_every_periodic_plan_can_be_told() -> None:
    for kind in catalogue().kinds.values():
        for plan in kind.plans:
            if plan.rule.periodic:
                raw = {name: value for name, value in plan.rule.as_dict().items() if value}
                rule = from_dict(raw, anchor_on=date(2026, 11, 23))
                assert describe(rule, "zh-CN") != describe(rule, "en")
