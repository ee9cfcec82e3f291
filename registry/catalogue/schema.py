"""What a facility kind is made of (pure): frozen structs, filled from one TOML file for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from foundation.errors import NotFound
from foundation.translation import N_

AttributeType = Literal["str", "int", "num", "bool", "date", "time_range", "enum", "set", "ref", "file"]
Level = Literal["A", "B", "M", "J"]
Priority = Literal["P1", "P2", "P3", "P4", "P5"]
LimitUnit = Literal["minute", "hour", "workhour", "workday", "day"]
Input = Literal["tick", "number", "text", "photo"]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

# How far a fact may be trusted; shown beside it and kept in every export.
LEVELS: Final[dict[Level, tuple[str, str]]] = {
    "A": ("已核对原文", "checked against the source"),
    "B": ("待核对原文", "to be checked against the official text"),
    "M": ("未核实", "unverified"),
    "J": ("系统默认值", "system default"),
}


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the catalogue; an unknown field is a slip of the pen and refused."""


class Fact(Data, frozen=True, kw_only=True):
    """A part with a provenance: ``level`` A, B, M or J, and the ``source`` in words.

    Where a file leaves them out the loader fills in the file's own ``[provenance]``.
    """

    level: Level | None = None
    source: str = ""
    note: str = ""


class Named(Fact, frozen=True, kw_only=True):
    """A part with a key and a name in both languages."""

    key: str
    zh: str
    en: str


class Choice(Data, frozen=True, kw_only=True):
    """One value of an enum or a set; ``aliases`` are other spellings found in data from elsewhere."""

    key: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


class Condition(Data, frozen=True, kw_only=True):
    """Holds for assets whose ``attribute`` is one of ``values`` (or at least ``min``); ``unknown`` where it is not on record."""

    attribute: str
    values: tuple[str | bool | int, ...] = ()
    min: float | None = None
    unknown: bool = False

    def holds(self, attributes: Mapping[str, Any]) -> bool:
        """Whether the attributes of one asset satisfy it; a set does when it shares a value."""
        value = attributes.get(self.attribute)
        if value is None:
            return self.unknown
        if self.min is not None:
            return not isinstance(value, str | list) and value >= self.min
        return any(one in self.values for one in (value if isinstance(value, list) else [value]))


class NationalCode(Fact, frozen=True, kw_only=True):
    """The code of the kind in one version of a standard; None where the standard has none.

    ``nearest`` is the closest code of the standard for a local extension; ``when`` limits the code to some assets.
    """

    standard: str
    code: str | None = None
    name: str
    scope: Literal["component", "matter"] = "component"
    local_extension: bool = False
    nearest: str | None = None
    when: tuple[Condition, ...] = ()
    effective_from: str | None = None
    superseded_by: str | None = None


class Part(Named, frozen=True, kw_only=True):
    """Something that belongs to the facility and has a code of its own, such as a septic tank."""

    code: str | None = None
    standard: str = ""


class Attribute(Named, frozen=True, kw_only=True):
    """A typed property. ``unit`` is the one in which values are kept; ``min`` and ``max`` are what can be at all,
    ``likely_max`` what is believable without a second look.

    ``column`` names the column of the asset that holds it; without one the value stands in the asset's attributes.
    """

    type: AttributeType
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    likely_max: float | None = None
    max_length: int = 200
    pattern: str | None = None
    values: tuple[Choice, ...] = ()
    required: bool = False
    public: bool = False
    multiple: bool = False
    expires: bool = False
    column: str | None = None
    aliases: tuple[str, ...] = ()

    def choice(self, key: str) -> Choice | None:
        """The value with this key."""
        return next((one for one in self.values if one.key == key), None)


class Grade(Data, frozen=True, kw_only=True):
    """One step of a scale: from ``min`` up to but not including ``below``; ``condition`` is the common level it means."""

    key: str
    zh: str
    en: str
    min: float | None = None
    below: float | None = None
    condition: int | None = None
    treatment_zh: str = ""
    treatment_en: str = ""


class Scale(Named, frozen=True, kw_only=True):
    """A grading of the kind's own, kept alongside the common condition rating."""

    attribute: str | None = None
    grades: tuple[Grade, ...]

    def grade_of(self, value: float) -> Grade | None:
        """The grade in which a measured value lies."""
        fits = (g for g in self.grades if (g.min is None or value >= g.min) and (g.below is None or value < g.below))
        return next(fits, None) if any(g.min is not None or g.below is not None for g in self.grades) else None


