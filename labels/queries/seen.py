"""Where current labels were seen last: far from their facilities, or two at each other's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from foundation.codes import printed
from foundation.database import Record, fetch, fetchrow
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from labels.distance import (
    CELL,
    FIX_FAR,
    FIX_OFF,
    FIX_REACH,
    METRES_PER_DEGREE,
    SIGHTING_FAR,
    SIGHTING_OFF,
    SIGHTING_REACH,
    box_degrees,
)
from labels.queries.watch import CURRENT_LABEL, LABEL_COLUMNS, WatchedLabel, WatchFilter


class FarLabel(WatchedLabel, frozen=True, kw_only=True):
    """A label last seen ``metres`` away from its asset; ``source`` is fix, crew or citizen.

    Degrees WGS 84: ``seen_lon`` and ``seen_lat`` where it was seen, ``lon`` and ``lat`` where its asset is.
    """

    metres: float
    seen_at: datetime
    source: str
    seen_lon: float
    seen_lat: float
    lon: float
    lat: float


class SwappedLabel(Struct, frozen=True, kw_only=True):
    """One label of two: ``metres`` from where it was seen to its own asset, ``other_metres`` to the other's."""

    id: int
    code: str
    version: int
    asset: str
    asset_name: str
    asset_name_en: str
    street: str
    metres: float
    other_metres: float
    seen_at: datetime
    source: str

    @property
    def printed(self) -> str:
        """The code as on the label."""
        return printed(self.code)


class SwappedPair(Struct, frozen=True):
    """Two labels of which each was seen at the other's asset."""

    one: SwappedLabel
    two: SwappedLabel


class SeenCounts(Struct, frozen=True):
    """How many labels are far from their assets, and how many pairs are swapped."""

    far: int
    swapped: int


def _metres(lon: str, lat: str, other_lon: str, other_lat: str) -> str:
    """The distance of two places in SQL, in a plane that touches the Earth there: exact to 0.1 % within some 50 km."""
    shrunk = f"({other_lon} - {lon}) * cos(radians({lat}))"
    return f"({METRES_PER_DEGREE!r} * (point({shrunk}, {other_lat} - {lat}) <-> point(0, 0)))"


def _apart(lon: str, lat: str, other_lon: str, other_lat: str, metres: float) -> str:
    """A cheap look that two places may be farther apart than this; most are not."""
    degrees = box_degrees(metres)
    return f"(abs({other_lon} - {lon}) > {degrees:.7f} OR abs({other_lat} - {lat}) > {degrees:.7f})"


_FIXED: Final = ("l.fixed_lon", "l.fixed_lat")
_SIGHTED: Final = ("s.lon", "s.lat")
_SEEN_LON, _SEEN_LAT = "coalesce(s.lon, l.fixed_lon)", "coalesce(s.lat, l.fixed_lat)"

