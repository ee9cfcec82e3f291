"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from piccolo.columns import BigSerial, ForeignKey, Integer, Text, Timestamptz
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
