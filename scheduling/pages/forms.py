"""Make and change a plan by hand."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid, NotFound, Stale
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import pick, translate
from registry.queries import find_streets
from registry.words import options
from scheduling.pages.plans import kind_name, kind_options, typed_version, where
from scheduling.pages.reading import checklist_lines, read_form
from scheduling.queries import crew_choices, get_plan
from scheduling.recurrence.describe import MONTH_NAMES, WEEKDAY_NAMES
from scheduling.recurrence.rule import WEEKDAYS
from scheduling.schemas import PlanCreate, PlanRead, PlanUpdate
from scheduling.service import create_plan, update_plan
from scheduling.words import FREQS, GROUPINGS, MODES, PRIORITIES, ROLLS

_Request = Request[Any, Any, Any]
_LISTS = ("weekdays", "months")


@get("/desk/plans/new")
async def new_plan_page(
    act: NamedDependency[Act],
    asset: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
) -> Template:
    """An empty form."""
    act.require_anywhere(Role.PLANNER)
    return await _form({"asset": asset or "", "kind": kind or "", "street": street or ""}, act)


@post("/desk/plans/new")
async def make_plan_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Make the plan, or show the form again with what was typed and what is wrong."""
    typed = await _typed(request)
    try:
        values = read_form(typed, [])
        values |= {name: str(typed.get(name, "")).strip() or None for name in ("asset", "kind", "street")}
        plan = await create_plan(msgspec.convert(values, PlanCreate), act)
    except (Invalid, NotFound) as error:
        return await _form(typed, act, error=error)
    return Redirect(f"/desk/plans/{plan.id}?notice=created", status_code=303)


@get("/desk/plans/{plan_id:int}/edit")
async def edit_plan_page(plan_id: FromPath[int], act: NamedDependency[Act]) -> Template:
    """The form with what the plan says."""
    act.require_staff()
    plan = await get_plan(plan_id)
    return await _form(_written(plan), act, plan=plan)


@post("/desk/plans/{plan_id:int}/edit")
async def change_plan_page(plan_id: FromPath[int], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Change the plan; somebody else's change in between is never overwritten."""
    plan = await get_plan(plan_id)
    typed = await _typed(request)
    try:
        change = msgspec.convert(read_form(typed, plan.checklist), PlanUpdate)
        await update_plan(plan_id, change, await typed_version(request), act)
    except (Invalid, Stale) as error:
        return await _form(typed, act, plan=plan, error=error)
    return Redirect(f"/desk/plans/{plan_id}?notice=saved", status_code=303)


async def _typed(request: _Request) -> dict[str, Any]:
    form = await request.form()
    return {name: form.getall(name) if name in _LISTS else form[name] for name in form}


def _written(plan: PlanRead) -> dict[str, Any]:
    """A plan as its form would have been filled in."""
    values = msgspec.to_builtins(plan)
    rule = plan.rule
    values |= {name: rule.get(name, "") for name in ("freq", "interval", "monthday", "month")}
    values |= {name: [str(one) for one in rule.get(name, [])] for name in _LISTS}
    values |= {"times": " ".join(rule["times"]), "checklist": checklist_lines(plan.checklist)}
    return {name: "" if value is None else value for name, value in values.items()}


async def _form(
    typed: Mapping[str, Any], act: Act, *, plan: PlanRead | None = None, error: FacilityError | None = None
) -> Template:
    lang = act.lang
    errors = {name.removeprefix("rule."): wrong.message(lang) for name, wrong in error.fields.items()} if error else {}
    summary = [{"field": name, "text": text} for name, text in errors.items() if name != "rule"]
    if error and not summary:
        summary = [{"field": "", "text": error.message(lang)}]
    return Template(
        "scheduling/plan_form.html",
        status_code=status_of(error),
        context={
            "typed": typed,
            "plan": plan,
            "plan_title": pick(lang, plan.title_zh, plan.title_en) if plan else "",
            "plan_covers": f"{kind_name(plan.kind, lang)} · {where(plan, lang)}" if plan else "",
            "errors": errors,
            "summary": summary,
            "kinds": kind_options(lang),
            "streets": await find_streets(),
            "crews": await crew_choices(lang),
            "freqs": options(FREQS, lang),
            "modes": options(MODES, lang),
            "rolls": options(ROLLS, lang),
            "groupings": options(GROUPINGS, lang),
            "priorities": [(level, level) for level in PRIORITIES],
            "weekdays": [(key, translate(lang, WEEKDAY_NAMES[n])) for n, key in enumerate(WEEKDAYS)],
            "months": [(str(n + 1), translate(lang, name)) for n, name in enumerate(MONTH_NAMES)],
        },
    )


FORM_PAGES = [new_plan_page, make_plan_page, edit_plan_page, change_plan_page]
