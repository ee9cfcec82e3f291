"""Other coordinate systems, by their EPSG number. The one door of pyproj."""

from __future__ import annotations

import functools
import math
import re
from typing import Final

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from foundation.errors import Invalid
from foundation.geometry.frames import Convert, bd09_to_wgs84, gcj02_to_wgs84, unchanged
from foundation.geometry.position import XY, Box, Position
from foundation.translation import N_

# CGCS2000 (4490) differs from WGS 84 by less than its survey: taken as the same.
_NAMED: Final[dict[str, Convert]] = {
    "wgs84": unchanged,
    "cgcs2000": unchanged,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
    "epsg:4326": unchanged,
    "epsg:4490": unchanged,
}
_MARGIN: Final = 2.0  # degrees
_EPSG: Final = re.compile(r"epsg:(\d{4,6})", re.ASCII)


def converter_from(crs: str) -> Convert:
    """From ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n`` to WGS 84, east before north in every system.

    Raises Invalid (``bad_crs``) for another name; the converter itself, ``bad_position`` outside its system.
    """
    name = crs.strip().lower()
    if name in _NAMED:
        return _NAMED[name]
    match = _EPSG.fullmatch(name)
    if match is None:
        raise _unknown(crs)
    return _projected(int(match[1]))


def convert_position(position: Position, crs: str) -> Position:
    """A position of the named system in WGS 84; raises Invalid as ``converter_from`` does, or out of range."""
    return Position(*converter_from(crs)(position.lon, position.lat)).checked()


@functools.lru_cache(maxsize=32)
def _projected(number: int) -> Convert:
    try:
        source = CRS.from_epsg(number)
        transformer = Transformer.from_crs(source, CRS.from_epsg(4326), always_xy=True)
    except ProjError as error:
        raise _unknown(f"EPSG:{number}") from error
    if not (source.is_geographic or source.is_projected) or len(source.axis_info) != 2:
        raise _unknown(f"EPSG:{number}")
    return functools.partial(_transform, transformer, f"EPSG:{number}", _area(source))


def _area(source: CRS) -> Box:
    """Where a system is in use, with a margin: a place far outside means another system, or east and north swapped."""
    use = source.area_of_use
    if use is None or use.west > use.east:
        return Box(-180, -90, 180, 90)
    return Box(
        max(use.west - _MARGIN, -180.0),
        max(use.south - _MARGIN, -90.0),
        min(use.east + _MARGIN, 180.0),
        min(use.north + _MARGIN, 90.0),
    )


def _transform(transformer: Transformer, name: str, area: Box, x: float, y: float) -> XY:
    lon, lat = transformer.transform(x, y)
    if not (math.isfinite(lon) and math.isfinite(lat) and area.holds(Position(lon, lat))):
        raise Invalid(N_("{x}, {y} is no place in {crs}."), code="bad_position", x=x, y=y, crs=name)
    return float(lon), float(lat)


def _unknown(crs: str) -> Invalid:
    return Invalid(
        N_("{crs} is no coordinate system we know. Use wgs84, gcj02, bd09 or EPSG:n."), code="bad_crs", crs=crs[:40]
    )
