"""Open the work orders that are due: safe at any time, any number of times, in any number of processes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, takewhile
from typing import Any, Final

import asyncpg

from foundation.act import Act
from foundation.calendar.days import CalendarTable
from foundation.calendar.store import load_calendar
from foundation.database import execute, fetch, fetchrow, transaction
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from maintenance.schemas import PreventiveOrder
from maintenance.service import open_preventive_orders
from registry.history import record_many
from scheduling.catchup import Decision, decide
from scheduling.dues import Due, dues
from scheduling.events import OccurrencesSkipped
from scheduling.queries import rule_of
from scheduling.rows import Row
from scheduling.schemas import DueResult
from scheduling.service.checks import district_zone
from scheduling.service.completions import hear_completions
from scheduling.service.targets import align_targets, tell_assets, write_places

FURTHEST_AHEAD: Final = timedelta(days=731)
TRIES: Final = 4


async def open_due(until: datetime, act: Act, *, hold: bool = False) -> DueResult:
    """Open an order for every occurrence up to ``until`` that has none; ``until`` may lie ahead.

    Of occurrences missed before ``act.at`` only the latest opens an order, and none while an earlier order of the
    same asset is overdue; these are counted as skipped. With ``hold``, as the clock runs it, occurrences still to
    come wait for an overdue order too. Each plan is one transaction: a process that dies leaves no half of it.
    """
    act.require(Role.PLANNER, Role.DISPATCHER)
    if until - act.at > FURTHEST_AHEAD:
        raise Invalid(N_("Orders are opened at most {days} days ahead."), days=FURTHEST_AHEAD.days)
    await hear_completions()
    calendar = await load_calendar()
    opened = skipped = 0
    for row in await fetch("SELECT id FROM plan WHERE active ORDER BY id"):
        one = await _open_plan(row["id"], Run(until, act, calendar, hold))
        opened, skipped = opened + one[0], skipped + one[1]
    return DueResult(opened=opened, skipped=skipped, until=until)


def end_of_day(day: date) -> datetime:
    """The last instant of a day in the district: what ``--until DATE`` means, and how far the clock looks."""
    zone = district_zone()
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)


def end_of_today(act: Act) -> datetime:
    """The last instant of the day of the act: orders of a day open in its first minute, so that crews see the day."""
    return end_of_day(act.at.astimezone(district_zone()).date())


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the clock is about."""

    until: datetime
    act: Act
    calendar: CalendarTable
    hold: bool


async def _open_plan(plan_id: int, run: Run) -> tuple[int, int]:
    """One plan in one transaction; tried again where two clocks and a dispatcher stood in each other's way."""
    for left in range(TRIES - 1, -1, -1):
        try:
            async with transaction():
                return await _open_plan_once(plan_id, run)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.UniqueViolationError):
            if not left:
                raise
    raise AssertionError("unreachable")


async def _open_plan_once(plan_id: int, run: Run) -> tuple[int, int]:
    # The lock on the plan keeps a second clock from walking the same round; the unique origin would stop it anyway.
    plan = await fetchrow("SELECT * FROM plan WHERE id = $1 AND active FOR NO KEY UPDATE", plan_id)
    if plan is None:
        return 0, 0
    changed = await align_targets(plan, run.act.at, run.calendar)
    batch = await _read_due(plan, run)
    opened = skipped = 0
    if batch.asset_ids:
        opened, skipped = await _serve(plan, batch, run)
    await tell_assets([*changed, *batch.asset_ids])
    return opened, skipped


@dataclass(slots=True)
class Batch:
    """The targets of one plan whose next occurrence has come up, and what was decided for each."""

    decisions: dict[int, Decision] = field(default_factory=dict)
    places: list[tuple[int, Due | None]] = field(default_factory=list)
    streets: dict[int, str] = field(default_factory=dict)

    @property
    def asset_ids(self) -> list[int]:
        """The assets touched."""
        return [asset_id for asset_id, _ in self.places]

    @property
    def skipped(self) -> dict[int, int]:
        """Occurrences left out, by asset."""
        return {asset_id: one.skipped for asset_id, one in self.decisions.items() if one.skipped}


_DUE = """
SELECT t.asset_id, t.nominal_at, t.next_due_at, a.street,
       EXISTS (SELECT 1 FROM work_order w
                 JOIN stop s ON s.work_order_id = w.id AND s.asset_id = t.asset_id
                            AND starts_with(s.origin, 'plan:' || t.plan_id || ':')
                WHERE w.id = t.waiting_order_id AND s.done_at IS NULL AND w.due_at <= $3
                  AND w.state NOT IN ('done', 'verified', 'closed', 'cancelled')) AS overdue
  FROM plan_target t JOIN asset a ON a.id = t.asset_id
 WHERE t.plan_id = $1 AND t.next_due_at <= $2
 ORDER BY t.asset_id
   FOR UPDATE OF t SKIP LOCKED
"""


