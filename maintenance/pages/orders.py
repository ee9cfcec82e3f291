"""Work orders on the desk."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid, Stale
from foundation.principals import Place, Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from maintenance.pages.forms import error_lines, read_deed, whole
from maintenance.pages.photos import photo_items
from maintenance.pages.requests import crew_options
from maintenance.queries import OrderFilter, desk_counts, find_crews, find_orders, find_photos, find_stops, get_order
from maintenance.schemas import OrderRead
from maintenance.service import act_on_order, assign_orders
from maintenance.words import ORDER_ACTION, ORDER_STATE
from registry.queries import find_streets

_Request = Request[Any, Any, Any]
ONLY = {
    "open": N_("All open"),
    "unassigned": N_("To be assigned"),
    "overdue": N_("Overdue"),
    "to_verify": N_("To be verified"),
    "today": N_("Due within a day"),
}
_OFFICE = {"assign", "close", "cancel"}
_CHECK = {"verify", "reject"}


@get("/desk/orders")
async def orders_page(
    act: NamedDependency[Act],
    only: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    crew: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Template:
    """The queue of work, the earliest due first."""
    act.require_staff()
    tab = only if only in ONLY else ("" if only == "all" or q else "open")
    said: dict[str, Any] = {"only": tab, "kind": kind, "street": street, "q": q}
    said = {name: value for name, value in said.items() if value}
    crew_id = whole({"crew": crew or ""}, "crew")
    page = await find_orders(OrderFilter(**said, crew_id=crew_id, cursor=cursor), act.at)
    said |= {"crew": crew} if crew_id else {}
    crews = await find_crews()
    return Template(
        "maintenance/orders.html",
        context={
            "rows": page.items,
            "chosen": {"kind": kind or "", "street": street or "", "q": q or "", "crew": crew or "", "only": tab},
            "tabs": _tabs(tab, await desk_counts(act.at), act.lang),
            "kinds": [
                ("reactive", translate(act.lang, N_("Repair"))),
                ("preventive", translate(act.lang, N_("By plan"))),
            ],
            "streets": [(name, name) for name in await find_streets()],
            "crews": crew_options(crews, act.lang),
            "words": {value: translate(act.lang, word) for value, word in ORDER_STATE.items()},
            "may_assign": act.principal.holds(Role.DISPATCHER) and any("assign" in o.actions for o in page.items),
            "next_href": "?" + urlencode(said | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(said) if cursor else "",
        },
    )


def _tabs(current: str, counts: dict[str, int], lang: Lang) -> list[dict[str, Any]]:
    numbers = {
        "open": counts.get("orders"),
        "unassigned": counts.get("unassigned"),
        "overdue": counts.get("orders_late"),
        "to_verify": counts.get("to_verify"),
    }
    return [
        {
            "text": translate(lang, word),
            "href": f"/desk/orders?only={key}",
            "current": key == current,
            "count": numbers.get(key),
        }
        for key, word in ONLY.items()
    ]


@post("/desk/orders/assign", status_code=200)
async def assign_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """The picked orders go to one crew; those that cannot are named with the reason."""
    form = await request.form()
    picked = [value for value in form.getall("pick", []) if isinstance(value, str)]
    crew_id = whole({"crew_id": str(form.get("crew_id", ""))}, "crew_id")
    result = await assign_orders(picked, crew_id, act)
    if not result.refused:
        return Redirect("/desk/orders?only=unassigned&notice=done", status_code=303)
    rows = [(number, error.message(act.lang)) for number, error in result.refused]
    return Template("maintenance/refused.html", context={"done": len(result.done), "rows": rows})


@get("/desk/orders/{number:str}")
async def order_page(number: FromPath[str], act: NamedDependency[Act]) -> Template:
    """One order: what, where, who, and what may be done now."""
    act.require_staff()
    return await _order(number, act)


async def _order(number: str, act: Act, error: FacilityError | None = None, reason: str = "") -> Template:
    order = await get_order(number)
    stops = await find_stops(number)
    errors, summary = error_lines(error, act.lang)
    return Template(
        "maintenance/order.html",
        status_code=status_of(error),
        context={
            "errors": errors,
            "summary": summary,
            "reason": reason,
            "order": order,
            "stops": stops,
            "title_": pick(act.lang, order.title_zh, order.title_en),
            "state": translate(act.lang, ORDER_STATE[order.state]),
            "actions": allowed_actions(order, act),
            "words": {value: translate(act.lang, word) for value, word in ORDER_ACTION.items()},
            "crews": crew_options(await find_crews(), act.lang),
            "photos": photo_items(await find_photos(order=number), act.lang),
            "answers": _answers(order, stops, act.lang),
        },
    )


def allowed_actions(order: OrderRead, act: Act) -> list[str]:
    """The buttons this reader may press on the desk; the verbs decide again."""
    place = Place(order.organisation_id, order.street)
    office = act.principal.has(Role.DISPATCHER, place=place)
    check = act.principal.has(Role.INSPECTOR, Role.DISPATCHER, place=place)
    own = order.done_by is not None and order.done_by == act.principal.account_id
    return [
        action for action in order.actions if (action in _OFFICE and office) or (action in _CHECK and check and not own)
    ]


def _answers(order: OrderRead, stops: list[Any], lang: Lang) -> list[tuple[str, str]]:
    given = next((stop.answers for stop in stops if stop.answers), None) or {}
    rows = []
    for item in order.checklist:
        value = given.get(item["key"])
        text = ("✓" if value is True else f"{value} {item.get('unit') or ''}".strip()) if value is not None else "–"
        rows.append((pick(lang, item["zh"], item["en"]), text))
    return rows


@post("/desk/orders/{number:str}/act/{action:str}")
async def order_deed(
    number: FromPath[str], action: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Template | Redirect:
    """One button of the order; a refusal comes back on the same page, with what was typed."""
    typed, deed = await read_deed(request)
    try:
        await act_on_order(number, action, deed, act)
    except (Invalid, Stale) as error:
        return await _order(number, act, error, typed.get("reason", ""))
    return Redirect(f"/desk/orders/{number}?notice=done", status_code=303)


ORDER_PAGES = [orders_page, assign_page, order_page, order_deed]
