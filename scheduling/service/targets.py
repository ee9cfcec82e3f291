"""The assets of a plan: who belongs to it, where each stands on the rule, and what the asset's page says comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from foundation.calendar.days import CalendarTable
from foundation.database import execute, fetch
from registry.service import write_signals_many
from scheduling.dues import Due, due_from_completion, first_due, settled
from scheduling.queries import rule_of, scope_of
from scheduling.rows import Row

# An adopted plan does not serve an asset that another running plan of the same catalogue entry serves already.
_NOT_TWICE = """
NOT EXISTS (SELECT 1 FROM plan_target o JOIN plan op ON op.id = o.plan_id
             WHERE o.asset_id = a.id AND op.id <> $1 AND op.active
               AND op.kind = $2 AND op.catalogue_key = $3)
"""


async def align_targets(plan: Row, since: datetime, calendar: CalendarTable) -> list[int]:
    """Bring the targets of a plan into line with the assets, the rule and the calendar; the assets that changed.

    Assets that came get their first occurrence at ``since`` or later, assets that left come to rest.
    """
    await _add(plan)
    changed = await _rest(plan)
    changed += await _start(plan, since, calendar)
    changed += await _roll_again(plan, calendar)
    return changed


async def _add(plan: Row) -> None:
    scope = scope_of(plan, 4)
    await execute(
        "INSERT INTO plan_target (plan_id, asset_id) SELECT $1, a.id FROM asset a"
        f" WHERE {scope.sql} AND NOT EXISTS (SELECT 1 FROM plan_target t WHERE t.plan_id = $1 AND t.asset_id = a.id)"
        f" AND ($3::text IS NULL OR {_NOT_TWICE}) ON CONFLICT DO NOTHING",
        plan["id"],
        plan["kind"],
        plan["catalogue_key"],
        *scope.params,
    )


async def _rest(plan: Row) -> list[int]:
    scope = scope_of(plan, 2)
    rows = await fetch(
        "UPDATE plan_target t SET next_due_at = NULL, nominal_at = NULL FROM asset a"
        f" WHERE t.plan_id = $1 AND a.id = t.asset_id AND t.next_due_at IS NOT NULL AND NOT {scope.sql}"
        " RETURNING t.asset_id",
        plan["id"],
        *scope.params,
    )
    return [row["asset_id"] for row in rows]


async def _start(plan: Row, since: datetime, calendar: CalendarTable) -> list[int]:
    """Give a place on the rule to targets that have none and wait for nothing."""
    scope = scope_of(plan, 3)
    rows = await fetch(
        "SELECT t.asset_id, t.last_done_at FROM plan_target t JOIN asset a ON a.id = t.asset_id"
        " WHERE t.plan_id = $1 AND t.next_due_at IS NULL AND (t.waiting_order_id IS NULL OR $2 = 'fixed')"
        f" AND {scope.sql}",
        plan["id"],
        plan["mode"],
        *scope.params,
    )
    if not rows:
        return []
    rule, end_on = rule_of(plan), plan["end_on"]
    first = first_due(rule, since, calendar.is_working_day, end_on=end_on)
    floating = plan["mode"] == "floating"
    places: list[tuple[int, Due | None]] = [
        (
            row["asset_id"],
            due_from_completion(rule, row["last_done_at"], calendar.is_working_day, end_on=end_on)
            if floating and row["last_done_at"]
            else first,
        )
        for row in rows
    ]
    return await write_places(plan["id"], [(asset_id, due) for asset_id, due in places if due])


async def _roll_again(plan: Row, calendar: CalendarTable) -> list[int]:
    """Move what the calendar, edited since, moves to another day."""
    if plan["roll"] == "none" or plan["mode"] == "floating":
        return []
    rule = rule_of(plan)
    rows = await fetch(
        "SELECT DISTINCT nominal_at, next_due_at FROM plan_target WHERE plan_id = $1 AND nominal_at IS NOT NULL",
        plan["id"],
    )
    moved = [(row["nominal_at"], settled(rule, row["nominal_at"], calendar.is_working_day)) for row in rows]
    pairs = [pair for pair, row in zip(moved, rows, strict=True) if pair[1] != row["next_due_at"]]
    found = await fetch(
        "UPDATE plan_target t SET next_due_at = m.due_at"
        " FROM unnest($2::timestamptz[], $3::timestamptz[]) AS m(nominal_at, due_at)"
        " WHERE t.plan_id = $1 AND t.nominal_at = m.nominal_at RETURNING t.asset_id",
        plan["id"],
        [pair[0] for pair in pairs],
        [pair[1] for pair in pairs],
    ) if pairs else []  # fmt: skip
    return [row["asset_id"] for row in found]


async def write_places(plan_id: int, places: Sequence[tuple[int, Due | None]]) -> list[int]:
    """Write where targets of a plan stand; None is nowhere. Answers their assets."""
    ordered = sorted(places, key=lambda place: place[0])
    await execute(
        "UPDATE plan_target t SET nominal_at = p.nominal_at, next_due_at = p.due_at"
        " FROM unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[]) AS p(asset_id, nominal_at, due_at)"
        " WHERE t.plan_id = $1 AND t.asset_id = p.asset_id",
        plan_id,
        [asset_id for asset_id, _ in ordered],
        [due.nominal_at if due else None for _, due in ordered],
        [due.due_at if due else None for _, due in ordered],
    )
    return [asset_id for asset_id, _ in ordered]


async def clear_places(plan_id: int) -> list[int]:
    """Take all targets of a plan off their places, as when the plan rests or its rule changes."""
    rows = await fetch(
        "UPDATE plan_target SET nominal_at = NULL, next_due_at = NULL"
        " WHERE plan_id = $1 AND next_due_at IS NOT NULL RETURNING asset_id",
        plan_id,
    )
    return [row["asset_id"] for row in rows]


# A visit whose order is open comes before those that no order is open for yet.
_NEXT = """
SELECT i.asset_id, n.due_at, n.title_zh, n.title_en
  FROM unnest($1::bigint[]) AS i(asset_id)
  LEFT JOIN LATERAL (
       SELECT t.next_due_at AS due_at, p.title_zh, p.title_en
         FROM plan_target t JOIN plan p ON p.id = t.plan_id AND p.active
        WHERE t.asset_id = i.asset_id AND t.next_due_at IS NOT NULL
       UNION ALL
       SELECT w.due_at, w.title_zh, w.title_en
         FROM stop s JOIN work_order w ON w.id = s.work_order_id
        WHERE s.asset_id = i.asset_id AND s.done_at IS NULL AND starts_with(s.origin, 'plan:')
          AND w.due_at IS NOT NULL AND w.state NOT IN ('done', 'verified', 'closed', 'cancelled')
        ORDER BY due_at, title_zh LIMIT 1) n ON true
"""


async def tell_assets(asset_ids: Iterable[int]) -> None:
    """Write on the assets' signals which planned service comes next, if any."""
    wanted = sorted(set(asset_ids))
    if not wanted:
        return
    rows = await fetch(_NEXT, wanted)
    await write_signals_many(
        ("next_service_at", "next_service_zh", "next_service_en"), [tuple(row.values()) for row in rows]
    )
