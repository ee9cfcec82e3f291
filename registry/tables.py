"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Bytea,
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


class Organisation(Table, tablename="organisation"):
    """Who supervises, owns or maintains."""

    id = BigSerial(primary_key=True)
    name = Text(null=False, default=None)
    name_en = Text(null=False, default="")
    duty_phone = Text(null=False, default="")
    credit_code = Text(null=True, default=None)


class Area(Table, tablename="area"):
    """A street or a community."""

    id = BigSerial(primary_key=True)
    level = Text(null=False, default=None)
    name = Text(null=False, default=None)
    name_en = Text(null=False, default="")
    code = Text(null=True, default=None)
    street = Text(null=False, default="")


class Asset(Table, tablename="asset"):
    """The place that is maintained; what stands in it can be replaced."""

    id = BigSerial(primary_key=True)
    code = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    name = Text(null=False, default=None)
    name_en = Text(null=False, default="")
    address = Text(null=False, default="")
    address_en = Text(null=False, default="")
    street = Text(null=False, default="")
    community = Text(null=False, default="")
    lon = DoublePrecision(null=True, default=None)
    lat = DoublePrecision(null=True, default=None)
    geometry = JSONB(null=True, default=None)
    status = Text(null=False, default="intact")
    operating_state = Text(null=False, default="in_service")
    condition = SmallInt(null=True, default=None)
    condition_on = Date(null=True, default=None)
    attributes = JSONB(null=False, default="{}")
    organisation_id = ForeignKey(Organisation, null=True, default=None, on_delete=OnDelete.restrict)
    component_id = Text(null=True, default=None)
    import_key = Text(null=True, default=None)
    source_id = Text(null=True, default=None)
    search = Array(base_column=Text(), null=False)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    updated_at = Timestamptz(null=False, default=None)
    retired_at = Timestamptz(null=True, default=None)
    retired_reason = Text(null=True, default=None)


class AssetSignals(Table, tablename="asset_signals"):
    """What upper rooms know of an asset, for lists and the public page."""

    asset_id = ForeignKey(Asset, null=False, default=None, on_delete=OnDelete.restrict, primary_key=True)
    open_requests = Integer(null=False, default=0)
    open_orders = Integer(null=False, default=0)
    overdue = Integer(null=False, default=0)
    known = JSONB(null=False, default="[]")
    last_service_at = Timestamptz(null=True, default=None)
    last_service_zh = Text(null=True, default=None)
    last_service_en = Text(null=True, default=None)
    next_service_at = Timestamptz(null=True, default=None)
    next_service_zh = Text(null=True, default=None)
    next_service_en = Text(null=True, default=None)
    label_code = Text(null=True, default=None)


class HistoryLine(Table, tablename="history_line"):
    """One line of service history; append-only."""

    id = BigSerial(primary_key=True)
    stream = BigInt(null=False, default=None)
    seq = Integer(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    kind = Text(null=False, default=None)
    audience = Text(null=False, default=None)
    actor = Text(null=False, default=None)
    data = JSONB(null=False, default=None)
    hash = Bytea(null=False, default=None)


class HistoryHead(Table, tablename="history_head"):
    """The last line of each stream, so that a cut tail shows."""

    stream = BigInt(null=False, default=None, primary_key=True)
    seq = Integer(null=False, default=None)
    hash = Bytea(null=False, default=None)


class ImportBatch(Table, tablename="import_batch"):
    """One import and its counts."""

    id = BigSerial(primary_key=True)
    kind = Text(null=False, default=None)
    file_name = Text(null=False, default=None)
    file_hash = Text(null=False, default=None)
    mapping = JSONB(null=False, default=None)
    created = Integer(null=False, default=None)
    updated = Integer(null=False, default=None)
    unchanged = Integer(null=False, default=None)
    rejected = Integer(null=False, default=None)
    actor = Text(null=False, default=None)
    at = Timestamptz(null=False, default=None)
    undone_at = Timestamptz(null=True, default=None)
