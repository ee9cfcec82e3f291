"""Make, change, pause and resume a maintenance plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import UNSET

from foundation.act import Act
from foundation.calendar.store import load_calendar
from foundation.database import fetch, fetchrow, fetchval, transaction
from foundation.errors import Conflict, FacilityError, Invalid, Stale
from foundation.principals import Place, Role
from foundation.translation import N_
from registry.catalogue import catalogue
from registry.history import DISTRICT, record
from registry.queries import get_asset, get_asset_by_id, place_of
from registry.schemas import AssetRead
from scheduling.events import PlanAdopted, PlanChanged, PlanPaused, PlanResumed
from scheduling.queries import get_plan, rule_of, when_of
from scheduling.recurrence import RecurrenceRule
from scheduling.rows import Row
from scheduling.schemas import PlanCreate, PlanRead, PlanUpdate
from scheduling.service.checks import checked_row, read_checklist, read_rule, refuse, unknown_crew, wrong_fields
from scheduling.service.targets import align_targets, clear_places, tell_assets


async def create_plan(new: PlanCreate, act: Act) -> PlanRead:
    """Make a plan and find its assets. Raises Invalid by field, NotFound for an unknown asset or kind."""
    asset = await get_asset(new.asset) if new.asset else None
    street = None if asset else (new.street or "").strip() or None
    act.require(Role.PLANNER, place=place_of(asset) if asset else Place(None, street))
    row = checked_row(new, act)
    row |= {"asset_id": asset.id if asset else None, "street": street, "kind": _kind_of(new, asset)}
    try:
        async with transaction():
            plan = await insert_plan(row | {"catalogue_key": None}, act)
            await begin_plan(plan, act)
    except asyncpg.ForeignKeyViolationError as error:
        raise unknown_crew() from error
    return await get_plan(plan["id"])


def _kind_of(new: PlanCreate, asset: AssetRead | None) -> str:
    if asset is None and not new.kind:
        raise Invalid(N_("Say for which asset or for which kind the plan is."), code="scope_needed")
    if asset is not None and new.kind and new.kind != asset.kind:
        raise Invalid(N_("The asset {asset_code} is of another kind."), code="other_kind", asset_code=asset.code)
    return asset.kind if asset else catalogue().kind(new.kind or "").key


COLUMNS: Final = (
    "kind", "catalogue_key", "title_zh", "title_en", "asset_id", "street", "rule", "mode", "roll", "grouping",
    "checklist", "priority", "crew_id", "duration_minutes", "start_on", "end_on", "created_at",
)  # fmt: skip


async def insert_plan(row: Row, act: Act) -> Row:
    """Insert a plan inside the caller's transaction; its row."""
    values = [*(row[name] for name in COLUMNS[:-1]), act.at]
    places = ", ".join(f"${n + 1}" for n in range(len(values)))
    rows = await fetch(f"INSERT INTO plan ({', '.join(COLUMNS)}) VALUES ({places}) RETURNING *", *values)
    return rows[0]


async def begin_plan(plan: Row, act: Act) -> int:
    """Find the plan's assets and give them their first occurrence; how many there are.

    A plan that begins in the past owes what it missed since; the clock opens the latest of it.
    """
    rule = rule_of(plan)
    await tell_assets(await align_targets(plan, start_of(plan["start_on"], rule), await load_calendar()))
    targets: int = await fetchval("SELECT count(*) FROM plan_target WHERE plan_id = $1", plan["id"])
    when = when_of(rule, plan["mode"])
    event = PlanAdopted(**_named(plan), when_zh=when["zh"], when_en=when["en"], targets=targets)
    await record(stream_of(plan), event, act)
    return targets


def start_of(day: date, rule: RecurrenceRule) -> datetime:
    """The first instant of a day in the plan's zone."""
    return datetime.combine(day, time(), rule.tz).astimezone(UTC)


def stream_of(plan: Row) -> int:
    """Whose history tells of the plan: its one asset's, or the district's."""
    return plan["asset_id"] or DISTRICT


def _named(plan: Row) -> dict[str, Any]:
    return {"plan": plan["id"], "title_zh": plan["title_zh"], "title_en": plan["title_en"]}


