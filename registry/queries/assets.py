"""Assets: one, many, counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from foundation.codes import printed
from foundation.database import Record, fetch, fetchrow
from foundation.errors import NotFound
from foundation.paging import Page, cut_page, decode_cursor, encode_cursor, page_limit
from foundation.principals import Place
from foundation.translation import N_
from registry.schemas import AssetFilter, AssetRead
from registry.search import fold, like_pattern, query_grams

COLUMNS = (
    "a.id, a.code, a.kind, a.name, a.name_en, a.address, a.address_en, a.street, a.community, a.lon, a.lat, a.status,"
    " a.operating_state, a.condition, a.condition_on, a.attributes, a.organisation_id, a.component_id, a.version,"
    " a.created_at, a.updated_at, a.retired_at, s.label_code, coalesce(s.open_requests, 0) AS open_requests,"
    " coalesce(s.open_orders, 0) AS open_orders, coalesce(s.overdue, 0) AS overdue, s.last_service_at,"
    " s.next_service_at"
)
SOURCE = "FROM asset a LEFT JOIN asset_signals s ON s.asset_id = a.id"


def read_asset_row(row: Record) -> AssetRead:
    """A row of ``COLUMNS`` as an AssetRead."""
    values = dict(row)
    label = values.pop("label_code")
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


def where_of(wanted: AssetFilter) -> Where:
    """The conditions of a filter, over ``SOURCE``."""
    where = Where()
    for name in _EQUAL:
        value = getattr(wanted, name)
        if value is not None:
            where.add(f"a.{name} = {{}}", value)
    if wanted.operating_state is None and not wanted.with_retired:
        where.add("a.operating_state <> 'retired'")
    if wanted.bbox:
        where.add("point(a.lon, a.lat) <@ box(point({}, {}), point({}, {})) AND a.lon IS NOT NULL", *wanted.bbox)
    if wanted.only:
        where.add(_ONLY[wanted.only])
    if wanted.q and fold(wanted.q):
        where.add("a.search @> {}::text[]", query_grams(wanted.q))
        where.add(
            "lower(normalize(concat_ws(' ', a.code, a.name, a.name_en, a.address, a.street, a.community), NFKC))"
            " LIKE {}",
            like_pattern(wanted.q),
        )
    return where


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


async def _nearest(wanted: AssetFilter, where: Where, limit: int) -> Page[AssetRead]:
    (offset,) = decode_cursor(wanted.cursor, [int]) if wanted.cursor else (0,)
    where.add("a.lon IS NOT NULL")
    lon, lat = wanted.near or (0.0, 0.0)
    where.params.extend([lon, lat])
    n = len(where.params)
    order = f"point(a.lon, a.lat) <-> point(${n - 1}::float8, ${n}::float8), a.id"
    rows = await fetch(
        f"SELECT {COLUMNS} {SOURCE}{where.sql} ORDER BY {order} LIMIT {limit + 1} OFFSET {int(offset)}", *where.params
    )
    items = [read_asset_row(row) for row in rows[:limit]]
    return Page(items, encode_cursor([offset + limit]) if len(rows) > limit else None)


class AssetCounts(msgspec.Struct, frozen=True):
    """How many assets match, capped, and by kind without the kind filter's cap."""

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
