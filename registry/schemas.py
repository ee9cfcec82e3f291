"""What goes in and out of the registry: one Struct for each intent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

Status = Literal["intact", "damaged", "missing", "abandoned", "removed"]
OperatingState = Literal["planned", "building", "in_service", "closed", "retired"]


class AssetRead(Struct, frozen=True, kw_only=True):
    """One asset as anyone with access reads it. Positions are WGS 84 degrees; condition 1 (best) to 5."""

    id: int
    code: str
    kind: str
    name: str
    name_en: str
    address: str
    address_en: str
    street: str
    community: str
    lon: float | None
    lat: float | None
    status: Status
    operating_state: OperatingState
    condition: int | None
    condition_on: date | None
    attributes: dict[str, Any]
    organisation_id: int | None
    component_id: str | None
    label: str | None
    open_requests: int
    open_orders: int
    overdue: int
    last_service_at: datetime | None
    next_service_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    retired_at: datetime | None


class AssetCreate(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is needed to register an asset; without ``code`` one is made from the kind's prefix.

    ``geometry`` is GeoJSON in WGS 84; without ``lon`` and ``lat`` the position is taken from it.
    """

    kind: str
    name: str
    code: str | None = None
    name_en: str = ""
    address: str = ""
    address_en: str = ""
    street: str = ""
    community: str = ""
    lon: float | None = None
    lat: float | None = None
    geometry: dict[str, Any] | None = None
    status: Status = "intact"
    operating_state: OperatingState = "in_service"
    condition: int | None = None
    organisation_id: int | None = None
    component_id: str | None = None
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)


class AssetUpdate(Struct, kw_only=True, forbid_unknown_fields=True):
    """A change: only what is given changes; a null attribute is removed."""

    name: str | UnsetType = UNSET
    name_en: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    address_en: str | UnsetType = UNSET
    street: str | UnsetType = UNSET
    community: str | UnsetType = UNSET
    lon: float | UnsetType | None = UNSET
    lat: float | UnsetType | None = UNSET
    status: Status | UnsetType = UNSET
    operating_state: OperatingState | UnsetType = UNSET
    condition: int | UnsetType | None = UNSET
    organisation_id: int | UnsetType | None = UNSET
    component_id: str | UnsetType | None = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET


class Retirement(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why an asset leaves service, in 1 to 200 characters; citizens may read it."""

    reason: str


class AssetFilter(Struct, frozen=True, kw_only=True):
    """Which assets a list shows. ``bbox`` and ``near`` are in degrees, lon before lat; ``batch`` is an import's."""

    kind: str | None = None
    q: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float] | None = None
    status: str | None = None
    operating_state: str | None = None
    condition: int | None = None
    street: str | None = None
    community: str | None = None
    only: Literal["open", "overdue", "no_label", "no_position"] | None = None
    with_retired: bool = False
    batch: int | None = None
    cursor: str | None = None
    limit: int = 50


class HistoryLineRead(Struct, frozen=True, kw_only=True):
    """One line of service history with its sentence in both languages; ``hash`` is hexadecimal."""

    seq: int
    at: datetime
    kind: str
    audience: Literal["public", "staff"]
    actor: str
    summary: dict[str, str]
    data: dict[str, Any]
    hash: str


class HistoryLineHeard(Struct, frozen=True):
    """A line as an upper room hears it; ``stream`` is the asset's id."""

    stream: int
    at: datetime
    kind: str
    data: dict[str, Any]


class HistoryPlace(Struct, frozen=True):
    """How far the history was read: to the line ``line_id`` of the transaction ``xact``, in the order of both.

    Lines up to ``restored_id`` came with a backup of another server, whose transactions count otherwise.
    """

    xact: int = 0
    line_id: int = 0
    restored_id: int = 0
