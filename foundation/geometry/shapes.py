"""Shapes: points, lines and areas, single or several, in one form for all. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final, Literal, TypeAlias, cast, get_args

from foundation.errors import Invalid
from foundation.geometry.frames import Convert
from foundation.geometry.position import XY, Box, Position, check_degrees
from foundation.translation import N_

Kind = Literal["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"]
Ring: TypeAlias = tuple[XY, ...]
Part: TypeAlias = tuple[Ring, ...]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MOST_POSITIONS: Final = 100_000

_DEPTHS: Final = {"Point": 0, "LineString": 1, "Polygon": 2}  # how deep the positions lie in GeoJSON


@dataclass(frozen=True, slots=True)
class Geometry:
    """A shape. A part of an area is its outer ring and its holes; of a line or point, one ring that is not closed."""

    kind: Kind
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        _check_count(self)
        for ring in chain.from_iterable(self.parts):
            _check_ring(self.kind, ring)

    @property
    def positions(self) -> list[XY]:
        """All positions in order."""
        return [xy for part in self.parts for ring in part for xy in ring]

    def converted(self, convert: Convert) -> Geometry:
        """The shape in another frame."""
        return Geometry(
            self.kind, tuple(tuple(tuple(convert(*xy) for xy in ring) for ring in part) for part in self.parts)
        )

    def check_ranges(self) -> Geometry:
        """The shape itself; raises Invalid (``bad_position``) unless all positions are degrees in range."""
        for xy in self.positions:
            check_degrees(*xy)
        return self

    def box(self) -> Box:
        """The box around the shape."""
        xs, ys = zip(*self.positions, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    def to_geojson(self) -> dict[str, Any]:
        """The shape as a GeoJSON geometry (RFC 7946)."""
        return {"type": self.kind, "coordinates": self._coordinates()}

    def _coordinates(self) -> Any:
        depth = _DEPTHS[self.kind.removeprefix("Multi")]
        nested = [[[list(xy) for xy in ring] for ring in part] for part in self.parts]
        flat = [part if depth == 2 else part[0] if depth == 1 else part[0][0] for part in nested]
        return flat if self.kind.startswith("Multi") else flat[0]


def point(lon: float, lat: float) -> Geometry:
    """The shape of a single place."""
    return Geometry("Point", ((((lon, lat),),),))


def from_coordinates(kind: str, coordinates: object) -> Geometry:
    """A shape from its kind and its coordinates nested as in GeoJSON; heights are dropped.

    Raises Invalid (``bad_geometry``) with the reason.
    """
    if kind not in KINDS:
        raise Invalid(
            N_("{kind} cannot be kept. Give a Point, a LineString, a Polygon or one of their Multi forms."),
            code="bad_geometry",
            kind=kind[:40],
        )
    single = _DEPTHS[kind.removeprefix("Multi")]
    members = _list(coordinates) if kind.startswith("Multi") else [coordinates]
    return Geometry(kind, tuple(_part(member, single) for member in members))


def representative_point(geometry: Geometry) -> Position:
    """One place that stands for the shape and lies on it, in its own frame.

    In the largest area, halfway along the longest line; of several points the one nearest to their middle.
    """
    match geometry.kind.removeprefix("Multi"):
        case "Point":
            return Position(*_most_central(geometry.positions))
        case "LineString":
            return Position(*_halfway(max((part[0] for part in geometry.parts), key=_length)))
        case _:
            return Position(*_inside(max(geometry.parts, key=lambda part: abs(_area(part[0])))))


def contains(part: Part, xy: XY) -> bool:
    """Whether a position lies in an area and in none of its holes."""
    return sum(x > xy[0] for x in _crossings(part, xy[1])) % 2 == 1


def _part(member: object, depth: int) -> Part:
    if depth == 0:
        return ((_position(member),),)
    if depth == 1:
        return (_ring(member),)
    return tuple(_ring(ring) for ring in _list(member))


def _ring(value: object) -> Ring:
    return tuple(_position(each) for each in _list(value))


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise _no_position()
    return value


def _position(value: object) -> XY:
    numbers = _list(value)
    if not 2 <= len(numbers) <= 4 or not all(type(number) in (int, float) for number in numbers):
        raise _no_position()
    try:
        x, y = (float(cast("float", number)) for number in numbers[:2])
    except OverflowError as error:
        raise _no_position() from error
    if not (math.isfinite(x) and math.isfinite(y)):
        raise _no_position()
    return x, y


def _no_position() -> Invalid:
    return Invalid(N_("A position of the geometry is not two numbers, longitude before latitude."), code="bad_geometry")


def _check_count(geometry: Geometry) -> None:
    if not geometry.positions or not all(geometry.parts):
        raise Invalid(N_("The geometry is empty."), code="bad_geometry")
    if len(geometry.positions) > MOST_POSITIONS:
        raise Invalid(N_("The geometry has more than {most} positions."), code="bad_geometry", most=MOST_POSITIONS)


def _check_ring(kind: Kind, ring: Ring) -> None:
    if kind.endswith("LineString") and len(ring) < 2:
        raise Invalid(N_("A line needs two positions or more."), code="bad_geometry")
    if kind.endswith("Polygon") and (len(ring) < 4 or ring[0] != ring[-1]):
        raise Invalid(
            N_("The edge of an area needs four positions or more and must end where it begins."), code="bad_geometry"
        )


def _most_central(points: list[XY]) -> XY:
    middle = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    return min(points, key=lambda xy: math.dist(xy, middle))


def _length(line: Ring) -> float:
    return sum(math.dist(here, there) for here, there in pairwise(line))


def _halfway(line: Ring) -> XY:
    left = _length(line) / 2
    for here, there in pairwise(line):
        step = math.dist(here, there)
        if step >= left and step > 0:
            return _between(here, there, left / step)
        left -= step
    return line[0]


def _between(here: XY, there: XY, share: float) -> XY:
    return here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share


def _area(ring: Ring) -> float:
    """The area of a ring, positive where it runs against the clock; measured from its first position, for precision."""
    x0, y0 = ring[0]
    return sum((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0) for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def _inside(part: Part) -> XY:
    """The centroid where it lies inside, else the middle of the widest stretch halfway up."""
    middle = _centroid(part[0])
    if middle is not None and contains(part, middle):
        return middle
    ys = [y for _, y in part[0]]
    y = (min(ys) + max(ys)) / 2
    crossings = sorted(_crossings(part, y))
    stretches = list(zip(crossings[::2], crossings[1::2], strict=True))
    if not stretches:
        return part[0][0]  # an area without extent
    left, right = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return (left + right) / 2, y


def _centroid(ring: Ring) -> XY | None:
    """The centre of gravity of a ring; None where it has no area."""
    area, (x0, y0) = _area(ring), ring[0]
    if not area:
        return None
    x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        x += (x1 + x2 - 2 * x0) * cross
        y += (y1 + y2 - 2 * y0) * cross
    return x0 + x / (6 * area), y0 + y / (6 * area)


def _crossings(part: Part, y: float) -> list[float]:
    """Where the edges of an area cross a parallel; always an even number of times."""
    return [
        x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        for ring in part
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > y) != (y2 > y)
    ]
