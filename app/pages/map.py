"""The map of the desk, and the points of every map."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from foundation.act import Act
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_, pick
from registry.catalogue import catalogue
from registry.queries import MapPoint, find_assets, find_map_points, find_streets
from registry.schemas import AssetFilter
from registry.words import ONLY, options

_FURTHEST_ZOOM = 22


@get("/map/data", include_in_schema=False)
async def map_data(
    act: NamedDependency[Act],
    bbox: FromQuery[str],
    zoom: FromQuery[int] = 12,
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    only: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
) -> Response[bytes]:
    """GeoJSON of what lies in the box. Citizens see places and names; what waits there only staff see."""
    staff = act.principal.holds(*Role)
    wanted = _filter({"kind": kind, "street": street, "only": only if staff else None, "q": q}, _box(bbox))
    points = await find_map_points(wanted, min(max(zoom, 0), _FURTHEST_ZOOM))
    features = [_feature(point, act, staff=staff) for point in points]
    body = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    return Response(body, media_type="application/geo+json")


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 1.0, 0.0, 0.0, 0.0
    if not (-540 <= west <= east <= 540 and -90 <= south <= north <= 90):
        raise Invalid(N_("bbox is west,south,east,north in degrees."), code="bad_bbox")
    return west, south, east, north


def _filter(chosen: dict[str, str | None], box: tuple[float, float, float, float] | None) -> AssetFilter:
    values: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    if "kind" in values:
        catalogue().kind(values["kind"])
    if values.get("only") not in {None, *ONLY}:
        raise Invalid(N_("There is no such filter."), code="bad_filter")
    return AssetFilter(**values, bbox=box)


def _feature(point: MapPoint, act: Act, *, staff: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"tone": _tone(point, staff=staff)}
    if point.count > 1:
        properties["count"] = point.count
    else:
        properties["code"] = point.code
        properties["name"] = pick(act.lang, point.name, point.name_en)
        properties["url"] = f"/desk/assets/{point.code}" if staff else f"/A/{point.label}" if point.label else ""
    where = {"type": "Point", "coordinates": [round(point.lon, 6), round(point.lat, 6)]}
    return {"type": "Feature", "geometry": where, "properties": properties}


def _tone(point: MapPoint, *, staff: bool) -> str:
    if staff and point.overdue:
        return "dang"
    if staff and point.open and point.count == 1:  # among many there is always some work; only lateness stands out
        return "warn"
    return "quiet" if point.operating_state in {"closed", "retired"} else ""


@get("/desk/map")
async def map_page(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    only: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Template:
    """The map with the same facilities as a table beside it."""
    act.require_staff()
    chosen = {"kind": kind, "street": street, "only": only, "q": q}
    return Template("app/map.html", context=await _map_context(chosen, cursor, act))


async def _map_context(chosen: dict[str, str | None], cursor: str | None, act: Act) -> dict[str, Any]:
    said = {name: value for name, value in chosen.items() if value}
    wanted = _filter(chosen, None)
    page = await find_assets(msgspec.structs.replace(wanted, cursor=cursor, limit=30))
    first = next((asset for asset in page.items if asset.lon is not None), None)
    return {
        "chosen": chosen,
        "filtered": bool(said),
        "data_url": "/map/data" + ("?" + urlencode(said) if said else ""),
        "rows": page.items,
        "middle": (first.lon, first.lat) if first else ("", ""),
        "kinds": [(kind.key, pick(act.lang, kind.zh, kind.en)) for kind in catalogue().kinds.values()],
        "streets": [(name, name) for name in await find_streets(chosen["kind"] or None)],
        "onlys": options(ONLY, act.lang),
        "next_href": "?" + urlencode(said | {"cursor": page.next}) if page.next else "",
        "first_href": "?" + urlencode(said) if cursor else "",
    }


MAP_PAGES = [map_data, map_page]
