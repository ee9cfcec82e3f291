"""Reports on the desk: the queue and one case."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid, Stale
from foundation.geometry import navigation_links
from foundation.principals import Place, Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from maintenance.pages.forms import error_lines, read_deed
from maintenance.pages.photos import photo_items
from maintenance.queries import RequestFilter, desk_counts, find_crews, find_photos, find_requests, get_request
from maintenance.schemas import ContactRead, RequestRead
from maintenance.service import act_on_request, dispatch_request, release_request, reveal_contact
from maintenance.words import REQUEST_ACTION, REQUEST_STATE
from registry.catalogue import catalogue
from registry.queries import find_streets, get_asset

InState = Annotated[str | None, QueryParameter(name="state")]  # `state` itself is the framework's
_Request = Request[Any, Any, Any]
ONLY = {
    "to_file": N_("To look at"),
    "open": N_("All open"),
    "overdue": N_("Overdue"),
    "held": N_("Held for a look"),
}


@get("/desk/requests")
async def requests_page(
    act: NamedDependency[Act],
    only: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    in_state: InState = None,
    q: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Template:
    """The queue: what to look at next, and why."""
    act.require_staff()
    tab = only if only in ONLY else ("" if only == "all" or in_state or q else "to_file")
    said: dict[str, Any] = {"only": tab, "kind": kind, "street": street, "state": in_state, "q": q}
    said = {name: value for name, value in said.items() if value}
    page = await find_requests(RequestFilter(**said, cursor=cursor), act.at)
    counts = await desk_counts(act.at)
    return Template(
        "maintenance/requests.html",
        context={
            "rows": page.items,
            "chosen": {"kind": kind or "", "street": street or "", "state": in_state or "", "q": q or "", "only": tab},
            "tabs": _tabs(tab, counts, act.lang),
            "kinds": [(k.key, pick(act.lang, k.zh, k.en)) for k in catalogue().kinds.values()],
            "streets": [(name, name) for name in await find_streets()],
            "states": [(value, translate(act.lang, word)) for value, word in REQUEST_STATE.items()],
            "words": {value: translate(act.lang, word) for value, word in REQUEST_STATE.items()},
            "next_href": "?" + urlencode(said | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(said) if cursor else "",
        },
    )


def _tabs(current: str, counts: dict[str, int], lang: Lang) -> list[dict[str, Any]]:
    numbers = {"to_file": counts.get("requests"), "overdue": counts.get("requests_late"), "held": counts.get("held")}
    tabs = [
        {
            "text": translate(lang, word),
            "href": f"/desk/requests?only={key}",
            "current": key == current,
            "count": numbers.get(key),
        }
        for key, word in ONLY.items()
    ]
    everything = {"text": translate(lang, N_("Everything")), "href": "/desk/requests?only=all", "current": not current}
    return [*tabs, everything]


@get("/desk/requests/{number:str}")
async def request_page(number: FromPath[str], act: NamedDependency[Act]) -> Template:
    """One case: what it is, what was said, what may be done now."""
    act.require_staff()
    return await _case(await get_request(number), act)


async def _case(
    request: RequestRead,
    act: Act,
    contact: ContactRead | None = None,
    *,
    typed: dict[str, str] | None = None,
    error: FacilityError | None = None,
) -> Template:
    asset = await get_asset(request.asset)
    fault = catalogue().kind(request.kind).fault(request.category)
    may = act.principal.has(Role.DISPATCHER, place=Place(request.organisation_id, request.street))
    errors, summary = error_lines(error, act.lang)
    same = await find_requests(RequestFilter(q=request.asset, only="open"), act.at)
    return Template(
        "maintenance/request.html",
        status_code=status_of(error),
        context={
            "typed": typed or {},
            "errors": errors,
            "summary": summary,
            "request_": request,
            "asset": asset,
            "category": pick(act.lang, request.category_zh, request.category_en),
            "advice": pick(act.lang, fault.first_step_zh, fault.first_step_en) if fault else "",
            "state": translate(act.lang, REQUEST_STATE[request.state]),
            "actions": request.actions if may else [],
            "words": {value: translate(act.lang, word) for value, word in REQUEST_ACTION.items()},
            "may": may,
            "contact": contact,
            "sent_from": navigation_links(contact.lon, contact.lat, asset.name, act.lang)
            if contact is not None and contact.lon is not None and contact.lat is not None
            else [],
            "crews": crew_options(await find_crews(), act.lang) if may else [],
            "others": [other for other in same.items if other.number != request.number],
            "photos": photo_items(await find_photos(request=request.number), act.lang),
        },
    )


def crew_options(crews: list[Any], lang: Lang) -> list[tuple[str, str]]:
    """Crews as choices, each with how much it has to do."""
    return [(str(c["id"]), f"{pick(lang, c['name'], c['name_en'])} · {c['open']}") for c in crews]


@post("/desk/requests/{number:str}/contact")
async def contact_page(number: FromPath[str], act: NamedDependency[Act]) -> Template:
    """The citizen's words, phone and position; the look is on record."""
    contact = await reveal_contact(number, act)
    return await _case(await get_request(number), act, contact)


@post("/desk/requests/{number:str}/dispatch")
async def dispatch_page(number: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """File where needed, open the order and give it to a crew: the dispatcher's usual three steps as one."""
    typed, deed = await read_deed(request)
    try:
        await dispatch_request(number, deed.crew_id, typed.get("note", ""), act, deed.version)
    except (Invalid, Stale) as error:
        return await _case(await get_request(number), act, typed=typed, error=error)
    return Redirect(f"/desk/requests/{number}?notice=done", status_code=303)


@post("/desk/requests/{number:str}/release")
async def release_page(number: FromPath[str], act: NamedDependency[Act]) -> Redirect:
    """A held report counts from now on."""
    await release_request(number, act)
    return Redirect(f"/desk/requests/{number}?notice=done", status_code=303)


@post("/desk/requests/{number:str}/act/{action:str}")
async def request_deed(
    number: FromPath[str], action: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """One button of the case; a refusal comes back on the same page, with what was typed."""
    typed, deed = await read_deed(request)
    try:
        into = typed.get("into", "")
        await act_on_request(number, action, act, reason=deed.reason, into=into, version=deed.version)
    except (Invalid, Stale) as error:
        return await _case(await get_request(number), act, typed=typed, error=error)
    return Redirect(f"/desk/requests/{number}?notice=done", status_code=303)


REQUEST_PAGES = [requests_page, request_page, contact_page, dispatch_page, release_page, request_deed]
