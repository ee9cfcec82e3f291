"""The JSON API of reports and work orders."""

from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from msgspec import Struct

from foundation.act import Act
from foundation.versions import given_version
from maintenance.queries import OrderFilter, RequestFilter, find_orders, find_requests, get_order, get_request
from maintenance.schemas import (
    OrderCreate,
    OrderDeed,
    OrderRead,
    Priority,
    ReportCreate,
    RequestCreate,
    RequestRead,
)
from maintenance.service import act_on_order, act_on_request, open_order, report_fault
from registry.queries import get_asset

InState = Annotated[str | None, QueryParameter(name="state")]  # `state` itself is the framework's
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class RequestList(Struct, frozen=True):
    """A page of reports."""

    items: list[RequestRead]
    next: str | None


class OrderList(Struct, frozen=True):
    """A page of orders."""

    items: list[OrderRead]
    next: str | None


class RequestMade(Struct, frozen=True, kw_only=True):
    """A report just taken in, with the token of the citizen's page."""

    number: str
    token: str
    state: str
    priority: Priority
    due_at: datetime | None
    version: int


class DeedBody(Struct, kw_only=True, forbid_unknown_fields=True):
    """What an action brings: a crew to assign, a reason, the checklist's answers, photos in base64, the version."""

    crew_id: int | None = None
    reason: str = ""
    into: str = ""
    answers: dict[str, bool | float | str | None] = {}
    photos: list[bytes] = []
    version: int | None = None


def _tagged(item: OrderRead | RequestRead, status: int = 200) -> Response[OrderRead | RequestRead]:
    return Response(item, status_code=status, headers={"ETag": f'"{item.version}"'})


@get("/api/v1/service-requests", summary="Reports, the most pressing first")
async def list_requests(
    act: NamedDependency[Act],
    in_state: InState = None,
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    only: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> RequestList:
    """Reports, filtered and paged."""
    act.require_staff()
    wanted = RequestFilter(state=in_state, kind=kind, street=street, q=q, only=only, cursor=cursor, limit=limit)
    page = await find_requests(wanted, act.at)
    return RequestList(page.items, page.next)


@post("/api/v1/service-requests", summary="Report a fault")
async def create_request(data: JSONBody[RequestCreate], act: NamedDependency[Act]) -> Response[RequestMade]:
    """Take a report in on behalf of a citizen."""
    act.require_staff()
    asset = await get_asset(data.asset)
    new = ReportCreate(
        category=data.category,
        description=data.description,
        phone=data.phone,
        lon=data.lon,
        lat=data.lat,
        channel="api",
    )
    made = await report_fault(asset.id, new, act)
    read = await get_request(made.number)
    body = RequestMade(
        number=made.number,
        token=made.token,
        state=read.state,
        priority=read.priority,
        due_at=read.due_at,
        version=read.version,
    )
    return Response(body, status_code=201, headers={"ETag": f'"{read.version}"'})


@get("/api/v1/service-requests/{number:str}", summary="One report")
async def read_request(number: FromPath[str], act: NamedDependency[Act]) -> Response[OrderRead | RequestRead]:
    """One report with its version as ETag."""
    act.require_staff()
    return _tagged(await get_request(number))


@post(
    "/api/v1/service-requests/{number:str}/{action:str}", status_code=200, summary="verify, file, refuse, merge, close"
)
async def move_request(
    number: FromPath[str],
    action: FromPath[str],
    act: NamedDependency[Act],
    data: JSONBody[DeedBody | None] = None,
    if_match: IfMatch = None,
) -> Response[OrderRead | RequestRead]:
    """Move a report by hand."""
    deed = data or DeedBody()
    version = given_version(if_match, deed.version)
    return _tagged(await act_on_request(number, action, act, reason=deed.reason, into=deed.into, version=version))


@get("/api/v1/work-orders", summary="Work orders, the earliest due first")
async def list_orders(
    act: NamedDependency[Act],
    in_state: InState = None,
    kind: FromQuery[str | None] = None,
    asset_kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    crew: Annotated[int | None, QueryParameter(name="crew")] = None,
    q: FromQuery[str | None] = None,
    only: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> OrderList:
    """Orders, filtered and paged."""
    act.require_staff()
    wanted = OrderFilter(
        state=in_state,
        kind=kind,
        asset_kind=asset_kind,
        street=street,
        crew_id=crew,
        q=q,
        only=only,
        cursor=cursor,
        limit=limit,
    )
    page = await find_orders(wanted, act.at)
    return OrderList(page.items, page.next)


@post("/api/v1/work-orders", summary="Open a work order")
async def create_order(data: JSONBody[OrderCreate], act: NamedDependency[Act]) -> Response[OrderRead | RequestRead]:
    """Open an order for a filed report, or for assets directly."""
    return _tagged(await open_order(data, act), 201)


@get("/api/v1/work-orders/{number:str}", summary="One work order")
async def read_order(number: FromPath[str], act: NamedDependency[Act]) -> Response[OrderRead | RequestRead]:
    """One order with its version as ETag."""
    act.require_staff()
    return _tagged(await get_order(number))


@post(
    "/api/v1/work-orders/{number:str}/{action:str}",
    status_code=200,
    summary="assign, accept, return, start, suspend, resume, complete, verify, reject, close, cancel",
)
async def move_order(
    number: FromPath[str],
    action: FromPath[str],
    act: NamedDependency[Act],
    data: JSONBody[DeedBody | None] = None,
    if_match: IfMatch = None,
) -> Response[OrderRead | RequestRead]:
    """Do one action on an order."""
    body = data or DeedBody()
    version = given_version(if_match, body.version)
    deed = OrderDeed(
        crew_id=body.crew_id, reason=body.reason, answers=dict(body.answers), photos=body.photos, version=version
    )
    return _tagged(await act_on_order(number, action, deed, act))


ROUTES = [
    list_requests, create_request, read_request, move_request, list_orders, create_order, read_order, move_order,
]  # fmt: skip
