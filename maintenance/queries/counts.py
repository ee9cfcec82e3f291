"""How much waits, for the desk's rail and first page."""

from __future__ import annotations

from datetime import datetime

from foundation.database import fetchrow

_COUNTS = """
SELECT r.requests, r.requests_late, r.held, w.orders, w.orders_late, w.unassigned, w.to_verify
  FROM (SELECT count(*) FILTER (WHERE state IN ('reported', 'verifying', 'contested') AND NOT held)::int AS requests,
               count(*) FILTER (WHERE NOT held AND due_at < $1 AND state NOT IN ('done', 'verified', 'suspended'))::int
                   AS requests_late,
               count(*) FILTER (WHERE held)::int AS held
          FROM service_request WHERE state NOT IN ('closed', 'refused', 'merged', 'withdrawn')) r,
       (SELECT count(*) FILTER (WHERE state NOT IN ('done', 'verified'))::int AS orders,
               count(*) FILTER (WHERE due_at < $1 AND state NOT IN ('done', 'verified', 'suspended'))::int
                   AS orders_late,
               count(*) FILTER (WHERE state IN ('open', 'returned'))::int AS unassigned,
               count(*) FILTER (WHERE state = 'done')::int AS to_verify
          FROM work_order WHERE state NOT IN ('closed', 'cancelled')) w
"""


async def desk_counts(at: datetime) -> dict[str, int]:
    """requests (to look at), requests_late, held, orders (running), orders_late, unassigned, to_verify."""
    row = await fetchrow(_COUNTS, at)
    return dict(row) if row else {}
