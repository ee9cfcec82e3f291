"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from piccolo.columns import JSONB, BigSerial, Boolean, Date, DoublePrecision, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from maintenance.tables import Crew
from registry.tables import Asset


class Plan(Table, tablename="plan"):
    """A maintenance plan: what recurs, where, and by which rule."""

    id = BigSerial(primary_key=True)
    kind = Text(null=False, default=None)
    catalogue_key = Text(null=True, default=None)
    title_zh = Text(null=False, default=None)
    title_en = Text(null=False, default=None)
    asset_id = ForeignKey(Asset, null=True, default=None, on_delete=OnDelete.restrict)
    street = Text(null=True, default=None)
    rule = JSONB(null=False, default=None)
    mode = Text(null=False, default="fixed")
    roll = Text(null=False, default="none")
    grouping = Text(null=False, default="asset")
    checklist = JSONB(null=False, default="[]")
    priority = Text(null=False, default="P4")
    crew_id = ForeignKey(Crew, null=True, default=None, on_delete=OnDelete.restrict)
    duration_minutes = Integer(null=False, default=30)
    start_on = Date(null=False, default=None)
    end_on = Date(null=True, default=None)
    active = Boolean(null=False, default=True)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)


class ClockTick(Table, tablename="clock_tick"):
    """When the clock last ran."""

    name = Text(null=False, default=None, primary_key=True)
    at = Timestamptz(null=False, default=None)
    process = Text(null=False, default=None)
    opened = Integer(null=False, default=0)
    seconds = DoublePrecision(null=False, default=0)
    failure = Text(null=True, default=None)
