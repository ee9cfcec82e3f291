"""The finder: the nearest facility of a kind, open ones first, for whoever stands in the street."""

from __future__ import annotations

from typing import Any, Final

from foundation.act import Act
from foundation.errors import Invalid
from foundation.geometry import Position, distance_metres, navigation_links
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import catalogue
from registry.queries import find_assets
from registry.schemas import AssetFilter, AssetRead
from registry.words import OPERATING

_SHOWN: Final = 12
_FIRST_KINDS: Final[tuple[str, ...]] = ("public_toilet", "love_station", "garbage_room")


async def finder_context(act: Act, kind: str | None, near: str | None, q: str | None) -> dict[str, Any]:
    """What the finder shows; without a question only the form."""
    kinds = catalogue().kinds
    chosen = kind if kind in kinds else None
    here = _here(near)
    searched = bool(chosen or here or q)
    found: list[dict[str, Any]] = []
    if searched:
        wanted = AssetFilter(kind=chosen or "public_toilet", q=q or None, near=here, limit=_SHOWN)
        found = [_entry(asset, here, act.lang) for asset in (await find_assets(wanted)).items]
    offered = [key for key in _FIRST_KINDS if key in kinds] or list(kinds.keys())
    return {
        "kinds": [(key, pick(act.lang, kinds[key].zh, kinds[key].en)) for key in offered],
        "kind": chosen,
        "near": near if here else "",
        "q": q,
        "searched": searched,
        "found": found,
    }


def _here(near: str | None) -> tuple[float, float] | None:
    """The phone's position; nonsense is answered by a sentence."""
    if not near:
        return None
    try:
        lon, lat = (float(part) for part in near.split(","))
    except ValueError:
        lon, lat = 999.0, 999.0
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(N_("near is lon,lat in degrees."), code="bad_near")
    return lon, lat


def _entry(asset: AssetRead, here: tuple[float, float] | None, lang: Lang) -> dict[str, Any]:
    hours = asset.attributes.get("open_hours")
    place = (asset.lon, asset.lat) if asset.lon is not None and asset.lat is not None else None
    return {
        "name": pick(lang, asset.name, asset.name_en),
        "address": pick(lang, asset.address, asset.address_en),
        "href": f"/A/{asset.label}" if asset.label else "",
        "state": translate(lang, OPERATING[asset.operating_state]),
        "hours": "、".join(hours) if isinstance(hours, list) else str(hours or ""),
        "distance": _distance(place, here, lang) if here and place else "",
        "links": navigation_links(*place, asset.name, lang) if place else [],
    }


def _distance(place: tuple[float, float], here: tuple[float, float], lang: Lang) -> str:
    metres = distance_metres(Position(*here), Position(*place))
    if metres < 1000:
        return translate(lang, N_("{metres} m away"), metres=int(round(metres, -1)))
    return translate(lang, N_("{kilometres} km away"), kilometres=f"{metres / 1000:.1f}")
