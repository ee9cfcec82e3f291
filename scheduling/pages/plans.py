"""The list of plans and the page of one."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import Invalid
from foundation.principals import Place, Role
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import catalogue
from registry.queries import find_streets, get_asset_by_id, place_of
from registry.words import options
from scheduling.queries import count_plans, crew_choices, find_plans, find_targets, get_plan, last_tick, next_dates
from scheduling.schemas import ForecastDate, PlanFilter, PlanRead
from scheduling.service import pause_plan, resume_plan
from scheduling.words import GROUPINGS, MODES, ROLLS, RUNNING

_Request = Request[Any, Any, Any]
SHOWN_DATES = 20
FAR_ENOUGH = timedelta(days=5 * 366)
# The clock ticks every minute; after five without a tick somebody should look.
CLOCK_LATE = timedelta(minutes=5)


@get("/desk/plans")
async def plans_page(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    running: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Template:
    """All plans, and whether the clock that opens them runs."""
    act.require_staff()
    if running and running not in RUNNING:
        raise Invalid(N_("There is no such filter."), code="bad_filter")
    if kind:
        catalogue().kind(kind)
    said = {name: value for name, value in (("kind", kind), ("street", street), ("running", running)) if value}
    active = running == "yes" if running else None
    page = await find_plans(PlanFilter(kind=kind or None, street=street or None, active=active, cursor=cursor))
    tick = await last_tick()
    return Template(
        "scheduling/plans.html",
        context={
            "rows": [(plan, kind_name(plan.kind, act.lang), where(plan, act.lang)) for plan in page.items],
            "counts": await count_plans(),
            "chosen": {"kind": kind, "street": street, "running": running},
            "filtered": bool(said),
            "kinds": kind_options(act.lang),
            "streets": [(name, name) for name in await find_streets()],
            "runnings": options(RUNNING, act.lang),
            "next_href": "?" + urlencode(said | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(said) if cursor else "",
            "may_plan": act.principal.holds(Role.PLANNER),
            "tick": tick,
            "tick_late": tick is None or act.at - tick.at > CLOCK_LATE,
        },
    )


@get("/desk/plans/{plan_id:int}")
async def plan_page(
    plan_id: FromPath[int], act: NamedDependency[Act], cursor: FromQuery[str | None] = None
) -> Template:
    """One plan: its rule in words, its next dates and why, its facilities."""
    act.require_staff()
    plan = await get_plan(plan_id)
    dates = await next_dates(plan.id, act.at + FAR_ENOUGH, act.at, act.lang, SHOWN_DATES)
    targets = await find_targets(plan.id, cursor, 50)
    return Template(
        "scheduling/plan.html",
        context={
            "plan": plan,
            "title": pick(act.lang, plan.title_zh, plan.title_en),
            "when": plan.when[act.lang[:2]],
            "facts": await facts_of(plan, act.lang),
            "checklist": [(pick(act.lang, item["zh"], item["en"]), item) for item in plan.checklist],
            "dates": [_line(item, plan, act.lang) for item in dates],
            "targets": targets.items,
            "next_href": f"?cursor={targets.next}" if targets.next else "",
            "first_href": "?" if cursor else "",
            "may_plan": act.principal.has(Role.PLANNER, place=await place_of_plan(plan)),
        },
    )


@post("/desk/plans/{plan_id:int}/pause")
async def pause_page(plan_id: FromPath[int], request: _Request, act: NamedDependency[Act]) -> Redirect:
    """Let a plan rest."""
    await pause_plan(plan_id, await typed_version(request), act)
    return Redirect(f"/desk/plans/{plan_id}?notice=saved", status_code=303)


@post("/desk/plans/{plan_id:int}/resume")
async def resume_page(plan_id: FromPath[int], request: _Request, act: NamedDependency[Act]) -> Redirect:
    """Let a plan run again."""
    await resume_plan(plan_id, await typed_version(request), act)
    return Redirect(f"/desk/plans/{plan_id}?notice=saved", status_code=303)


async def typed_version(request: _Request) -> int:
    """The version in the form; nonsense is no version that exists."""
    text = str((await request.form()).get("version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def kind_name(kind: str, lang: Lang) -> str:
    """The kind's name; its key where the catalogue no longer knows it."""
    known = catalogue().kinds.get(kind)
    return pick(lang, known.zh, known.en) if known else kind


def kind_options(lang: Lang) -> list[tuple[str, str]]:
    """All kinds as choices."""
    return [(kind.key, pick(lang, kind.zh, kind.en)) for kind in catalogue().kinds.values()]


def where(plan: PlanRead, lang: Lang) -> str:
    """What a plan covers, in words."""
    return plan.asset or plan.street or translate(lang, N_("Whole district"))


async def place_of_plan(plan: PlanRead) -> Place:
    """Where acts on the plan happen, as scopes see it."""
    if plan.asset_id is not None:
        return place_of(await get_asset_by_id(plan.asset_id))
    return Place(None, plan.street)


async def facts_of(plan: PlanRead, lang: Lang) -> list[tuple[str, str]]:
    """The plan as terms and values; empty ones are left out by the page."""
    crews = dict(await crew_choices(lang))
    rows = [
        (N_("Kind"), kind_name(plan.kind, lang)),
        (N_("Covers"), where(plan, lang)),
        (N_("Counts"), translate(lang, MODES[plan.mode])),
        (N_("On days off"), translate(lang, ROLLS[plan.roll])),
        (N_("Work orders"), translate(lang, GROUPINGS[plan.grouping])),
        (N_("Priority"), plan.priority),
        (N_("Crew"), crews.get(plan.crew_id or 0, "")),
        (N_("Minutes a visit"), str(plan.duration_minutes)),
        (N_("First day"), plan.start_on.isoformat()),
        (N_("Last day"), plan.end_on.isoformat() if plan.end_on else ""),
        (N_("Entry of the catalogue"), plan.catalogue_key or ""),
    ]
    return [(translate(lang, term), value) for term, value in rows]


def _line(item: ForecastDate, plan: PlanRead, lang: Lang) -> dict[str, Any]:
    """A date of the forecast; the rule itself stands at the head of the page and is not said again."""
    said = [reason for reason in item.why if reason != plan.when[lang[:2]]]
    return {"due_at": item.due_at, "asset": item.asset, "assets": item.assets, "assumed": item.assumed, "why": said}


PLAN_PAGES = [plans_page, plan_page, pause_page, resume_page]
