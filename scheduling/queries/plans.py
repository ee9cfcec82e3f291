"""Plans: one, many, and how they read."""

from __future__ import annotations

from datetime import datetime

from foundation.database import fetch, fetchrow, fetchval
from foundation.errors import NotFound
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.translation import LANGS, N_, Lang
from scheduling.recurrence import RecurrenceRule, describe, from_dict
from scheduling.recurrence.describe import describe_floating
from scheduling.rows import Row
from scheduling.schemas import PlanFilter, PlanRead

_SELECT = """
SELECT p.*, a.code AS asset, coalesce(t.targets, 0) AS targets, t.next_due_at
  FROM plan p
  LEFT JOIN asset a ON a.id = p.asset_id
  LEFT JOIN LATERAL (SELECT count(*) AS targets, min(next_due_at) AS next_due_at
                       FROM plan_target WHERE plan_id = p.id) t ON true
"""


def rule_of(plan: Row) -> RecurrenceRule:
    """The rule of a plan's row, rolling as the plan says."""
    return from_dict({**plan["rule"], "roll": plan["roll"]})


def when_of(rule: RecurrenceRule, mode: str) -> dict[str, str]:
    """The rule in words, keyed ``zh`` and ``en``."""
    return {lang[:2]: in_words(rule, mode, lang) for lang in LANGS}


def in_words(rule: RecurrenceRule, mode: str, lang: Lang) -> str:
    """The rule in words of one language."""
    return describe_floating(rule, lang) if mode == "floating" else describe(rule, lang)


def read_plan_row(row: Row) -> PlanRead:
    """A row of the plans' SELECT as a PlanRead."""
    values = {name: row[name] for name in PlanRead.__struct_fields__ if name != "when"}
    return PlanRead(**values, when=when_of(rule_of(row), row["mode"]))


async def get_plan(plan_id: int) -> PlanRead:
    """The plan of this id. Raises NotFound."""
    row = await fetchrow(f"{_SELECT} WHERE p.id = $1", plan_id)
    if row is None:
        raise NotFound(N_("There is no plan {plan_id}."), plan_id=plan_id)
    return read_plan_row(row)


async def find_plans(wanted: PlanFilter) -> Page[PlanRead]:
    """A page of plans in order of creation."""
    limit = page_limit(wanted.limit)
    after = decode_cursor(wanted.cursor, [int])[0] if wanted.cursor else 0
    rows = await fetch(
        f"{_SELECT} WHERE p.id > $1 AND ($2::text IS NULL OR p.kind = $2) AND ($3::text IS NULL OR p.street = $3)"
        " AND ($4::text IS NULL OR EXISTS (SELECT 1 FROM plan_target x JOIN asset xa ON xa.id = x.asset_id"
        " WHERE x.plan_id = p.id AND xa.code = $4)) AND ($5::boolean IS NULL OR p.active = $5)"
        " ORDER BY p.id LIMIT $6",
        after,
        wanted.kind,
        wanted.street,
        wanted.asset,
        wanted.active,
        limit + 1,
    )
    return cut_page([read_plan_row(row) for row in rows], limit, lambda plan: [plan.id])


async def count_plans() -> dict[str, int]:
    """How many plans run and how many rest, keyed ``active`` and ``paused``."""
    row = await fetchrow(
        "SELECT count(*) FILTER (WHERE active) AS active, count(*) FILTER (WHERE NOT active) AS paused FROM plan"
    )
    return dict(row) if row else {"active": 0, "paused": 0}


async def next_due_for(asset_id: int) -> datetime | None:
    """When the next planned service of an asset falls due."""
    found: datetime | None = await fetchval(
        "SELECT min(t.next_due_at) FROM plan_target t JOIN plan p ON p.id = t.plan_id"
        " WHERE t.asset_id = $1 AND p.active",
        asset_id,
    )
    return found
