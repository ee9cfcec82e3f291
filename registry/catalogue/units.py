"""Units of measure and numbers as people write them (pure)."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_

# Each unit by its dimension and its size in that dimension's first unit.
_SIZES: Final[dict[str, dict[str, float]]] = {
    "length": {"m": 1, "mm": 0.001, "cm": 0.01, "dm": 0.1, "km": 1000, "in": 0.0254, "ft": 0.3048, "yd": 0.9144},
    "area": {"m2": 1, "mm2": 1e-6, "cm2": 1e-4, "ha": 1e4, "km2": 1e6, "ft2": 0.09290304,
             "acre": 4046.8564224, "mu": 2000 / 3},
    "volume": {"m3": 1, "l": 0.001, "ml": 1e-6, "cm3": 1e-6, "ft3": 0.028316846592, "gal": 0.003785411784},
    "mass": {"kg": 1, "g": 0.001, "mg": 1e-6, "t": 1000, "lb": 0.45359237},
    "time": {"s": 1, "min": 60, "h": 3600, "d": 86400, "a": 31557600},
    "angle": {"°": 1, "rad": 180 / math.pi},
    "throughput": {"t/d": 1, "kg/d": 0.001, "t/a": 1 / 365.25},
    "frequency": {"1/d": 1, "1/w": 1 / 7},
    "concentration": {"mg/m3": 1, "µg/m3": 0.001, "g/m3": 1000},
    "load": {"kn/m2": 1, "kpa": 1, "n/m2": 0.001, "pa": 0.001},
    "linear mass": {"kg/m": 1, "g/m": 0.001, "lb/ft": 1.4881639436},
    "money": {"cny": 1, "万元": 10000},
    "share": {"%": 1},
}  # fmt: skip
_ALSO: Final = {
    "inch": "in", "inches": "in", '"': "in", "″": "in", "英寸": "in", "吋": "in", "寸": "in",
    "foot": "ft", "feet": "ft", "'": "ft", "′": "ft", "英尺": "ft", "呎": "ft", "sqft": "ft2", "sqm": "m2",
    "metre": "m", "meter": "m", "metres": "m", "meters": "m", "米": "m", "公尺": "m", "公里": "km", "千米": "km",
    "centimetre": "cm", "centimeter": "cm", "centimetres": "cm", "centimeters": "cm", "厘米": "cm", "公分": "cm",
    "millimetre": "mm", "millimeter": "mm", "millimetres": "mm", "millimeters": "mm", "毫米": "mm",
    "平方米": "m2", "平米": "m2", "平方公尺": "m2", "公顷": "ha", "亩": "mu", "立方米": "m3", "方": "m3",
    "升": "l", "litre": "l", "liter": "l", "litres": "l", "liters": "l", "毫升": "ml", "gallon": "gal",
    "吨": "t", "ton": "t", "tonne": "t", "tons": "t", "tonnes": "t", "公斤": "kg", "千克": "kg", "克": "g",
    "pounds": "lb", "lbs": "lb", "吨/日": "t/d", "吨/天": "t/d", "tpd": "t/d", "deg": "°", "度": "°", "degree": "°",
    "degrees": "°", "年": "a", "yr": "a", "year": "a", "years": "a", "day": "d", "days": "d", "天": "d", "小时": "h",
    "元": "cny", "rmb": "cny", "¥": "cny", "percent": "%",
}  # fmt: skip
_DIMENSION: Final = {unit: (name, size) for name, units in _SIZES.items() for unit, size in units.items()}

_NUMBER: Final = re.compile(
    r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?", re.ASCII
)
_QUANTITY: Final = re.compile(r"([+-]?[\d.,]*\d[\d.,]*(?:e[+-]?\d{1,3})?)\s*(.*)", re.ASCII)
# A float beyond this no longer tells neighbouring whole numbers apart.
LARGEST: Final = 1e15


def canonical_unit(text: str) -> str | None:
    """The unit in its short form, or None for a unit nobody knows."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("^", "").replace("μ", "µ")
    plain = plain.rstrip(".") if len(plain) > 1 else plain
    plain = _ALSO.get(plain.replace(" ", ""), plain.replace(" ", ""))
    return plain if plain in _DIMENSION else None


def convert_unit(value: float, from_unit: str, to_unit: str) -> float:
    """A value in another unit of the same dimension. Raises Invalid, code ``bad_unit``."""
    source, target = canonical_unit(from_unit), canonical_unit(to_unit)
    if source is not None and source == target:
        return value
    if source is None or target is None or _DIMENSION[source][0] != _DIMENSION[target][0]:
        raise Invalid(
            N_("{from_unit} cannot be converted to {to_unit}."),
            code="bad_unit",
            from_unit=from_unit or "–",
            to_unit=to_unit or "–",
        )
    return value * _DIMENSION[source][1] / _DIMENSION[target][1]


def parse_number(text: str) -> float | None:
    """A number with full-width digits, a sign, thousands separators or an exponent; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not plain or not _NUMBER.fullmatch(plain.casefold()) or not any(ch.isdigit() for ch in plain):
        return None
    try:
        number = float(plain.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def parse_quantity(text: str, unit: str | None) -> float | None:
    """A number that may carry its own unit, converted to ``unit``; None for anything else."""
    number = parse_number(text)
    if number is not None:
        return number
    match = _QUANTITY.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if not match or not unit:
        return None
    number = parse_number(match[1])
    try:
        return None if number is None else convert_unit(number, match[2], unit)
    except Invalid:
        return None


def tidy(number: float) -> int | float:
    """A whole number as int, another without the dust of binary fractions."""
    rounded = round(number, 6)
    return int(rounded) if rounded.is_integer() and abs(rounded) < LARGEST else rounded
