"""Assets: one, many, counted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from foundation.codes import printed
from foundation.database import Record, fetch, fetchrow
from foundation.errors import Invalid, NotFound
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.principals import Place
from foundation.translation import N_
from registry.schemas import AssetFilter, AssetRead
from registry.search import like_patterns, query_grams
from registry.words import OPERATING, STATUS

COLUMNS = (
    "a.id, a.code, a.kind, a.name, a.name_en, a.address, a.address_en, a.street, a.community, a.lon, a.lat, a.status,"
    " a.operating_state, a.condition, a.condition_on, a.attributes, a.organisation_id, a.component_id, a.version,"
    " a.created_at, a.updated_at, a.retired_at, s.label_code, coalesce(s.open_requests, 0) AS open_requests,"
    " coalesce(s.open_orders, 0) AS open_orders, coalesce(s.overdue, 0) AS overdue, s.last_service_at,"
    " s.next_service_at"
)
SOURCE = "FROM asset a LEFT JOIN asset_signals s ON s.asset_id = a.id"


_READ: Final = frozenset(AssetRead.__struct_fields__)


def read_asset_row(row: Record) -> AssetRead:
    """A row of ``COLUMNS`` as an AssetRead."""
    values = dict(row)
    label = values.pop("label_code")
    values = {name: value for name, value in values.items() if name in _READ}  # a query may ask for more
    return AssetRead(**values, label=printed(label) if label else None)


async def get_asset(code: str) -> AssetRead:
    """The asset of this code. Raises NotFound."""
    row = await fetchrow(f"SELECT {COLUMNS} {SOURCE} WHERE a.code = $1", code)
    if row is None:
        raise _no_asset(code)
    return read_asset_row(row)


async def get_asset_by_id(asset_id: int) -> AssetRead:
    """The asset of this id. Raises NotFound."""
    row = await fetchrow(f"SELECT {COLUMNS} {SOURCE} WHERE a.id = $1", asset_id)
    if row is None:
        raise _no_asset(str(asset_id))
    return read_asset_row(row)


def _no_asset(code: str) -> NotFound:
    return NotFound(N_("There is no facility with the code {asset_code}."), asset_code=code)


async def get_assets_by_id(asset_ids: Iterable[int]) -> dict[int, AssetRead]:
    """Those of the ids that exist, by id."""
    rows = await fetch(f"SELECT {COLUMNS} {SOURCE} WHERE a.id = ANY($1::bigint[])", list(asset_ids))
    return {row["id"]: read_asset_row(row) for row in rows}


def place_of(asset: AssetRead) -> Place:
    """Where an act on this asset happens, as scopes see it."""
    return Place(asset.organisation_id, asset.street)


class Where:
    """Conditions and their parameters, numbered as they come."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.params: list[Any] = []

    def add(self, template: str, *values: Any) -> None:
        """Add a condition; each ``{}`` stands for one value."""
        self.params.extend(values)
        first = len(self.params) - len(values)
        self.parts.append(template.format(*(f"${first + n + 1}" for n in range(len(values)))))

    @property
    def sql(self) -> str:
        """The WHERE clause, or nothing."""
        return " WHERE " + " AND ".join(self.parts) if self.parts else ""


_ONLY = {
    "open": "coalesce(s.open_requests, 0) + coalesce(s.open_orders, 0) > 0",
    "overdue": "coalesce(s.overdue, 0) > 0",
    "no_label": "s.label_code IS NULL",
    "no_position": "a.lon IS NULL",
}
_EQUAL = ("kind", "status", "operating_state", "condition", "street", "community")


_CHOICES: Final[Mapping[str, Iterable[Any]]] = {
    "status": STATUS,
    "operating_state": OPERATING,
    "condition": range(1, 6),
    "only": _ONLY,
}


def _check(wanted: AssetFilter) -> None:
    for name, choices in _CHOICES.items():
        value = getattr(wanted, name)
        if value is not None and value not in choices:
            text, allowed = N_("{field} is one of: {allowed}."), ", ".join(map(str, choices))
            raise Invalid(text, code="bad_filter", field=name, allowed=allowed)


def where_of(wanted: AssetFilter) -> Where:
    """The conditions of a filter, over ``SOURCE``. Raises Invalid for a value that no asset can have."""
    _check(wanted)
    where = Where()
    for name in _EQUAL:
        value = getattr(wanted, name)
        if value is not None:
            where.add(f"a.{name} = {{}}", value)
    if wanted.operating_state is None and not wanted.with_retired:
        where.add("a.operating_state <> 'retired'")
    if wanted.bbox:
        where.add("point(a.lon, a.lat) <@ box(point({}, {}), point({}, {})) AND a.lon IS NOT NULL", *wanted.bbox)
    if wanted.batch is not None:
        where.add("a.id IN (SELECT asset_id FROM import_change WHERE batch_id = {})", wanted.batch)
    if wanted.only:
        where.add(_ONLY[wanted.only])
    if wanted.q:
        _search(where, wanted.q)
    return where


