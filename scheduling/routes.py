"""The JSON API of maintenance plans."""

from datetime import date, timedelta
from typing import Annotated, Any

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from msgspec import Struct

from foundation.act import Act
from foundation.versions import parse_version
from registry.catalogue import catalogue
from scheduling.queries import find_plans, forecast, get_plan
from scheduling.schemas import Adoption, AdoptionRequest, ForecastItem, PlanCreate, PlanFilter, PlanRead, PlanUpdate
from scheduling.service import adopt_catalogue_plans, create_plan, end_of_day, update_plan

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
# How far a forecast looks where the client does not say.
ONE_YEAR = timedelta(days=366)


class PlanList(Struct, frozen=True):
    """A page of plans."""

    items: list[PlanRead]
    next: str | None


class Forecast(Struct, frozen=True):
    """A page of visits to come, soonest first."""

    items: list[ForecastItem]
    next: str | None


def with_etag(plan: PlanRead, status: int = 200) -> Response[PlanRead]:
    """The plan with its version as ETag."""
    return Response(plan, status_code=status, headers={"ETag": f'"{plan.version}"'})


@get("/api/v1/plans", summary="Maintenance plans, filtered and paged")
async def list_plans(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    asset: FromQuery[str | None] = None,
    active: FromQuery[bool | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> PlanList:
    """Plans in order of creation; ``asset`` finds those that serve one asset."""
    act.require_staff()
    if kind is not None:
        catalogue().kind(kind)
    page = await find_plans(
        PlanFilter(kind=kind, street=street, asset=asset, active=active, cursor=cursor, limit=limit)
    )
    return PlanList(page.items, page.next)


@post("/api/v1/plans", summary="Make a plan")
async def post_plan(data: JSONBody[PlanCreate], act: NamedDependency[Act]) -> Response[PlanRead]:
    """A plan for one asset, or for all assets of a kind, where wanted in one street."""
    return with_etag(await create_plan(data, act), 201)


@post("/api/v1/plans/adoptions", summary="Adopt the catalogue's default plans")
async def post_adoption(data: JSONBody[AdoptionRequest], act: NamedDependency[Act]) -> Adoption:
    """Adopt all default plans of a kind, or of every kind; asking twice changes nothing."""
    return await adopt_catalogue_plans(data.kind, act, street=data.street, crew_id=data.crew_id, start_on=data.start_on)


@get("/api/v1/plans/{plan_id:int}", summary="One plan")
async def read_plan(plan_id: FromPath[int], act: NamedDependency[Act]) -> Response[PlanRead]:
    """One plan with its version as ETag."""
    act.require_staff()
    return with_etag(await get_plan(plan_id))


@patch("/api/v1/plans/{plan_id:int}", summary="Change, pause or resume a plan")
async def patch_plan(
    plan_id: FromPath[int],
    data: JSONBody[PlanUpdate],
    act: NamedDependency[Act],
    if_match: IfMatch = None,
) -> Response[PlanRead]:
    """Change what is given, under If-Match; ``active`` pauses and resumes."""
    return with_etag(await update_plan(plan_id, data, parse_version(if_match), act))


@get("/api/v1/plans/{plan_id:int}/forecast", summary="The visits to come")
async def read_forecast(
    plan_id: FromPath[int],
    act: NamedDependency[Act],
    until: FromQuery[date | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 100,
) -> Forecast:
    """Visits up to the end of a day (a year from now where none is given), and why each falls where it does."""
    act.require_staff()
    last = end_of_day(until) if until else act.at + ONE_YEAR
    page = await forecast(plan_id, last, act.at, act.lang, limit=limit, cursor=cursor)
    return Forecast(page.items, page.next)


ROUTES: list[Any] = [list_plans, post_plan, post_adoption, read_plan, patch_plan, read_forecast]