# The place of a label is that of its fix, which is exact, unless it was seen elsewhere since: a sighting within its own
# coarseness of the fix says nothing new. Fenced by OFFSET, so that each distance is reckoned once.
_SEEN: Final = f"""
seen AS (
    SELECT {LABEL_COLUMNS}, p.lon, p.lat, {_SEEN_LON} AS seen_lon, {_SEEN_LAT} AS seen_lat,
           coalesce(s.at, l.fixed_at) AS seen_at, coalesce(s.source, 'fix') AS source
      FROM label l JOIN public_asset p ON p.id = l.asset_id
      LEFT JOIN LATERAL (SELECT at, lon, lat, source FROM label_sighting WHERE label_id = l.id
                          ORDER BY at DESC LIMIT 1) s
        ON l.fixed_lon IS NULL OR (s.at > l.fixed_at AND {_apart(*_FIXED, *_SIGHTED, SIGHTING_FAR)}
                                   AND {_metres(*_FIXED, *_SIGHTED)} > {SIGHTING_FAR})
     WHERE {CURRENT_LABEL} AND p.lon IS NOT NULL AND {_apart("p.lon", "p.lat", _SEEN_LON, _SEEN_LAT, FIX_OFF)}
    OFFSET 0
),
off AS (
    SELECT * FROM (SELECT *, {_metres("lon", "lat", "seen_lon", "seen_lat")} AS metres FROM seen OFFSET 0) AS measured
     WHERE metres > CASE source WHEN 'fix' THEN {FIX_OFF} ELSE {SIGHTING_OFF} END
)
"""
_FAR: Final = f"""
  FROM off WHERE metres > CASE source WHEN 'fix' THEN {FIX_FAR} ELSE {SIGHTING_FAR} END
   AND ($1::text IS NULL OR street = $1) AND ($2::text IS NULL OR kind = $2)
"""
# Where an asset lies is entered into nine cells of a grid, so that equality finds all that is near a place.
_PAIRS: Final = f"""
near AS (
    SELECT off.*, floor(lon / {CELL}) + x AS cell_x, floor(lat / {CELL}) + y AS cell_y
      FROM off, generate_series(-1, 1) AS x, generate_series(-1, 1) AS y
),
pairs AS (
    SELECT one.id AS one, two.id AS two, {_metres("two.lon", "two.lat", "one.seen_lon", "one.seen_lat")} AS one_metres,
           {_metres("one.lon", "one.lat", "two.seen_lon", "two.seen_lat")} AS two_metres
      FROM off one JOIN near two
        ON two.cell_x = floor(one.seen_lon / {CELL}) AND two.cell_y = floor(one.seen_lat / {CELL}) AND two.id > one.id
     WHERE ($1::text IS NULL OR $1 IN (one.street, two.street)) AND ($2::text IS NULL OR $2 IN (one.kind, two.kind))
    OFFSET 0
),
swapped AS (
    SELECT pairs.* FROM pairs JOIN off one ON one.id = pairs.one JOIN off two ON two.id = pairs.two
     WHERE one_metres <= least(one.metres / 2, CASE one.source WHEN 'fix' THEN {FIX_REACH} ELSE {SIGHTING_REACH} END)
       AND two_metres <= least(two.metres / 2, CASE two.source WHEN 'fix' THEN {FIX_REACH} ELSE {SIGHTING_REACH} END)
)
"""
_HALF: Final = tuple(name for name in SwappedLabel.__struct_fields__ if name != "other_metres")
_BOTH: Final = ", ".join(f"{side}.{name} AS {side}_{name}" for side in ("one", "two") for name in _HALF)
_SWAPPED: Final = (
    f"WITH {_SEEN}, {_PAIRS} SELECT {_BOTH}, one_metres AS one_other_metres, two_metres AS two_other_metres"
    " FROM swapped JOIN off one ON one.id = swapped.one JOIN off two ON two.id = swapped.two"
    " WHERE $3::bigint IS NULL OR (one.id, two.id) > ($3, $4::bigint) ORDER BY one.id, two.id"
)


async def find_far(wanted: WatchFilter) -> Page[FarLabel]:
    """A page of labels that were seen farther from their assets than may be, the farthest first."""
    limit = page_limit(wanted.limit)
    after = decode_cursor(wanted.cursor, [float, int]) if wanted.cursor else (None, None)
    rows = await fetch(
        f"WITH {_SEEN} SELECT * {_FAR} AND ($3::float8 IS NULL OR (-metres, id) > (-$3, $4::bigint))"
        f" ORDER BY -metres, id LIMIT {limit + 1}",
        *_params(wanted),
        *after,
    )
    return cut_page([FarLabel(**dict(row)) for row in rows], limit, lambda label: [label.metres, label.id])


async def find_swapped(wanted: WatchFilter) -> Page[SwappedPair]:
    """A page of pairs of labels of which each was seen at the other's asset; a filter may fit either of the two."""
    limit = page_limit(wanted.limit)
    after = decode_cursor(wanted.cursor, [int, int]) if wanted.cursor else (None, None)
    rows = await fetch(f"{_SWAPPED} LIMIT {limit + 1}", *_params(wanted), *after)
    pairs = [SwappedPair(_half(row, "one"), _half(row, "two")) for row in rows]
    return cut_page(pairs, limit, lambda pair: [pair.one.id, pair.two.id])


def _half(row: Record, side: str) -> SwappedLabel:
    return SwappedLabel(**{name: row[f"{side}_{name}"] for name in SwappedLabel.__struct_fields__})


async def count_seen(wanted: WatchFilter) -> SeenCounts:
    """How many there are of both in all, in one look at all labels."""
    row = await fetchrow(
        f"WITH {_SEEN}, {_PAIRS} SELECT (SELECT count(*) {_FAR}) AS far, (SELECT count(*) FROM swapped) AS swapped",
        *_params(wanted),
    )
    return SeenCounts(row["far"], row["swapped"]) if row else SeenCounts(0, 0)


def _params(wanted: WatchFilter) -> list[Any]:
    return [wanted.street or None, wanted.kind or None]
