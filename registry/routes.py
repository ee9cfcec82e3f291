"""The registry's JSON API."""

from typing import Annotated, Any

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from msgspec import Struct

from foundation.act import Act
from foundation.errors import Invalid
from foundation.geometry import parse_bbox, parse_position
from foundation.translation import N_
from foundation.versions import parse_version
from registry.catalogue import catalogue
from registry.queries import find_assets, find_history, get_asset
from registry.schemas import AssetCreate, AssetFilter, AssetRead, AssetUpdate, HistoryLineRead, Retirement
from registry.service import register_asset, reinstate_asset, retire_asset, update_asset

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class AssetList(Struct, frozen=True):
    """A page of assets."""

    items: list[AssetRead]
    next: str | None


class HistoryList(Struct, frozen=True):
    """A page of history lines, newest first."""

    items: list[HistoryLineRead]
    next: str | None


class KindList(Struct, frozen=True):
    """All facility kinds of the catalogue."""

    items: list[dict[str, Any]]
    next: str | None = None


def parse_near(text: str) -> tuple[float, float]:
    """``lon,lat`` in degrees. Raises Invalid."""
    try:
        position = parse_position(text)
    except Invalid as error:
        raise Invalid(N_("near is lon,lat in degrees."), code="bad_near") from error
    return position.lon, position.lat


def with_etag(asset: AssetRead, status: int = 200) -> Response[AssetRead]:
    """The asset with its version as ETag."""
    return Response(asset, status_code=status, headers={"ETag": f'"{asset.version}"'})


@get("/api/v1/kinds", summary="Facility kinds with attributes, fault categories and plans")
async def list_kinds() -> KindList:
    """The catalogue as it is in force, each fact with its provenance level."""
    return KindList([kind.to_json() for kind in catalogue().kinds.values()])


@get("/api/v1/assets", summary="Assets, filtered and paged")
async def list_assets(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    bbox: FromQuery[str | None] = None,
    near: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    operating_state: FromQuery[str | None] = None,
    condition: FromQuery[int | None] = None,
    street: FromQuery[str | None] = None,
    community: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> AssetList:
    """Assets in order of registration, or nearest first with ``near``."""
    act.require_staff()
    if kind is not None:
        catalogue().kind(kind)
    page = await find_assets(
        AssetFilter(
            kind=kind,
            q=q,
            bbox=parse_bbox(bbox) if bbox else None,
            near=parse_near(near) if near else None,
            status=status,
            operating_state=operating_state,
            condition=condition,
            street=street,
            community=community,
            cursor=cursor,
            limit=limit,
        )
    )
    return AssetList(page.items, page.next)


@post("/api/v1/assets", summary="Register an asset")
async def create_asset(data: JSONBody[AssetCreate], act: NamedDependency[Act]) -> Response[AssetRead]:
    """Put an asset on record."""
    return with_etag(await register_asset(data, act), 201)


@get("/api/v1/assets/{code:str}", summary="One asset")
async def read_asset(code: FromPath[str], act: NamedDependency[Act]) -> Response[AssetRead]:
    """One asset with its version as ETag."""
    act.require_staff()
    return with_etag(await get_asset(code))


@patch("/api/v1/assets/{code:str}", summary="Correct an asset")
async def change_asset(
    code: FromPath[str], data: JSONBody[AssetUpdate], act: NamedDependency[Act], if_match: IfMatch = None
) -> Response[AssetRead]:
    """Change what is given, under If-Match."""
    return with_etag(await update_asset(code, data, parse_version(if_match), act))


@post("/api/v1/assets/{code:str}/retire", summary="Take an asset out of service", status_code=200)
async def retire(
    code: FromPath[str], data: JSONBody[Retirement], act: NamedDependency[Act], if_match: IfMatch = None
) -> Response[AssetRead]:
    """Record, code and history stay. Under If-Match; refused while work on the asset is open."""
    return with_etag(await retire_asset(code, data.reason, parse_version(if_match), act))


@post("/api/v1/assets/{code:str}/reinstate", summary="Bring an asset back into service", status_code=200)
async def reinstate(code: FromPath[str], act: NamedDependency[Act], if_match: IfMatch = None) -> Response[AssetRead]:
    """The undo of retiring, under If-Match."""
    return with_etag(await reinstate_asset(code, parse_version(if_match), act))


@get("/api/v1/assets/{code:str}/history", summary="Service history, newest first")
async def read_history(
    code: FromPath[str],
    act: NamedDependency[Act],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> HistoryList:
    """All lines, staff lines included."""
    act.require_staff()
    asset = await get_asset(code)
    page = await find_history(asset.id, None, cursor, limit)
    return HistoryList(page.items, page.next)


ROUTES = [list_kinds, list_assets, create_asset, read_asset, change_asset, retire, reinstate, read_history]
