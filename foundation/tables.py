"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from piccolo.columns import JSONB, BigInt, BigSerial, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table


class CalendarDay(Table, tablename="calendar_day"):
    """An official holiday or make-up working day."""

    on_day = Date(null=False, default=None, primary_key=True)
    kind = Text(null=False, default=None)
    name_zh = Text(null=False, default=None)
    name_en = Text(null=False, default=None)
    source = Text(null=False, default=None)


class Job(Table, tablename="job"):
    """The computer's long work, with progress."""

    id = BigSerial(primary_key=True)
    kind = Text(null=False, default=None)
    state = Text(null=False, default="queued")
    params = JSONB(null=False, default="{}")
    result = JSONB(null=True, default=None)
    done_count = BigInt(null=False, default=0)
    total_count = BigInt(null=True, default=None)
    fingerprint = Text(null=True, default=None)
    account_id = BigInt(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    started_at = Timestamptz(null=True, default=None)
    beat_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    request_key = Text(null=True, default=None)
    saved = JSONB(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    deaths = SmallInt(null=False, default=0)