async def update_plan(plan_id: int, change: PlanUpdate, version: int, act: Act) -> PlanRead:
    """Change a plan under optimistic locking. Raises Stale when somebody was faster."""
    plan = await get_plan(plan_id)
    await require_planner(plan, act)
    if plan.version != version:
        raise stale()
    changed = _changes(plan, change)
    if not changed:
        return plan
    try:
        async with transaction():
            row = await _write(plan, changed, version)
            await _restart(row, changed, act)
            await _tell(plan, row, changed, act)
    except asyncpg.ForeignKeyViolationError as error:
        raise unknown_crew() from error
    except asyncpg.UniqueViolationError as error:
        raise Conflict(N_("Another running plan does the same there already."), code="plan_exists") from error
    return await get_plan(plan_id)


async def pause_plan(plan_id: int, version: int, act: Act) -> PlanRead:
    """Let a plan rest; orders already open stay."""
    return await update_plan(plan_id, PlanUpdate(active=False), version, act)


async def resume_plan(plan_id: int, version: int, act: Act) -> PlanRead:
    """Let a plan run again, from now on: what the pause left out is not caught up."""
    return await update_plan(plan_id, PlanUpdate(active=True), version, act)


async def require_planner(plan: PlanRead, act: Act) -> None:
    """Refuse unless the actor plans for the place of the plan."""
    place = Place(None, plan.street)
    if plan.asset_id is not None:
        place = place_of(await get_asset_by_id(plan.asset_id))
    act.require(Role.PLANNER, place=place)


def stale() -> Stale:
    """The refusal of an outdated version."""
    return Stale(N_("Somebody changed this plan after you opened it. Load it again; what you typed is still here."))


def _changes(plan: PlanRead, change: PlanUpdate) -> dict[str, Any]:
    """The columns that differ, checked. Raises Invalid."""
    wrong: dict[str, FacilityError] = {}
    before = msgspec.structs.asdict(plan)
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    after = before | {k: v.strip() if isinstance(v, str) else v for k, v in given.items()}
    if given.keys() & {"rule", "roll", "start_on"}:
        after |= _new_rule(plan, given, after, wrong)
    if "checklist" in given:
        after["checklist"] = read_checklist(given["checklist"], wrong)
    after["title_zh"] = after["title_zh"] or after["title_en"]
    after["title_en"] = after["title_en"] or after["title_zh"]
    wrong |= wrong_fields(after)
    refuse(wrong)
    return {name: value for name, value in after.items() if name in before and value != before[name]}


def _new_rule(
    plan: PlanRead, given: Mapping[str, Any], after: Mapping[str, Any], wrong: dict[str, FacilityError]
) -> dict[str, Any]:
    raw = dict(given.get("rule", plan.rule))
    if "start_on" in given and "anchor_on" not in given.get("rule", {}):
        raw.pop("anchor_on", None)
    roll = given.get("roll") or raw.get("roll") or plan.roll
    return read_rule(raw, roll, after["start_on"], plan.rule["zone"], wrong)


async def _write(plan: PlanRead, changed: Mapping[str, Any], version: int) -> Row:
    sets = ", ".join(f"{name} = ${n + 3}" for n, name in enumerate(changed))
    row = await fetchrow(
        f"UPDATE plan SET {sets}, version = version + 1 WHERE id = $1 AND version = $2 RETURNING *",
        plan.id,
        version,
        *changed.values(),
    )
    if row is None:
        raise stale()
    return row


_MOVES_DATES: Final = {"rule", "roll", "mode", "start_on", "end_on", "active"}


async def _restart(row: Row, changed: Mapping[str, Any], act: Act) -> None:
    """Place the targets anew where the change moves dates, from now on; past occurrences are not owed again."""
    touched: list[int] = []
    if _MOVES_DATES & changed.keys():
        touched += await clear_places(row["id"])
        if row["active"]:
            since = max(act.at + timedelta(microseconds=1), start_of(row["start_on"], rule_of(row)))
            touched += await align_targets(row, since, await load_calendar())
    elif {"title_zh", "title_en"} & changed.keys():
        touched = [r["asset_id"] for r in await fetch("SELECT asset_id FROM plan_target WHERE plan_id = $1", row["id"])]
    await tell_assets(touched)


async def _tell(plan: PlanRead, row: Row, changed: Mapping[str, Any], act: Act) -> None:
    fields = sorted(changed.keys() - {"active"})
    if fields:
        await record(stream_of(row), PlanChanged(**_named(row), fields=fields), act)
    if row["active"] != plan.active:
        event = PlanResumed if row["active"] else PlanPaused
        await record(stream_of(row), event(**_named(row)), act)
