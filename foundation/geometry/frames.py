"""The shifted frames of Chinese maps: GCJ-02 (AMap, Tencent, Apple in China) and BD-09 (Baidu). Pure.

The formulas and constants are the publicly known ones. They have no closed inverse; it is found by iteration to well
below a millimetre. Outside a rough box around China nothing is shifted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from foundation.geometry.position import XY

Convert: TypeAlias = Callable[[float, float], XY]
"""From longitude and latitude (or east and north) in one frame to longitude and latitude in another."""

_AXIS: Final = 6378245.0  # semi-major axis of the Krasovsky ellipsoid, metres
_ECCENTRICITY: Final = 0.00669342162296594323  # squared
_LON_RANGE: Final = (72.004, 137.8347)
_LAT_RANGE: Final = (0.8293, 55.8271)
_BD_ANGLE: Final = math.pi * 3000 / 180
_BD_SHIFT: Final = (0.0065, 0.006)
_STEPS: Final = 12


def unchanged(lon: float, lat: float) -> XY:
    """The frame we store already."""
    return lon, lat


def is_shifted_there(lon: float, lat: float) -> bool:
    """Whether GCJ-02 differs from WGS 84 at the place."""
    return _LON_RANGE[0] <= lon <= _LON_RANGE[1] and _LAT_RANGE[0] <= lat <= _LAT_RANGE[1]


def wgs84_to_gcj02(lon: float, lat: float) -> XY:
    """As AMap and Tencent draw it."""
    if not is_shifted_there(lon, lat):
        return lon, lat
    east, north = _shift_metres(lon - 105.0, lat - 35.0)
    sine = math.sin(math.radians(lat))
    factor = 1 - _ECCENTRICITY * sine * sine
    along_meridian = _AXIS * (1 - _ECCENTRICITY) / (factor * math.sqrt(factor))
    along_parallel = _AXIS / math.sqrt(factor) * math.cos(math.radians(lat))
    return lon + math.degrees(east / along_parallel), lat + math.degrees(north / along_meridian)


def gcj02_to_wgs84(lon: float, lat: float) -> XY:
    """The inverse of ``wgs84_to_gcj02``."""
    return _inverse(wgs84_to_gcj02, lon, lat) if is_shifted_there(lon, lat) else (lon, lat)


def gcj02_to_bd09(lon: float, lat: float) -> XY:
    """As Baidu draws what AMap has at the place."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_ANGLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_ANGLE)
    return radius * math.cos(angle) + _BD_SHIFT[0], radius * math.sin(angle) + _BD_SHIFT[1]


def bd09_to_gcj02(lon: float, lat: float) -> XY:
    """The inverse of ``gcj02_to_bd09``."""
    return _inverse(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: float, lat: float) -> XY:
    """As Baidu draws it."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat)) if is_shifted_there(lon, lat) else (lon, lat)


def bd09_to_wgs84(lon: float, lat: float) -> XY:
    """The inverse of ``wgs84_to_bd09``."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat)) if is_shifted_there(lon, lat) else (lon, lat)


def _inverse(forward: Convert, lon: float, lat: float) -> XY:
    """The place that ``forward`` brings to the given one: guess, see how far off, correct."""
    x, y = lon, lat
    for _ in range(_STEPS):
        found_x, found_y = forward(x, y)
        x, y = x + lon - found_x, y + lat - found_y
    return x, y


def _shift_metres(x: float, y: float) -> XY:
    """The shift to the east and to the north, in metres, at degrees from 105°E 35°N."""
    short = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += 2 / 3 * (short + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30)))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += 2 / 3 * (short + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30)))
    return east, north


def _waves(at: float, *waves: tuple[int, int]) -> float:
    return sum(height * math.sin(at * math.pi / length) for height, length in waves)