class Matrix(Named, frozen=True, kw_only=True):
    """Two judgements that make a third: ``cells[row][column]``."""

    row: str
    column: str
    result: str
    cells: dict[str, dict[str, str]]


class ConditionLevel(Data, frozen=True, kw_only=True):
    """One level of the common condition rating, 1 excellent to 5 critical; scores are whole points of 100."""

    rating: int
    zh: str
    en: str
    score_min: int
    score_max: int
    meaning_zh: str
    meaning_en: str
    follow_up_zh: str
    follow_up_en: str


class ConditionScale(Fact, frozen=True, kw_only=True):
    """How the condition of a kind is rated: the common levels, and what the kind adds."""

    levels: tuple[ConditionLevel, ...] = ()
    scales: tuple[Scale, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    note_zh: str = ""
    note_en: str = ""


class Limit(Data, frozen=True, kw_only=True):
    """A time limit. ``minute``, ``hour`` and ``day`` run day and night; ``workhour`` and ``workday`` in office hours."""

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

    The loader fills ``respond`` and ``fix`` from the priority; ``without`` names limits that the fault deliberately lacks.
    ``advice`` is for the citizen before the crew comes, ``first_step`` for the crew.
    """

    priority: Priority
    citizen: bool = True
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


class PlanRule(Data, frozen=True, kw_only=True):
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
        found: dict[str, Any] = msgspec.to_builtins(self)
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


class Kind(Fact, frozen=True, kw_only=True):
    """A facility kind: names, codes, attributes, condition scale, fault categories and default plans."""

    key: str
    zh: str
    en: str
    en_plural: str
    measure_zh: str = "处"
    prefix: str
    icon: str
    summary_zh: str = ""
    summary_en: str = ""
    also_called: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    codes: tuple[NationalCode, ...] = ()
    parts: tuple[Part, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    condition: ConditionScale = ConditionScale()
    faults: tuple[Fault, ...]
    plans: tuple[Plan, ...] = ()

    def attribute(self, key: str) -> Attribute | None:
        """The attribute with this key."""
        return next((one for one in self.attributes if one.key == key), None)

    def fault(self, key: str) -> Fault | None:
        """The fault category with this key."""
        return next((one for one in self.faults if one.key == key), None)

    def plan(self, key: str) -> Plan | None:
        """The default plan with this key, such as T1."""
        return next((one for one in self.plans if one.key == key), None)

    @property
    def citizen_faults(self) -> tuple[Fault, ...]:
        """What a citizen can report, in the order of the tiles."""
        return tuple(fault for fault in self.faults if fault.citizen)

    def code_for(self, standard: str, attributes: Mapping[str, Any]) -> NationalCode | None:
        """The code of one asset in a version of a standard; the first whose conditions hold."""
        mine = (code for code in self.codes if code.standard == standard)
        return next((code for code in mine if all(c.holds(attributes) for c in code.when)), None)

    def to_json(self) -> dict[str, Any]:
        """The kind as JSON values; what has its default value is left out."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


class Ground(Data, frozen=True, kw_only=True):
    """What all kinds share: attributes of every asset, the condition levels, priorities, classes and checklists."""

    attributes: tuple[Attribute, ...]
    levels: tuple[ConditionLevel, ...]
    priorities: tuple[PriorityClass, ...]
    standards: tuple[Named, ...] = ()
    classes: tuple[Named, ...] = ()
    checklists: dict[str, tuple[ChecklistItem, ...]] = {}


class Catalogue(Data, frozen=True, kw_only=True):
    """All kinds in force, by key, and what they share."""

    kinds: dict[str, Kind]
    ground: Ground

    def kind(self, key: str) -> Kind:
        """The kind with this key. Raises NotFound."""
        try:
            return self.kinds[key]
        except (KeyError, TypeError):
            raise NotFound(
                N_("There is no facility kind “{kind}”. The kinds are: {kinds}."),
                code="unknown_kind",
                kind=key,
                kinds=", ".join(self.kinds),
            ) from None

    @property
    def columns(self) -> tuple[Attribute, ...]:
        """The common attributes that have a column of their own."""
        return tuple(one for one in self.ground.attributes if one.column)
