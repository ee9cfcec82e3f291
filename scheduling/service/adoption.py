"""Adopt the catalogue's default plans in one step, after a look at what that brings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Final

from foundation.act import Act
from foundation.calendar.store import load_calendar
from foundation.database import fetchrow, fetchval, transaction
from foundation.principals import Place, Role
from registry.catalogue import Kind, catalogue
from registry.catalogue.schema import Plan
from scheduling.dues import due_from_completion, dues
from scheduling.queries import rule_of, scope_of_kind, when_of
from scheduling.recurrence import from_dict, to_dict
from scheduling.rows import Row
from scheduling.schemas import Adoption, AdoptionPreview, Grouping
from scheduling.service.checks import district_zone, kept_items, unknown_crew
from scheduling.service.plans import begin_plan, insert_plan

# Visits shorter than this are walked as one round of a street; longer ones are an order of their own. Ours to judge.
ROUND_BELOW_MINUTES: Final = 15
YEAR: Final = timedelta(days=364)


async def adopt_catalogue_plans(
    kind: str | None, act: Act, *, street: str | None = None, crew_id: int | None = None, start_on: date | None = None
) -> Adoption:
    """Adopt all default plans of a kind, or of every kind; what is adopted already stays as it is.

    ``start_on`` is today where left out. A plan adopted for the whole district is not adopted again for a street.
    """
    street = (street or "").strip() or None
    act.require(Role.PLANNER, place=Place(None, street))
    if crew_id is not None and not await fetchval("SELECT true FROM crew WHERE id = $1", crew_id):
        raise unknown_crew()
    created = existing = targets = 0
    for found, plan in default_plans(kind):
        row = row_of(found, plan, start_on or today(act), street=street, crew_id=crew_id)
        async with transaction():
            if await is_adopted(found.key, plan.key, street):
                existing += 1
                continue
            created += 1
            targets += await begin_plan(await insert_plan(row, act), act)
    return Adoption(created=created, existing=existing, targets=targets)


async def preview_adoption(
    kind: str | None, act: Act, *, street: str | None = None, start_on: date | None = None
) -> list[AdoptionPreview]:
    """What adopting would bring: for each plan its assets, and its work orders a week on the average of a year."""
    street = (street or "").strip() or None
    return [
        await _preview(found, plan, row_of(found, plan, start_on or today(act), street=street, crew_id=None))
        for found, plan in default_plans(kind)
    ]


def today(act: Act) -> date:
    """The day of the act in the district."""
    return act.at.astimezone(district_zone()).date()


def default_plans(kind: str | None) -> Iterator[tuple[Kind, Plan]]:
    """The plans sensible to adopt at once; what only an event calls for is not among them."""
    known = catalogue()
    for found in [known.kind(kind)] if kind else known.kinds.values():
        yield from ((found, plan) for plan in found.plans if plan.default and plan.rule.periodic)


def row_of(kind: Kind, plan: Plan, start_on: date, *, street: str | None, crew_id: int | None) -> dict[str, Any]:
    """The columns of a plan adopted from the catalogue."""
    raw = {name: value for name, value in plan.rule.as_dict().items() if value and name != "every"}
    kept = to_dict(from_dict(raw, anchor_on=start_on, zone=district_zone().key))
    roll = kept.pop("roll", "none")
    return {
        "kind": kind.key,
        "catalogue_key": plan.key,
        "title_zh": plan.zh,
        "title_en": plan.en,
        "asset_id": None,
        "street": street,
        "rule": kept,
        "mode": plan.mode,
        "roll": roll,
        "grouping": grouping_of(plan),
        "checklist": checklist_of(plan),
        "priority": plan.priority,
        "crew_id": crew_id,
        "duration_minutes": plan.minutes,
        "start_on": start_on,
        "end_on": None,
    }


def grouping_of(plan: Plan) -> Grouping:
    """Whether each asset is an order, or the street is walked as a round."""
    return "street" if plan.minutes < ROUND_BELOW_MINUTES else "asset"


def checklist_of(plan: Plan) -> list[dict[str, Any]]:
    """The plan's checklist behind the shared ones that must be passed first."""
    shared = catalogue().ground.checklists
    return kept_items([item for gate in plan.gates for item in shared[gate]] + list(plan.checklist))


async def is_adopted(kind: str, key: str, street: str | None) -> bool:
    """Whether the plan is there already, running or paused, for the street or for the whole district."""
    return bool(
        await fetchval(
            "SELECT true FROM plan WHERE kind = $1 AND catalogue_key = $2 AND asset_id IS NULL"
            " AND (street IS NULL OR street = $3) LIMIT 1",
            kind,
            key,
            street,
        )
    )


async def _preview(kind: Kind, plan: Plan, row: Row) -> AdoptionPreview:
    scope = scope_of_kind(kind.key, row["street"], plan.applies, 1)
    counted = await fetchrow(
        f"SELECT count(*) AS assets, count(DISTINCT a.street) AS streets FROM asset a WHERE {scope.sql}", *scope.params
    )
    assets, streets = (counted["assets"], counted["streets"]) if counted else (0, 0)
    at_once = streets if row["grouping"] == "street" else assets
    return AdoptionPreview(
        kind=kind.key,
        key=plan.key,
        title_zh=plan.zh,
        title_en=plan.en,
        when=when_of(rule_of(row), plan.mode),
        mode=plan.mode,
        grouping=row["grouping"],
        assets=assets,
        orders_a_week=round(at_once * await visits_a_week(row), 1),
        exists=await is_adopted(kind.key, plan.key, row["street"]),
    )


async def visits_a_week(row: Row) -> float:
    """How often a plan visits one asset in a week, on the average of the year after its first day."""
    rule, working = rule_of(row), (await load_calendar()).is_working_day
    start = datetime.combine(row["start_on"], time(), rule.tz).astimezone(UTC)
    if row["mode"] == "floating":
        following = due_from_completion(rule, start, working)
        return timedelta(weeks=1) / (following.due_at - start) if following else 0.0
    days = dues(rule, start, working)
    return sum(1 for _ in takewhile(lambda due: due.nominal_at <= start + YEAR, days)) / 52
