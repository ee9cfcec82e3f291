"""Adopt the catalogue's plans in one step, after a look at what that brings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, pick
from registry.catalogue import catalogue
from registry.queries import find_streets
from scheduling.pages.plans import kind_name, kind_options
from scheduling.queries import crew_choices
from scheduling.service import adopt_catalogue_plans, preview_adoption

_Request = Request[Any, Any, Any]


@get("/desk/plans/adopt")
async def adopt_page(request: _Request, act: NamedDependency[Act]) -> Template:
    """Which plans would begin, for how many facilities, with how many work orders a week."""
    return await _page(dict(request.query_params), act)


@post("/desk/plans/adopt")
async def adopt(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Adopt; what is adopted already stays as it is."""
    typed = dict(await request.form())
    try:
        values = _read(typed)
        await adopt_catalogue_plans(values.pop("kind"), act, **values)
    except Invalid as error:
        return await _page(typed, act, error)
    kind = f"&kind={typed['kind']}" if typed.get("kind") else ""
    return Redirect(f"/desk/plans?notice=created{kind}", status_code=303)


def _read(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says. Raises Invalid by field."""
    text = {name: str(typed.get(name, "")).strip() for name in ("kind", "street", "crew_id", "start_on")}
    wrong: dict[str, FacilityError] = {}
    if text["kind"] and text["kind"] not in catalogue().kinds:
        wrong["kind"] = Invalid(N_("There is no such kind."))
    if text["crew_id"] and not (text["crew_id"].isascii() and text["crew_id"].isdigit()):
        wrong["crew_id"] = Invalid(N_("There is no such crew."))
    start_on = None
    try:
        start_on = date.fromisoformat(text["start_on"]) if text["start_on"] else None
    except ValueError:
        wrong["start_on"] = Invalid(N_("“{value}” should be a date such as 2026-03-31."), value=text["start_on"])
    if wrong:
        raise Invalid(N_("Some fields need your attention. Nothing was saved."), fields=wrong)
    crew_id = int(text["crew_id"]) if text["crew_id"] else None
    return {"kind": text["kind"] or None, "street": text["street"] or None, "crew_id": crew_id, "start_on": start_on}


async def _page(typed: Mapping[str, Any], act: Act, error: FacilityError | None = None) -> Template:
    act.require_anywhere(Role.PLANNER)
    try:
        values = _read(typed)
    except Invalid as problem:
        error, values = error or problem, _read({})
    values.pop("crew_id")
    previews = await preview_adoption(values.pop("kind"), act, **values)
    errors = {name: wrong.message(act.lang) for name, wrong in error.fields.items()} if error else {}
    return Template(
        "scheduling/adopt.html",
        status_code=status_of(error),
        context={
            "typed": typed,
            "errors": errors,
            "summary": [{"field": name, "text": text} for name, text in errors.items()],
            "kinds": kind_options(act.lang),
            "streets": [(name, name) for name in await find_streets()],
            "crews": await crew_choices(act.lang),
            "rows": [
                (one, kind_name(one.kind, act.lang), pick(act.lang, one.title_zh, one.title_en), one.when[act.lang[:2]])
                for one in previews
            ],
            "new": sum(1 for one in previews if not one.exists),
            "a_week": round(sum(one.orders_a_week for one in previews if not one.exists)),
        },
    )


ADOPTION_PAGES = [adopt_page, adopt]
