"""The crew's day and one job, for gloves and one thumb."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.geometry import navigation_links
from foundation.principals import Role
from foundation.translation import pick, translate
from maintenance.pages.forms import error_lines, read_deed
from maintenance.pages.photos import photo_items
from maintenance.queries import crew_done, crew_today, find_photos, find_stops, get_order
from maintenance.schemas import OrderRead, StopRead
from maintenance.service import act_on_order, begin_job, complete_stop, finish_job
from maintenance.words import ORDER_STATE
from registry.catalogue import catalogue

_Request = Request[Any, Any, Any]
_WORKING = ("assigned", "accepted", "in_progress")


@get("/crew")
async def crew_page(act: NamedDependency[Act]) -> Template:
    """Today: what is to do, the most pressing first."""
    act.require_anywhere(Role.CREW)
    jobs = await crew_today(act)
    return Template(
        "maintenance/crew.html",
        context={
            "jobs": jobs,
            "has_crew": bool(act.principal.crew_ids),
            "crew_counts": {"today": len(jobs), "waiting": 0, "done": await crew_done(act)},
            "words": {value: translate(act.lang, word) for value, word in ORDER_STATE.items()},
        },
    )


@get("/crew/orders/{number:str}")
async def job_page(
    number: FromPath[str],
    act: NamedDependency[Act],
    stop: FromQuery[int | None] = None,
    asset: FromQuery[str | None] = None,
) -> Template:
    """One job: the checklist, the photo, done. Of a round, ``stop`` or ``asset`` names the place one stands at."""
    return await _job(number, act, stop=stop, asset=asset)


async def _job(
    number: str,
    act: Act,
    *,
    stop: int | None = None,
    asset: str | None = None,
    typed: Mapping[str, Any] | None = None,
    error: FacilityError | None = None,
) -> Template:
    act.require_staff()
    order, stops = await get_order(number), await find_stops(number)
    here = stops[0] if len(stops) == 1 else _here(stops, stop, asset)
    mine = order.crew_id in act.principal.crew_ids
    errors, summary = error_lines(error, act.lang, prefix="c-")
    return Template(
        "maintenance/job.html",
        status_code=200 if error is None else 400,
        context={
            "order": order,
            "stops": stops,
            "here": here,
            "round": order.stops > 1,
            "title_": pick(act.lang, order.title_zh, order.title_en),
            "state": translate(act.lang, ORDER_STATE[order.state]),
            "items": [item | {"text": pick(act.lang, item["zh"], item["en"])} for item in order.checklist],
            "first_step": _first_step(order, act),
            "typed": typed or {},
            "errors": errors,
            "summary": summary,
            "mine": mine,
            "working": mine and order.state in _WORKING and (here is None or here.done_at is None),
            "links": navigation_links(here.lon, here.lat, here.asset_name, act.lang)
            if here is not None and here.lon is not None and here.lat is not None
            else [],
            "photos": photo_items(await find_photos(order=number), act.lang),
            "back_href": f"/crew/orders/{number}" if here is not None and order.stops > 1 else "/crew",
        },
    )


def _here(stops: list[StopRead], stop_id: int | None, asset: str | None) -> StopRead | None:
    wanted = (stop for stop in stops if stop.id == stop_id or (asset and stop.asset == asset))
    return next(wanted, None)


def _first_step(order: OrderRead, act: Act) -> str:
    """What to do before anything else, where the catalogue says so of this fault."""
    fault = catalogue().kind(order.asset_kind).fault(order.category) if order.category else None
    return pick(act.lang, fault.first_step_zh, fault.first_step_en) if fault else ""


@post("/crew/orders/{number:str}/finish")
async def finish_page(number: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Done: the answers and the photo in one go; what is missing comes back marked, nothing typed is lost."""
    typed, deed = await read_deed(request)
    try:
        await finish_job(number, deed, act)
    except Invalid as error:
        return await _job(number, act, typed=typed, error=error)
    return Redirect("/crew?notice=done", status_code=303)


@post("/crew/orders/{number:str}/stops/{stop_id:int}")
async def stop_page(
    number: FromPath[str], stop_id: FromPath[int], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """One place of a round is done; after the last the order is."""
    typed, deed = await read_deed(request)
    try:
        order = await complete_stop(number, stop_id, deed, act)
    except Invalid as error:
        return await _job(number, act, stop=stop_id, typed=typed, error=error)
    over = order.stops_done == order.stops
    return Redirect("/crew?notice=done" if over else f"/crew/orders/{number}?notice=done", status_code=303)


@post("/crew/orders/{number:str}/begin")
async def begin_page(number: FromPath[str], act: NamedDependency[Act]) -> Redirect:
    """The crew sets out; the citizen's page says so."""
    await begin_job(number, act)
    return Redirect(f"/crew/orders/{number}", status_code=303)


@post("/crew/orders/{number:str}/act/{action:str}")
async def job_deed(
    number: FromPath[str], action: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """Accept, suspend, resume or return."""
    typed, deed = await read_deed(request)
    try:
        await act_on_order(number, action, deed, act)
    except Invalid as error:
        return await _job(number, act, typed=typed, error=error)
    return Redirect("/crew?notice=done" if action == "return" else f"/crew/orders/{number}", status_code=303)


CREW_PAGES = [crew_page, job_page, finish_page, stop_page, begin_page, job_deed]
