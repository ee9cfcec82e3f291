"""Work orders: one, the queue, a crew's day, and what is to be done at one asset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final

from msgspec import Struct

from foundation.act import Act
from foundation.database import fetch, fetchrow, fetchval
from foundation.errors import NotFound
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.settings import current_settings
from foundation.translation import N_
from maintenance.queries.requests import FAR, check_word, chosen
from maintenance.schemas import OrderRead, StopRead
from maintenance.states import OrderState, order_actions_from

_SELECT: Final = """
SELECT w.id, w.number, w.kind, w.title_zh, w.title_en, w.priority, w.state, r.number AS request, r.category,
       coalesce(r.reporters, 0) AS reporters, a.code AS asset, a.id AS asset_id, a.name AS asset_name,
       a.name_en AS asset_name_en, a.kind AS asset_kind, a.street, a.organisation_id, n.stops, n.stops_done,
       w.crew_id, c.name AS crew, c.name_en AS crew_en, w.checklist, w.photo_required, w.note, w.reason, w.due_at,
       w.created_at, w.started_at, w.done_at, w.done_by, w.verified_at, w.ended_at, w.version,
       coalesce(w.due_at, $1::timestamptz) AS due_key
  FROM work_order w
  JOIN LATERAL (SELECT count(*)::int AS stops, count(s.done_at)::int AS stops_done, min(s.id) AS first
                  FROM stop s WHERE s.work_order_id = w.id) n ON true
  JOIN stop f ON f.id = n.first
  JOIN asset a ON a.id = f.asset_id
  LEFT JOIN crew c ON c.id = w.crew_id
  LEFT JOIN service_request r ON r.id = w.request_id
"""
_RUNNING: Final = "w.state NOT IN ('closed', 'cancelled')"
_TO_DO: Final = "w.state NOT IN ('closed', 'cancelled', 'done', 'verified')"
# A returned order is the dispatcher's again, whatever crew had it.
_FOR_CREW: Final = "w.state IN ('assigned', 'accepted', 'in_progress', 'suspended')"
_ONLY: Final = {
    "open": _RUNNING,
    "unassigned": "w.state IN ('open', 'returned')",
    "overdue": f"{_TO_DO} AND w.state <> 'suspended' AND w.due_at < $2",
    "to_verify": "w.state = 'done'",
    "today": f"{_TO_DO} AND w.due_at < $2 + interval '24 hours'",
}


class OrderFilter(Struct, frozen=True, kw_only=True):
    """Which orders a list shows; ``q`` is a number, an asset's code or part of its name."""

    state: str | None = None
    kind: str | None = None  # reactive or preventive
    asset_kind: str | None = None
    street: str | None = None
    crew_id: int | None = None
    q: str | None = None
    only: str | None = None
    cursor: str | None = None
    limit: int = 50


def _read(row: Mapping[str, Any]) -> OrderRead:
    values = {name: row[name] for name in OrderRead.__struct_fields__ if name in row}
    return OrderRead(**values, actions=[str(action) for action in order_actions_from(OrderState(row["state"]))])


async def get_order(number: str) -> OrderRead:
    """The order of this number. Raises NotFound."""
    row = await fetchrow(f"{_SELECT} WHERE w.number = $2", FAR, number)
    if row is None:
        raise NotFound(N_("There is no order {number}."), number=number[:40])
    return _read(dict(row))


async def find_orders(wanted: OrderFilter, at: datetime) -> Page[OrderRead]:
    """A page of orders, the earliest due first."""
    limit = page_limit(wanted.limit)
    check_word(wanted.state, OrderState)
    due, last = decode_cursor(wanted.cursor, [datetime, int]) if wanted.cursor else (None, None)
    rows = await fetch(
        f"{_SELECT} WHERE ($2::timestamptz IS NOT NULL) AND {chosen(_ONLY, wanted.only)}"
        " AND ($3::text IS NULL OR w.state = $3) AND ($4::text IS NULL OR w.kind = $4)"
        " AND ($5::text IS NULL OR a.kind = $5) AND ($6::text IS NULL OR a.street = $6)"
        " AND ($7::bigint IS NULL OR w.crew_id = $7)"
        " AND ($8::text IS NULL OR w.number = upper($8) OR EXISTS"
        "  (SELECT 1 FROM stop x JOIN asset y ON y.id = x.asset_id"
        "    WHERE x.work_order_id = w.id AND (y.code = $8 OR strpos(lower(y.name), lower($8)) > 0)))"
        " AND ($9::timestamptz IS NULL OR (coalesce(w.due_at, $1::timestamptz), w.id) > ($9, $10::bigint))"
        f" ORDER BY due_key, w.id LIMIT {limit + 1}",
        FAR,
        at,
        wanted.state,
        wanted.kind,
        wanted.asset_kind,
        wanted.street,
        wanted.crew_id,
        wanted.q,
        due,
        last,
    )
    page = cut_page(rows, limit, lambda row: [row["due_key"], row["id"]])
    return Page([_read(dict(row)) for row in page.items], page.next)


async def crew_today(act: Act, limit: int = 100) -> list[OrderRead]:
    """What this crew is to do now, the earliest due first: everything due within a day, and all that is late."""
    rows = await fetch(
        f"{_SELECT} WHERE w.crew_id = ANY($2::bigint[]) AND {_FOR_CREW}"
        " AND (w.due_at IS NULL OR w.due_at < $3::timestamptz + interval '24 hours')"
        f" ORDER BY due_key, w.id LIMIT {limit}",
        FAR,
        sorted(act.principal.crew_ids),
        act.at,
    )
    return [_read(dict(row)) for row in rows]


async def find_jobs(asset_id: int, act: Act) -> list[OrderRead]:
    """What this crew is to do at one asset now."""
    rows = await fetch(
        f"{_SELECT} WHERE w.crew_id = ANY($2::bigint[]) AND {_FOR_CREW} AND EXISTS"
        " (SELECT 1 FROM stop x WHERE x.work_order_id = w.id AND x.asset_id = $3 AND x.done_at IS NULL)"
        " ORDER BY due_key, w.id LIMIT 20",
        FAR,
        sorted(act.principal.crew_ids),
        asset_id,
    )
    return [_read(dict(row)) for row in rows]


async def crew_done(act: Act) -> int:
    """How many orders this crew has finished since midnight in the district."""
    zone = current_settings().zone
    midnight = datetime.combine(act.at.astimezone(zone).date(), time(), zone)
    count: int = await fetchval(
        "SELECT count(*) FROM work_order WHERE crew_id = ANY($1::bigint[]) AND done_at >= $2",
        sorted(act.principal.crew_ids),
        midnight,
    )
    return count


async def find_stops(number: str) -> list[StopRead]:
    """The assets of an order, in the order of a walk along the street."""
    rows = await fetch(
        "SELECT s.id, a.code AS asset, a.id AS asset_id, a.name AS asset_name, a.name_en AS asset_name_en, a.street,"
        " a.address, a.lon, a.lat, g.label_code, s.done_at, s.answers FROM stop s"
        " JOIN work_order w ON w.id = s.work_order_id JOIN asset a ON a.id = s.asset_id"
        " LEFT JOIN asset_signals g ON g.asset_id = a.id WHERE w.number = $1"
        " ORDER BY a.street, a.address, s.id LIMIT 1000",
        number,
    )
    return [StopRead(**dict(row)) for row in rows]
