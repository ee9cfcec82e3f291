"""What maintenance tells the registry of each asset it touched."""

from __future__ import annotations

from collections.abc import Iterable

from foundation.act import Act
from foundation.database import fetch, transaction
from foundation.principals import Role
from registry.catalogue import catalogue
from registry.service import write_signals_many

_COUNTS = """
SELECT a.id,
       (SELECT count(*) FROM service_request r WHERE r.asset_id = a.id AND NOT r.held
           AND r.state NOT IN ('closed', 'refused', 'merged', 'withdrawn'))::int AS requests,
       (SELECT count(DISTINCT w.id) FROM stop s JOIN work_order w ON w.id = s.work_order_id
         WHERE s.asset_id = a.id AND s.done_at IS NULL AND w.state NOT IN ('closed', 'cancelled', 'verified', 'done')
       )::int AS orders,
       ((SELECT count(*) FROM service_request r WHERE r.asset_id = a.id AND NOT r.held AND r.due_at < $2
            AND r.state NOT IN ('closed', 'refused', 'merged', 'withdrawn', 'verified', 'done', 'suspended'))
      + (SELECT count(DISTINCT w.id) FROM stop s JOIN work_order w ON w.id = s.work_order_id
          WHERE s.asset_id = a.id AND s.done_at IS NULL AND w.due_at < $2 AND w.request_id IS NULL
            AND w.state NOT IN ('closed', 'cancelled', 'verified', 'done', 'suspended')))::int AS overdue,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('category', k.category, 'reporters', k.reporters,
                                                     'due_at', k.due_at, 'state', k.state)
                                  ORDER BY k.reported_at), '[]'::jsonb)
          FROM (SELECT DISTINCT ON (r.category) r.category, r.reporters, r.due_at, r.state, r.reported_at
                  FROM service_request r WHERE r.asset_id = a.id AND NOT r.held
                   AND r.state NOT IN ('closed', 'refused', 'merged', 'withdrawn', 'verified')
                 ORDER BY r.category, r.reported_at) k) AS known,
       a.kind
  FROM asset a WHERE a.id = ANY($1::bigint[])
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
