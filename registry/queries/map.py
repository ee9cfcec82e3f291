"""Assets for a map: single points where there are few, counted cells of a grid where there are many."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from foundation.database import fetch
from registry.queries.assets import SOURCE, where_of
from registry.schemas import AssetFilter

MOST_POINTS: Final = 300
_CELLS_ACROSS: Final = 24
_CELL_PIXELS: Final = 64
_TILE_PIXELS: Final = 256


class MapPoint(Struct, frozen=True, kw_only=True):
    """A point of the map, in degrees: one asset, or ``count`` of them in a cell, where the texts are empty."""

    lon: float
    lat: float
    count: int
    code: str
    name: str
    name_en: str
    label: str
    operating_state: str
    open: int
    overdue: int


_OPEN: Final = "coalesce(s.open_requests, 0) + coalesce(s.open_orders, 0)"


async def find_map_points(wanted: AssetFilter, zoom: int) -> list[MapPoint]:
    """What lies in ``wanted.bbox``, singly up to 300, else in cells of the size of a marker at this zoom."""
    where = where_of(wanted)
    sql = f"""
        SELECT a.lon, a.lat, 1 AS count, a.code, a.name, a.name_en, coalesce(s.label_code, '') AS label,
               a.operating_state, {_OPEN} AS open, coalesce(s.overdue, 0) AS overdue
          {SOURCE}{where.sql} LIMIT {MOST_POINTS + 1}
    """
    rows = await fetch(sql, *where.params)
    if len(rows) > MOST_POINTS:
        rows = await _cells(where.sql, where.params, _cell(wanted, zoom))
    return [MapPoint(**dict(row)) for row in rows]


async def _cells(where: str, params: list[Any], cell: float) -> Any:
    n = len(params) + 1
    single = "CASE WHEN count(*) = 1 THEN min({}) ELSE '' END"
    return await fetch(
        f"""
        SELECT avg(a.lon) AS lon, avg(a.lat) AS lat, count(*) AS count, {single.format("a.code")} AS code,
               {single.format("a.name")} AS name, {single.format("a.name_en")} AS name_en,
               {single.format("coalesce(s.label_code, '')")} AS label,
               {single.format("a.operating_state")} AS operating_state,
               sum({_OPEN}) AS open, sum(coalesce(s.overdue, 0)) AS overdue
          {SOURCE}{where} GROUP BY floor(a.lon / ${n}::float8), floor(a.lat / ${n}::float8)
        """,
        *params,
        cell,
    )


def _cell(wanted: AssetFilter, zoom: int) -> float:
    """Degrees of a cell; never so small that a wide view falls into thousands of cells."""
    west, south, east, north = wanted.bbox or (-180.0, -90.0, 180.0, 90.0)
    marker: float = 360.0 / 2**zoom * _CELL_PIXELS / _TILE_PIXELS
    return max(marker, (east - west) / _CELLS_ACROSS, (north - south) / _CELLS_ACROSS)