def _search(where: Where, query: str) -> None:
    """Every word of the query stands in the code, a name, the address, the street or the community."""
    grams = query_grams(query)
    if grams:
        where.add("a.search @> {}::text[]", grams)
    for pattern in like_patterns(query):
        where.add("array_to_string(a.search, ' ') LIKE {}", pattern)


async def find_assets(wanted: AssetFilter) -> Page[AssetRead]:
    """A page of assets: in order of registration, or nearest first where ``near`` is given."""
    limit = page_limit(wanted.limit)
    where = where_of(wanted)
    if wanted.near:
        return await _nearest(wanted, where, limit)
    if wanted.cursor:
        (after,) = decode_cursor(wanted.cursor, [int])
        where.add("a.id > {}", after)
    rows = await fetch(f"SELECT {COLUMNS} {SOURCE}{where.sql} ORDER BY a.id LIMIT {limit + 1}", *where.params)
    return cut_page([read_asset_row(row) for row in rows], limit, lambda asset: [asset.id])


_LEAST_SHRINK: Final = 0.01  # at the poles every longitude is near
_SLACK: Final = 1.000001  # the circle must not lose its own edge to rounding


async def find_asset_places(wanted: AssetFilter) -> list[tuple[int, Place]]:
    """All assets that match, in order of registration: the id and the place of each, as scopes see it."""
    where = where_of(wanted)
    rows = await fetch(f"SELECT a.id, a.organisation_id, a.street {SOURCE}{where.sql} ORDER BY a.id", *where.params)
    places: dict[tuple[int | None, str], Place] = {}
    return [
        (row["id"], places.setdefault(key, Place(*key)))
        for row in rows
        for key in ((row["organisation_id"], row["street"]),)
    ]


async def _nearest(wanted: AssetFilter, where: Where, limit: int) -> Page[AssetRead]:
    """Nearest first on the ground, where a degree of longitude is shorter than one of latitude.

    The index knows the order in degrees only: it gives enough candidates to say how far the page reaches, then
    everything within that reach is ordered truly.
    """
    lon, lat = wanted.near or (0.0, 0.0)
    shrink = max(math.cos(math.radians(lat)), _LEAST_SHRINK)
    where.add("a.lon IS NOT NULL")
    first = len(where.params) + 1
    here, away = _measures(first)
    where.params.extend([lon, lat, shrink])
    if wanted.cursor:
        where.add(f"({away}, a.id) > ({{}}::float8, {{}}::bigint)", *decode_cursor(wanted.cursor, [float, int]))
    near = f"SELECT {away} AS d {SOURCE}{where.sql} ORDER BY point(a.lon, a.lat) <-> {here} LIMIT {limit + 1}"
    rows = await fetch(
        f"WITH reach AS (SELECT max(d) * {_SLACK} / ${first + 2} AS degrees FROM ({near}) AS near)"
        f" SELECT {COLUMNS}, {away} AS away {SOURCE}{where.sql}"
        f" AND point(a.lon, a.lat) <@ circle({here}, (SELECT degrees FROM reach))"
        f" ORDER BY away, a.id LIMIT {limit + 1}",
        *where.params,
    )
    ways = {row["id"]: row["away"] for row in rows}
    items = [read_asset_row(row) for row in rows]
    return cut_page(items, limit, lambda asset: [ways[asset.id], asset.id])


def _measures(first: int) -> tuple[str, str]:
    """The place asked for, and the way to it in degrees of latitude, over three parameters from ``first`` on."""
    here = f"point(${first}::float8, ${first + 1}::float8)"
    dx, dy = f"((a.lon - ${first}::float8) * ${first + 2}::float8)", f"(a.lat - ${first + 1}::float8)"
    return here, f"sqrt({dx} * {dx} + {dy} * {dy})"


class AssetCounts(msgspec.Struct, frozen=True):
    """How many assets match; with ``capped`` there are more than ``total``."""

    total: int
    capped: bool


async def asset_counts(wanted: AssetFilter, cap: int = 10_000) -> AssetCounts:
    """How many assets match, counted up to ``cap`` so that a long list stays quick."""
    where = where_of(wanted)
    row = await fetchrow(
        f"SELECT count(*) AS n FROM (SELECT 1 {SOURCE}{where.sql} LIMIT {cap + 1}) AS matching", *where.params
    )
    total = int(row["n"]) if row else 0
    return AssetCounts(min(total, cap), total > cap)
