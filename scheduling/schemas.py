"""What goes in and out of the scheduling room: one Struct for each intent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

Mode = Literal["fixed", "floating"]
Roll = Literal["none", "next_working_day"]
Grouping = Literal["asset", "street"]
Priority = Literal["P1", "P2", "P3", "P4", "P5"]


class PlanCreate(Struct, kw_only=True, forbid_unknown_fields=True):
    """A plan for one asset (``asset``, its code) or for all assets of a kind, where wanted in one street.

    ``rule`` as in the catalogue: freq, interval, times, weekdays, monthday, month, months; it counts from ``start_on``
    (today where left out). One title is enough; the other language falls back to it.
    """

    rule: dict[str, Any]
    kind: str | None = None
    asset: str | None = None
    street: str | None = None
    title_zh: str = ""
    title_en: str = ""
    mode: Mode = "fixed"
    roll: Roll | None = None
    grouping: Grouping = "asset"
    checklist: list[dict[str, Any]] = field(default_factory=list)
    priority: Priority = "P4"
    crew_id: int | None = None
    duration_minutes: int = 30
    start_on: date | None = None
    end_on: date | None = None


class PlanUpdate(Struct, kw_only=True, forbid_unknown_fields=True):
    """A change of a plan: only what is given changes. Where it applies never changes; that is another plan."""

    rule: dict[str, Any] | UnsetType = UNSET
    title_zh: str | UnsetType = UNSET
    title_en: str | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    roll: Roll | UnsetType = UNSET
    grouping: Grouping | UnsetType = UNSET
    checklist: list[dict[str, Any]] | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    crew_id: int | UnsetType | None = UNSET
    duration_minutes: int | UnsetType = UNSET
    start_on: date | UnsetType = UNSET
    end_on: date | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class PlanRead(Struct, frozen=True, kw_only=True):
    """A plan as staff read it; ``asset`` is a code, ``when`` the rule in words (zh and en), ``targets`` its assets."""

    id: int
    kind: str
    catalogue_key: str | None
    title_zh: str
    title_en: str
    asset: str | None
    asset_id: int | None
    street: str | None
    rule: dict[str, Any]
    when: dict[str, str]
    mode: Mode
    roll: Roll
    grouping: Grouping
    checklist: list[dict[str, Any]]
    priority: Priority
    crew_id: int | None
    duration_minutes: int
    start_on: date
    end_on: date | None
    active: bool
    version: int
    created_at: datetime
    targets: int
    next_due_at: datetime | None


class PlanFilter(Struct, frozen=True, kw_only=True):
    """Which plans a list shows."""

    kind: str | None = None
    street: str | None = None
    asset: str | None = None
    active: bool | None = None
    cursor: str | None = None
    limit: int = 50


class AdoptionRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose default plans to adopt: a kind's or all kinds', everywhere or in one street, from a day on (today)."""

    kind: str | None = None
    street: str | None = None
    crew_id: int | None = None
    start_on: date | None = None


class Adoption(Struct, frozen=True, kw_only=True):
    """What adopting the catalogue's plans did: plans new and already there, and the assets they cover."""

    created: int
    existing: int
    targets: int


class AdoptionPreview(Struct, frozen=True, kw_only=True):
    """One plan of the catalogue as it would be adopted; ``orders_a_week`` on the average of a year."""

    kind: str
    key: str
    title_zh: str
    title_en: str
    when: dict[str, str]
    mode: Mode
    grouping: Grouping
    assets: int
    orders_a_week: float
    exists: bool


class DueResult(Struct, frozen=True, kw_only=True):
    """Work orders opened; occurrences left out because an earlier order still waits or a later one replaced them."""

    opened: int
    skipped: int
    until: datetime


class ForecastItem(Struct, frozen=True, kw_only=True):
    """One visit to come. ``asset`` is its code; ``assumed`` when it hangs on something not yet known; ``why`` says."""

    due_at: datetime
    due_on: date
    asset: str
    assumed: bool
    why: list[str]


class ForecastDate(Struct, frozen=True, kw_only=True):
    """One date to come of a plan: how many assets it visits, and the code of the first of them."""

    due_at: datetime
    assets: int
    asset: str
    assumed: bool
    why: list[str]


class TickRead(Struct, frozen=True, kw_only=True):
    """When a clock last ran; ``failure`` is None where all went well."""

    name: str
    at: datetime
    process: str
    opened: int
    seconds: float
    failure: str | None
