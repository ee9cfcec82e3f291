"""Shapes from text: well-known text (WKT) and GeoJSON, as they stand in the cell of a table. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from foundation.errors import Invalid
from foundation.geometry.position import Position
from foundation.geometry.shapes import KINDS, Geometry, from_coordinates, representative_point
from foundation.translation import N_

# Repeats are bounded or cannot overlap, so that no text makes these patterns slow.
_NUMBER: Final = r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,4})?"
_WKT: Final = re.compile(r"(?:SRID=(\d+);\s*)?([A-Z]+)(?:\s+(?:ZM|Z|M))?\s*(\(.*\)|EMPTY)", re.I | re.S | re.ASCII)
_WKT_POSITION: Final = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER}){{0,2}}", re.ASCII)
_KINDS: Final = {kind.upper(): kind for kind in KINDS}
_SRIDS: Final = frozenset({None, "0", "4326", "4490"})
_LONGEST: Final = 8_000_000


def read_geometry(text: str) -> tuple[dict[str, Any], Position]:
    """A shape from WKT or GeoJSON, as GeoJSON, and the place that stands for it; both in the frame of the source.

    Raises Invalid (``bad_geometry``).
    """
    shape = parse_geometry(text)
    return shape.to_geojson(), representative_point(shape)


def parse_geometry(text: str) -> Geometry:
    """A shape from WKT or GeoJSON, in its own frame; raises Invalid (``bad_geometry``).

    ``parse_geometry(text).converted(converter_from(crs)).check_ranges()`` brings the whole shape into ours.
    """
    return parse_geojson(text) if text.lstrip()[:1] == "{" else parse_wkt(text)


def parse_geojson(source: str | Mapping[str, object]) -> Geometry:
    """A GeoJSON geometry, or the geometry of a feature, in its own frame; raises Invalid (``bad_geometry``)."""
    value = _load(source) if isinstance(source, str) else source
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        value = value.get("geometry")
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(kind, str):
        raise _unreadable()
    return from_coordinates(kind, value.get("coordinates"))


def parse_wkt(text: str) -> Geometry:
    """A shape in WKT, with or without heights, in its own frame; raises Invalid (``bad_geometry``)."""
    match = _WKT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise _unreadable()
    srid, word, body = match.groups()
    if srid not in _SRIDS:
        raise Invalid(
            N_("The geometry says SRID {srid}. Leave it out and name the coordinate system of the file instead."),
            code="bad_geometry",
            srid=srid,
        )
    kind = _KINDS.get(word.upper().rstrip("ZM"), word)
    return from_coordinates(kind, [] if body.upper() == "EMPTY" else _nested(kind, body))


def _load(text: str) -> object:
    try:
        return json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error


def _nested(kind: str, body: str) -> object:
    """The body of a WKT shape nested as in GeoJSON: ``(1 2, 3 4)`` becomes ``[[1, 2], [3, 4]]``."""
    listed = _WKT_POSITION.sub(lambda found: f"[{float(found[1])!r},{float(found[2])!r}]", body)
    value = _load(listed.replace("(", "[").replace(")", "]"))
    if kind == "Point":
        return _only(value)
    if kind == "MultiPoint" and isinstance(value, list):
        return [_only(each) if _is_wrapped(each) else each for each in value]
    return value


def _is_wrapped(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def _only(value: object) -> object:
    if not isinstance(value, list) or len(value) != 1:
        raise _unreadable()
    return value[0]


def _unreadable() -> Invalid:
    return Invalid(
        N_("The geometry cannot be read. Write it as WKT, such as POINT (120.65 28.01), or as GeoJSON."),
        code="bad_geometry",
    )
