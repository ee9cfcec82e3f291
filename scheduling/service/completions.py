"""Hear of finished work: maintenance knows nothing of plans, so the stops it serves are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from foundation.calendar.days import CalendarTable
from foundation.calendar.store import load_calendar
from foundation.database import execute, fetch, transaction
from scheduling.dues import Due, due_from_completion
from scheduling.queries import rule_of
from scheduling.rows import Row
from scheduling.service.targets import tell_assets, write_places

# A stop counts as done when it says so, or when its whole order is; a cancelled order frees its targets.
_HEARD = """
SELECT t.plan_id, t.asset_id, t.waiting_order_id,
       CASE WHEN w.state <> 'cancelled' THEN coalesce(s.done_at, w.done_at) END AS done_at,
       coalesce(s.done_at, w.done_at, w.ended_at) AS over_at
  FROM plan_target t
  JOIN work_order w ON w.id = t.waiting_order_id
  JOIN stop s ON s.work_order_id = w.id AND s.asset_id = t.asset_id
             AND starts_with(s.origin, 'plan:' || t.plan_id || ':')
 WHERE (w.state IN ('done', 'verified', 'closed', 'cancelled') OR s.done_at IS NOT NULL)
   AND coalesce(s.done_at, w.done_at, w.ended_at) IS NOT NULL
 ORDER BY t.plan_id, t.asset_id
   FOR UPDATE OF t
"""


# Assets whose next service, as it is shown, is neither an open order's nor the next place of a plan any more.
_OUTDATED = """
SELECT g.asset_id FROM asset_signals g
 WHERE g.next_service_at IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM plan_target t WHERE t.asset_id = g.asset_id AND t.next_due_at = g.next_service_at)
   AND NOT EXISTS (SELECT 1 FROM stop s JOIN work_order w ON w.id = s.work_order_id
                    WHERE s.asset_id = g.asset_id AND s.done_at IS NULL AND w.due_at = g.next_service_at
                      AND w.state NOT IN ('done', 'verified', 'closed', 'cancelled'))
"""


async def hear_completions() -> int:
    """Take note of stops done or cancelled since the last time, and place what counts from completion; how many."""
    calendar = await load_calendar()
    async with transaction():
        heard = await _hear(calendar)
        await tell_assets([row["asset_id"] for row in await fetch(_OUTDATED)])
    return heard


async def _hear(calendar: CalendarTable) -> int:
    heard: dict[tuple[int, int], Row] = {}
    for row in await fetch(_HEARD):
        known = heard.get((row["plan_id"], row["asset_id"]))
        if known is None or row["over_at"] > known["over_at"]:
            heard[row["plan_id"], row["asset_id"]] = row
    if heard:
        await _free(list(heard.values()))
        await _place_floating(heard.values(), calendar)
    return len(heard)


async def _free(rows: Sequence[Row]) -> None:
    await execute(
        "UPDATE plan_target t SET waiting_order_id = NULL, last_done_at = coalesce(h.done_at, t.last_done_at)"
        " FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS h(plan_id, asset_id, done_at)"
        " WHERE t.plan_id = h.plan_id AND t.asset_id = h.asset_id",
        [row["plan_id"] for row in rows],
        [row["asset_id"] for row in rows],
        [row["done_at"] for row in rows],
    )


async def _place_floating(rows: Iterable[Row], calendar: CalendarTable) -> None:
    """Count the next visit of floating plans from when the last was over."""
    over: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for row in rows:
        over[row["plan_id"]].append((row["asset_id"], row["over_at"]))
    plans = await fetch("SELECT * FROM plan WHERE id = ANY($1::bigint[]) AND mode = 'floating' AND active", list(over))
    for plan in plans:
        rule = rule_of(plan)
        places: list[tuple[int, Due | None]] = [
            (asset_id, due_from_completion(rule, at, calendar.is_working_day, end_on=plan["end_on"]))
            for asset_id, at in over[plan["id"]]
        ]
        await write_places(plan["id"], places)
