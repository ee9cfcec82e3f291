"""What goes in and out of maintenance: one Struct for each intent."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

Priority = Literal["P1", "P2", "P3", "P4", "P5"]
Channel = Literal["label", "desk", "phone", "inspection", "api"]


class ReportCreate(Struct, kw_only=True):
    """A fault as it is reported; ``photos`` are the raw uploads, ``client`` a stand-in for the sender's address."""

    category: str
    description: str = ""
    phone: str = ""
    photos: list[bytes] = msgspec.field(default_factory=list)
    lon: float | None = None
    lat: float | None = None
    client: str = ""
    honeypot: str = ""
    channel: Channel = "label"


class RequestCreate(Struct, kw_only=True, forbid_unknown_fields=True):
    """A report as the JSON API takes it in: the asset by its code."""

    asset: str
    category: str
    description: str = ""
    phone: str = ""
    lon: float | None = None
    lat: float | None = None


class RequestRead(Struct, frozen=True, kw_only=True):
    """A service request as staff read it. ``due_at`` is the district's own target, not a legal limit."""

    number: str
    asset: str
    asset_name: str
    asset_name_en: str
    kind: str
    street: str
    organisation_id: int | None
    category: str
    category_zh: str
    category_en: str
    priority: Priority
    state: str
    channel: str
    reporters: int
    held: bool
    merged_into: str | None
    order: str | None
    reason: str | None
    reported_at: datetime
    respond_by: datetime | None
    due_at: datetime | None
    due_provisional: bool
    ended_at: datetime | None
    actions: list[str]
    version: int


class ContactRead(Struct, frozen=True):
    """What a citizen said beside the fault; ``lon`` and ``lat`` in degrees WGS 84 where they sent their position."""

    phone: str = ""
    description: str = ""
    lon: float | None = None
    lat: float | None = None


class Reported(Struct, frozen=True, kw_only=True):
    """What the citizen gets: a number and the token of their own page."""

    number: str
    token: str
    merged: bool = False
    repeated: bool = False


class OrderCreate(Struct, kw_only=True, forbid_unknown_fields=True):
    """An order opened by hand: for a filed request, or directly for assets."""

    request: str | None = None
    assets: list[str] = msgspec.field(default_factory=list)
    title_zh: str = ""
    title_en: str = ""
    priority: Priority = "P4"
    due_at: datetime | None = None
    crew_id: int | None = None
    note: str = ""


class StopRead(Struct, frozen=True, kw_only=True):
    """One asset of an order."""

    id: int
    asset: str
    asset_id: int
    asset_name: str
    asset_name_en: str
    street: str
    address: str
    lon: float | None
    lat: float | None
    label_code: str | None
    done_at: datetime | None
    answers: dict[str, Any] | None


class OrderRead(Struct, frozen=True, kw_only=True):
    """A work order. ``asset`` is the code of its first stop."""

    number: str
    kind: Literal["reactive", "preventive"]
    title_zh: str
    title_en: str
    priority: Priority
    state: str
    request: str | None
    category: str | None
    reporters: int
    asset: str
    asset_id: int
    asset_name: str
    asset_name_en: str
    asset_kind: str
    street: str
    organisation_id: int | None
    stops: int
    stops_done: int
    crew_id: int | None
    crew: str | None
    crew_en: str | None
    checklist: list[dict[str, Any]]
    photo_required: bool
    note: str
    reason: str | None
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    done_by: int | None
    verified_at: datetime | None
    ended_at: datetime | None
    actions: list[str]
    version: int


class OrderDeed(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an action on an order brings with it."""

    crew_id: int | None = None
    reason: str = ""
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    photos: list[bytes] = msgspec.field(default_factory=list)
    version: int | None = None


class PreventiveOrder(Struct, frozen=True, kw_only=True):
    """An order a plan asks for; each stop is an asset's id and its unique origin."""

    title_zh: str
    title_en: str
    stops: list[tuple[int, str]]
    due_at: datetime
    priority: Priority = "P4"
    checklist: list[dict[str, Any]] = msgspec.field(default_factory=list)
    crew_id: int | None = None
    photo_required: bool = False


class OpenedOrders(Struct, frozen=True):
    """How many orders were opened, and how many stops were there already."""

    opened: int
    skipped: int


class PhotoRead(Struct, frozen=True, kw_only=True):
    """A photo of a request or an order."""

    id: int
    stage: Literal["report", "before", "after"]
    width: int
    height: int
    taken_at: datetime
    public: bool


class Story(Struct, frozen=True, kw_only=True):
    """What became of a report, for whoever holds its token."""

    token: str
    number: str
    asset_id: int
    asset_name: str
    asset_name_en: str
    label_code: str | None
    category_zh: str
    category_en: str
    state: str
    held: bool
    reporters: int
    reason: str | None
    reported_at: datetime
    due_at: datetime | None
    due_provisional: bool
    ended_at: datetime | None
    may_withdraw: bool
    may_contest: bool
    may_rate: bool
    steps: list[tuple[datetime, str]]
    photos: list[PhotoRead]
