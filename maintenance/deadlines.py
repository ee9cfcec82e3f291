"""By when a fault is answered and fixed: the district's own table, else the catalogue's targets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from foundation.calendar.store import load_calendar
from foundation.calendar.worktime import Limit, add_limit
from foundation.database import fetchrow
from foundation.settings import current_settings
from registry.catalogue import catalogue
from registry.catalogue.schema import Fault


class Promise(Struct, frozen=True):
    """The targets of one report; provisional where a year's holidays are not announced yet."""

    respond_by: datetime | None
    due_at: datetime | None
    provisional: bool


async def promise_for(kind: str, fault: Fault, at: datetime) -> Promise:
    """The targets of a fault reported at this instant (aware)."""
    row = await fetchrow("SELECT * FROM service_level WHERE kind = $1 AND category = $2", kind, fault.key)
    respond, fix = _limits(row, fault)
    calendar, zone = await load_calendar(), current_settings().zone
    ends = [add_limit(at, limit, calendar, zone=zone) if limit else None for limit in (respond, fix)]
    return Promise(
        ends[0].at if ends[0] else None, ends[1].at if ends[1] else None, any(end.provisional for end in ends if end)
    )


async def due_for(priority: str, at: datetime) -> datetime | None:
    """By when work of a priority that names no date is done: the catalogue's target of its class."""
    found = next((one for one in catalogue().ground.priorities if one.key == priority), None)
    if found is None:
        return None
    limit = Limit(found.fix.value, found.fix.unit)
    return add_limit(at, limit, await load_calendar(), zone=current_settings().zone).at


def _limits(row: Any, fault: Fault) -> tuple[Limit | None, Limit | None]:
    if row is not None:
        respond = Limit(row["respond_value"], row["respond_unit"]) if row["respond_value"] else None
        return respond, Limit(row["fix_value"], row["fix_unit"])
    return (
        Limit(fault.respond.value, fault.respond.unit) if fault.respond else None,
        Limit(fault.fix.value, fault.fix.unit) if fault.fix else None,
    )
