"""The crew's day and one job, for gloves and one thumb."""

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.principals import Role
from foundation.translation import N_, pick, translate
from maintenance.pages.requests import photo_items
from maintenance.queries import crew_today, find_photos, find_stops, get_order
from maintenance.schemas import OrderDeed
from maintenance.service import act_on_order, complete_stop, finish_job
from maintenance.words import ORDER_STATE
from registry.catalogue import catalogue

_Request = Request[Any, Any, Any]


@get("/crew")
async def crew_page(act: NamedDependency[Act]) -> Template:
    """Today: what is to do, the most pressing first."""
    act.require(Role.CREW) if not act.principal.holds(Role.CREW) else None
    jobs = await crew_today(act)
    return Template(
        "maintenance/crew.html",
        context={
            "jobs": jobs,
            "has_crew": bool(act.principal.crew_ids),
            "crew_counts": {"today": len(jobs), "waiting": 0, "done": 0},
            "kinds": {k.key: pick(act.lang, k.zh, k.en) for k in catalogue().kinds.values()},
        },
    )


@get("/crew/orders/{number:str}")
async def job_page(number: FromPath[str], act: NamedDependency[Act]) -> Template:
    """One job: the checklist, the photo, done."""
    return await _job(number, act, {}, None)


async def _job(number: str, act: Act, typed: dict[str, Any], error: FacilityError | None) -> Template:
    act.require_staff()
    order = await get_order(number)
    errors = {name: wrong.message(act.lang) for name, wrong in error.fields.items()} if error else {}
    summary = [{"field": f"f-{name}", "text": text} for name, text in errors.items()]
    if error and not summary:
        summary = [{"field": "", "text": error.message(act.lang)}]
    fault_steps = catalogue().kind(order.asset_kind)
    return Template(
        "maintenance/job.html",
        status_code=200 if error is None else 400,
        context={
            "order": order,
            "stops": await find_stops(number),
            "title_": pick(act.lang, order.title_zh, order.title_en),
            "kind_name": pick(act.lang, fault_steps.zh, fault_steps.en),
            "state": translate(act.lang, ORDER_STATE[order.state]),
            "items": [item | {"text": pick(act.lang, item["zh"], item["en"])} for item in order.checklist],
            "typed": typed,
            "errors": errors,
            "summary": summary,
            "mine": order.crew_id in act.principal.crew_ids,
            "photos": photo_items(await find_photos(order=number), act.lang),
            "back_href": "/crew",
        },
    )


@post("/crew/orders/{number:str}/finish")
async def finish_page(number: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Done: the answers and the photo in one go; what is missing comes back marked, nothing typed is lost."""
    typed, deed = await _deed(request)
    try:
        await finish_job(number, deed, act)
    except Invalid as error:
        return await _job(number, act, typed, error)
    return Redirect("/crew?notice=done", status_code=303)


@post("/crew/orders/{number:str}/stops/{stop_id:int}")
async def stop_page(
    number: FromPath[str], stop_id: FromPath[int], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """One asset of a round is done."""
    typed, deed = await _deed(request)
    try:
        await complete_stop(number, stop_id, deed, act)
    except Invalid as error:
        return await _job(number, act, typed, error)
    return Redirect(f"/crew/orders/{number}", status_code=303)


@post("/crew/orders/{number:str}/act/{action:str}")
async def job_deed(
    number: FromPath[str], action: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """Accept, start, suspend, resume or return."""
    typed, deed = await _deed(request)
    try:
        await act_on_order(number, action, deed, act)
    except Invalid as error:
        return await _job(number, act, typed, error)
    return Redirect("/crew" if action == "return" else f"/crew/orders/{number}", status_code=303)


async def _deed(request: _Request) -> tuple[dict[str, Any], OrderDeed]:
    form = await request.form()
    uploads = [part for part in form.getall("photo", []) if isinstance(part, UploadFile) and part.filename]
    if len(uploads) > 8:
        raise Invalid(N_("At most {most} photos."), code="too_many_photos", most=8)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    answers = {name[2:]: value for name, value in typed.items() if name.startswith("c-")}
    deed = OrderDeed(
        answers=answers, reason=str(typed.get("reason", "")), photos=[await upload.read() for upload in uploads]
    )
    return typed, deed


CREW_PAGES = [crew_page, job_page, finish_page, stop_page, job_deed]
