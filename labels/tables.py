"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from registry.tables import Asset


class Label(Table, tablename="label"):
    """A printed code and its life."""

    id = BigSerial(primary_key=True)
    code = Text(null=False, default=None)
    asset_id = ForeignKey(Asset, null=True, default=None, on_delete=OnDelete.restrict)
    state = Text(null=False, default=None)
    replaced_by_id: ForeignKey[Table] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    created_at = Timestamptz(null=False, default=None)
    printed_at = Timestamptz(null=True, default=None)
    fixed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)
    check_word = SmallInt(null=False, default=None)
    batch = Text(null=True, default=None)
    fixed_lon = DoublePrecision(null=True, default=None)
    fixed_lat = DoublePrecision(null=True, default=None)
    photo = Text(null=True, default=None)
    worn_at = Timestamptz(null=True, default=None)


class LabelSighting(Table, tablename="label_sighting"):
    """Where a label was seen, rounded to about a hundred metres."""

    id = BigSerial(primary_key=True)
    label_id = ForeignKey(Label, null=False, default=None, on_delete=OnDelete.restrict)
    at = Timestamptz(null=False, default=None)
    lon = DoublePrecision(null=False, default=None)
    lat = DoublePrecision(null=False, default=None)
    source = Text(null=False, default=None)


class LabelWish(Table, tablename="label_wish"):
    """A label that should be printed anew, as the service history told."""

    label_id = ForeignKey(Label, null=False, default=None, primary_key=True, on_delete=OnDelete.restrict)
    reason = Text(null=False, default=None)
    told_at = Timestamptz(null=False, default=None)
    reports = Integer(null=False, default=1)


class LabelEar(Table, tablename="label_ear"):
    """How far the history has been read."""

    name = Text(null=False, default=None, primary_key=True)
    xact = BigInt(null=False, default=None)
    line_id = BigInt(null=False, default=None)
    restored_id = BigInt(null=False, default=0)


class LabelTemplate(Table, tablename="label_template"):
    """One revision of an operator's label template; ``files`` holds its texts by file name."""

    id = BigSerial(primary_key=True)
    key = Text(null=False, default=None)
    revision = Integer(null=False, default=None)
    state = Text(null=False, default=None)
    files = JSONB(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    created_by = Text(null=False, default=None)
    published_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class LabelStock(Table, tablename="label_stock"):
    """An operator's stock: its measures in millimetres."""

    key = Text(null=False, default=None, primary_key=True)
    measures = JSONB(null=False, default=None)
    version = Integer(null=False, default=1)


class LabelPrinter(Table, tablename="label_printer"):
    """An operator's printer: how far it prints off, and how it is fed."""

    key = Text(null=False, default=None, primary_key=True)
    name = Text(null=False, default=None)
    measures = JSONB(null=False, default=None)
    version = Integer(null=False, default=1)
