"""Faults with their time limits, and plans with their checklists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from registry.catalogue.schema.facts import Condition, Data, Fact, Named

Priority = Literal["P1", "P2", "P3", "P4", "P5"]
LimitUnit = Literal["minute", "hour", "workhour", "workday", "day"]
Input = Literal["tick", "number", "text", "photo"]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


class Limit(Data, frozen=True, kw_only=True):
    """A time limit: ``minute``, ``hour``, ``day`` run day and night, ``workhour`` and ``workday`` in office hours."""

    value: int
    unit: LimitUnit


class PriorityClass(Fact, frozen=True, kw_only=True):
    """A priority with the limits that apply where a fault names none."""

    key: Priority
    zh: str
    en: str
    respond: Limit
    fix: Limit
    make_safe: Limit | None = None


class Fault(Named, frozen=True, kw_only=True):
    """A category of fault. Limits are internal targets, not legal ones.

    The loader fills ``respond`` and ``fix`` from the priority; ``without`` names those the fault deliberately lacks.
    ``advice`` is for the citizen before the crew comes, ``first_step`` for the crew. ``about`` is what is wrong: the
    facility, or the label on it, which citizens report beside its check word and not among the faults of the facility.
    """

    priority: Priority
    citizen: bool = True
    about: Literal["facility", "label"] = "facility"
    icon: str = ""
    respond: Limit | None = None
    fix: Limit | None = None
    make_safe: Limit | None = None
    without: tuple[Literal["respond", "fix"], ...] = ()
    matter: str | None = None
    advice_zh: str = ""
    advice_en: str = ""
    first_step_zh: str = ""
    first_step_en: str = ""


class PlanRule(Data, frozen=True, kw_only=True, omit_defaults=True):
    """When a plan returns, or ``every = "event"`` when only an event calls for it; times are local."""

    freq: Literal["daily", "weekly", "monthly", "yearly"] | None = None
    every: Literal["event"] | None = None
    interval: int = 1
    times: tuple[str, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    monthday: int | None = None
    month: int | None = None
    months: tuple[int, ...] = ()
    roll: Literal["none", "next_working_day"] = "none"

    @property
    def periodic(self) -> bool:
        """Whether a calendar can tell the next time."""
        return self.every is None

    def as_dict(self) -> dict[str, Any]:
        """The rule as plain data, what it leaves open left out."""
        found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return found


class ChecklistItem(Named, frozen=True, kw_only=True):
    """One thing to look at, do or measure. A ``gate`` must be passed before any other item may be answered."""

    input: Input = "tick"
    required: bool = True
    gate: bool = False
    unit: str | None = None
    min: float | None = None
    max: float | None = None


class Plan(Named, frozen=True, kw_only=True):
    """A default maintenance plan. ``floating`` counts from the last completion, ``fixed`` from the calendar.

    ``default`` plans are sensible to adopt at once; ``applies`` limits a plan to some assets; ``gates`` names shared
    checklists that go before its own.
    """

    rule: PlanRule
    mode: Literal["fixed", "floating"] = "fixed"
    default: bool = True
    minutes: int
    priority: Priority = "P4"
    applies: tuple[Condition, ...] = ()
    gates: tuple[str, ...] = ()
    checklist: tuple[ChecklistItem, ...]

    def applies_to(self, attributes: Mapping[str, Any]) -> bool:
        """Whether the plan makes sense for an asset with these attributes."""
        return all(condition.holds(attributes) for condition in self.applies)
