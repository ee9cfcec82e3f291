"""What maintenance tells the registry of each asset it touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from foundation.act import Act
from foundation.database import fetch, transaction
from foundation.principals import Role
from registry.catalogue import catalogue
from registry.service import write_signals_many

# Counted as sets, not asset by asset: thousands are told at once when a plan falls due.
_COUNTS: Final = """
WITH request AS (
    SELECT asset_id, count(*)::int AS n,
           (count(*) FILTER (WHERE due_at < $2 AND state NOT IN ('verified', 'done', 'suspended')))::int AS late
      FROM service_request
     WHERE asset_id = ANY($1::bigint[]) AND NOT held AND state NOT IN ('closed', 'refused', 'merged', 'withdrawn')
     GROUP BY asset_id
), orders AS (
    SELECT s.asset_id, count(DISTINCT w.id)::int AS n,
           (count(DISTINCT w.id) FILTER (WHERE w.due_at < $2 AND w.request_id IS NULL AND w.state <> 'suspended'))::int
               AS late
      FROM stop s JOIN work_order w ON w.id = s.work_order_id
     WHERE s.asset_id = ANY($1::bigint[]) AND s.done_at IS NULL
       AND w.state NOT IN ('closed', 'cancelled', 'verified', 'done')
     GROUP BY s.asset_id
), fault AS (
    SELECT DISTINCT ON (asset_id, category) asset_id, category, reporters, due_at, state, reported_at
      FROM service_request
     WHERE asset_id = ANY($1::bigint[]) AND NOT held
       AND state NOT IN ('closed', 'refused', 'merged', 'withdrawn', 'verified')
     ORDER BY asset_id, category, reported_at
), known AS (
    SELECT asset_id, jsonb_agg(jsonb_build_object('category', category, 'reporters', reporters, 'due_at', due_at,
                                                  'state', state) ORDER BY reported_at) AS faults
      FROM fault GROUP BY asset_id
)
SELECT a.id, a.kind, coalesce(request.n, 0) AS requests, coalesce(orders.n, 0) AS orders,
       coalesce(request.late, 0) + coalesce(orders.late, 0) AS overdue, coalesce(known.faults, '[]'::jsonb) AS known
  FROM asset a
  LEFT JOIN request ON request.asset_id = a.id
  LEFT JOIN orders ON orders.asset_id = a.id
  LEFT JOIN known ON known.asset_id = a.id
 WHERE a.id = ANY($1::bigint[])
"""


async def rewrite_signals(asset_ids: Iterable[int], act: Act) -> None:
    """Count again what is open, overdue and known of these assets; inside the caller's transaction."""
    rows = await fetch(_COUNTS, sorted(set(asset_ids)), act.at)
    await write_signals_many(
        ("open_requests", "open_orders", "overdue", "known"),
        [
            (row["id"], row["requests"], row["orders"], row["overdue"], _named(row["known"], row["kind"]))
            for row in rows
        ],
    )


def _named(known: list[dict[str, object]], kind_key: str) -> list[dict[str, object]]:
    kind = catalogue().kind(kind_key)
    named = []
    for fault in known:
        entry = kind.fault(str(fault["category"]))
        named.append({**fault, "zh": entry.zh if entry else "", "en": entry.en if entry else ""})
    return named


async def tell_service(asset_ids: Iterable[int], title_zh: str, title_en: str, act: Act) -> None:
    """These assets were just serviced."""
    await write_signals_many(
        ("last_service_at", "last_service_zh", "last_service_en"),
        [(asset_id, act.at, title_zh, title_en) for asset_id in sorted(set(asset_ids))],
    )


async def refresh_overdue(act: Act) -> int:
    """Time passes: count again where something has become overdue since the last count; answers how many assets."""
    act.require(Role.DISPATCHER, Role.PLANNER)
    rows = await fetch(
        "SELECT DISTINCT asset_id FROM ("
        " SELECT r.asset_id FROM service_request r WHERE r.due_at < $1 AND NOT r.held AND r.state NOT IN"
        "  ('closed', 'refused', 'merged', 'withdrawn', 'verified', 'done', 'suspended')"
        " UNION ALL SELECT s.asset_id FROM work_order w JOIN stop s ON s.work_order_id = w.id"
        "  WHERE w.due_at < $1 AND s.done_at IS NULL AND w.request_id IS NULL"
        "  AND w.state NOT IN ('closed', 'cancelled', 'verified', 'done', 'suspended')) late"
        " LEFT JOIN asset_signals g USING (asset_id) WHERE coalesce(g.overdue, 0) = 0",
        act.at,
    )
    if rows:
        async with transaction():
            await rewrite_signals([row["asset_id"] for row in rows], act)
    return len(rows)
