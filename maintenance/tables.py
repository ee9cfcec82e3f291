"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from typing import Any

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from registry.tables import Asset, Organisation


class Crew(Table, tablename="crew"):
    """The people who go out."""

    id = BigSerial(primary_key=True)
    name = Text(null=False, default=None)
    name_en = Text(null=False, default="")
    organisation_id = ForeignKey(Organisation, null=True, default=None, on_delete=OnDelete.restrict)
    active = Boolean(null=False, default=True)


class ServiceRequest(Table, tablename="service_request"):
    """A citizen's fault report."""

    id = BigSerial(primary_key=True)
    number = Text(null=False, default=None)
    token = Text(null=False, default=None)
    asset_id = ForeignKey(Asset, null=False, default=None, on_delete=OnDelete.restrict)
    category = Text(null=False, default=None)
    priority = Text(null=False, default=None)
    state = Text(null=False, default=None)
    channel = Text(null=False, default="label")
    reporters = Integer(null=False, default=1)
    held = Boolean(null=False, default=False)
    merged_into_id: "ForeignKey[Any]" = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    reason = Text(null=True, default=None)
    fingerprint = Text(null=False, default=None)
    reported_at = Timestamptz(null=False, default=None)
    respond_by = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    due_provisional = Boolean(null=False, default=False)
    ended_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)
    rating = SmallInt(null=True, default=None)


class RequestContact(Table, tablename="request_contact"):
    """Personal data and free text of a request, with a date on which they go."""

    request_id = ForeignKey(ServiceRequest, null=False, default=None, on_delete=OnDelete.restrict, primary_key=True)
    description = Text(null=False, default="")
    phone = Text(null=False, default="")
    lon = DoublePrecision(null=True, default=None)
    lat = DoublePrecision(null=True, default=None)
    client_hash = Text(null=False, default="")
    keep_until = Date(null=True, default=None)


class WorkOrder(Table, tablename="work_order"):
    """Work to be done, reactive or preventive."""

    id = BigSerial(primary_key=True)
    number = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    title_zh = Text(null=False, default=None)
    title_en = Text(null=False, default=None)
    priority = Text(null=False, default=None)
    state = Text(null=False, default=None)
    request_id = ForeignKey(ServiceRequest, null=True, default=None, on_delete=OnDelete.restrict)
    crew_id = ForeignKey(Crew, null=True, default=None, on_delete=OnDelete.restrict)
    checklist = JSONB(null=False, default="[]")
    photo_required = Boolean(null=False, default=False)
    note = Text(null=False, default="")
    reason = Text(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    assigned_at = Timestamptz(null=True, default=None)
    started_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    done_by = BigInt(null=True, default=None)
    verified_at = Timestamptz(null=True, default=None)
    verified_by = BigInt(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class Stop(Table, tablename="stop"):
    """One asset of an order; its origin is unique."""

    id = BigSerial(primary_key=True)
    work_order_id = ForeignKey(WorkOrder, null=False, default=None, on_delete=OnDelete.restrict)
    asset_id = ForeignKey(Asset, null=False, default=None, on_delete=OnDelete.restrict)
    origin = Text(null=False, default=None)
    answers = JSONB(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    done_by = BigInt(null=True, default=None)


class Photo(Table, tablename="photo"):
    """A photo of a request or an order."""

    id = BigSerial(primary_key=True)
    request_id = ForeignKey(ServiceRequest, null=True, default=None, on_delete=OnDelete.restrict)
    work_order_id = ForeignKey(WorkOrder, null=True, default=None, on_delete=OnDelete.restrict)
    stage = Text(null=False, default=None)
    file_key = Text(null=False, default=None)
    width = Integer(null=False, default=None)
    height = Integer(null=False, default=None)
    taken_at = Timestamptz(null=False, default=None)
    public = Boolean(null=False, default=False)
