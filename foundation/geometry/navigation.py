"""Links that open a map application at a place, each in the frame its map is drawn in. Pure.

The forms follow the providers' own pages on their addresses. AMap's navigation page lists no coordinate flag, so it is
sent what it draws (GCJ-02); Baidu's directions need a known start in a browser, so it gets a marker. None needs a key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from foundation.geometry.frames import wgs84_to_gcj02
from foundation.geometry.position import XY
from foundation.translation import N_, Lang, translate

Mode = Literal["drive", "walk"]
APP: Final = "facility-registry"


@dataclass(frozen=True, slots=True)
class MapLink:
    """A provider's key, its name in the reader's language, and the address."""

    provider: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class _Target:
    """What every link is made of; the texts are quoted already."""

    wgs: XY
    gcj: XY
    name: str
    address: str
    app: str
    mode: Mode


def navigation_links(
    lon: float, lat: float, name: str, lang: Lang, *, address: str = "", app: str = APP, mode: Mode = "walk"
) -> list[MapLink]:
    """One link for each map application to a place in WGS 84; ``app`` is what they are told the link comes from.

    Opening one tells the provider the place, so pages offer them and never follow them.
    """
    target = _Target((lon, lat), wgs84_to_gcj02(lon, lat), _word(name), _word(address or name), _word(app), mode)
    return [MapLink(provider, translate(lang, label), write(target)) for provider, label, write in _PROVIDERS]


def _word(text: str) -> str:
    """Quoted for an address, without the characters that these addresses use as separators of their own."""
    return quote(text.translate(_SEPARATORS).strip(), safe="")


_SEPARATORS: Final = str.maketrans(dict.fromkeys(",;:|", " "))


def _lon_lat(xy: XY) -> str:
    return f"{xy[0]:.6f},{xy[1]:.6f}"


def _lat_lon(xy: XY) -> str:
    return f"{xy[1]:.6f},{xy[0]:.6f}"


def _amap(to: _Target) -> str:
    mode = "car" if to.mode == "drive" else "walk"
    place = f"{_lon_lat(to.gcj)},{to.name}"
    return f"https://uri.amap.com/navigation?to={place}&mode={mode}&policy=0&src={to.app}&callnative=0"


def _tencent(to: _Target) -> str:
    return (
        f"https://apis.map.qq.com/uri/v1/routeplan?type={to.mode}&to={to.name}&tocoord={_lat_lon(to.gcj)}"
        f"&coord_type=2&policy=0&referer={to.app}"
    )


def _baidu(to: _Target) -> str:
    return (
        f"https://api.map.baidu.com/marker?location={_lat_lon(to.gcj)}&title={to.name}&content={to.address}"
        f"&output=html&coord_type=gcj02&src=webapp.{to.app}"
    )


def _apple(to: _Target) -> str:
    return f"https://maps.apple.com/?ll={_lat_lon(to.gcj)}&q={to.name}"


def _geo(to: _Target) -> str:
    return f"geo:{_lat_lon(to.wgs)};u=10"


_PROVIDERS: Final[tuple[tuple[str, str, Callable[[_Target], str]], ...]] = (
    ("amap", N_("AMap"), _amap),
    ("tencent", N_("Tencent Maps"), _tencent),
    ("baidu", N_("Baidu Maps"), _baidu),
    ("apple", N_("Apple Maps"), _apple),
    ("geo", N_("Another map application"), _geo),
)