async def _read_due(plan: Row, run: Run) -> Batch:
    """Read the targets that have come up; those at the same place on the rule are reckoned once."""
    batch = Batch()
    reckoned: dict[tuple[datetime, bool], tuple[Decision, Due | None]] = {}
    for row in await fetch(_DUE, plan["id"], run.until, run.act.at):
        key = (row["nominal_at"], row["overdue"])
        if key not in reckoned:
            reckoned[key] = _reckon(plan, Due(row["nominal_at"], row["next_due_at"]), run, overdue=row["overdue"])
        decision, place = reckoned[key]
        if decision.settled:
            batch.decisions[row["asset_id"]] = decision
            batch.places.append((row["asset_id"], place))
            batch.streets[row["asset_id"]] = row["street"]
    return batch


def _reckon(plan: Row, first: Due, run: Run, *, overdue: bool) -> tuple[Decision, Due | None]:
    """What to open for a target that stands at ``first``, and where it stands afterwards."""
    if plan["mode"] == "floating":
        return Decision((first,), 0, 1), None
    rest = dues(rule_of(plan), first.nominal_at, run.calendar.is_working_day, end_on=plan["end_on"])
    came_up = list(takewhile(lambda due: due.due_at <= run.until, chain([first], rest)))
    decision = decide(came_up, run.act.at, overdue=overdue, hold=run.hold)
    if decision.settled < len(came_up):
        return decision, came_up[decision.settled]
    following = dues(rule_of(plan), came_up[-1].nominal_at, run.calendar.is_working_day, end_on=plan["end_on"])
    return decision, next(following, None)


def origin_of(plan_id: int, asset_id: int, due: Due) -> str:
    """The name of one occurrence of one asset, unique for ever."""
    return f"plan:{plan_id}:{asset_id}:{due.nominal_at:%Y-%m-%dT%H:%M:%SZ}"


async def _serve(plan: Row, batch: Batch, run: Run) -> tuple[int, int]:
    """Open the orders, move the targets on, and tell the history what was left out."""
    orders = _orders(plan, batch)
    result = await open_preventive_orders(orders, run.act)
    await write_places(plan["id"], batch.places)
    await _wait(plan["id"], batch)
    named = {"plan": plan["id"], "title_zh": plan["title_zh"], "title_en": plan["title_en"]}
    lines = [(asset_id, OccurrencesSkipped(**named, count=count)) for asset_id, count in batch.skipped.items()]
    await record_many(lines, run.act)
    return result.opened, result.skipped + sum(batch.skipped.values())


def _orders(plan: Row, batch: Batch) -> list[PreventiveOrder]:
    """One order for each asset and occurrence, or one round for each street and occurrence."""
    rounds: dict[tuple[datetime, Any], list[tuple[int, str]]] = defaultdict(list)
    by_street = plan["grouping"] == "street"
    for asset_id, decision in batch.decisions.items():
        where = batch.streets[asset_id] if by_street else asset_id
        for due in decision.opens:
            rounds[due.due_at, where].append((asset_id, origin_of(plan["id"], asset_id, due)))
    return [
        _order(plan, due_at, where if by_street else "", stops)
        for (due_at, where), stops in sorted(rounds.items(), key=lambda one: one[0])
    ]


def _order(plan: Row, due_at: datetime, street: str, stops: list[tuple[int, str]]) -> PreventiveOrder:
    place = f" · {street}" if street else ""
    return PreventiveOrder(
        title_zh=plan["title_zh"] + place,
        title_en=plan["title_en"] + place,
        priority=plan["priority"],
        checklist=plan["checklist"],
        due_at=due_at,
        crew_id=plan["crew_id"],
        photo_required=any(item.get("input") == "photo" and item.get("required", True) for item in plan["checklist"]),
        stops=stops,
    )


async def _wait(plan_id: int, batch: Batch) -> None:
    """Remember for each target the order of its latest occurrence, whoever opened it."""
    latest = {a: origin_of(plan_id, a, one.opens[-1]) for a, one in batch.decisions.items() if one.opens}
    await execute(
        "UPDATE plan_target t SET waiting_order_id = s.work_order_id FROM stop s"
        " WHERE t.plan_id = $1 AND s.origin = ANY($2::text[]) AND t.asset_id = s.asset_id",
        plan_id,
        list(latest.values()),
    )
