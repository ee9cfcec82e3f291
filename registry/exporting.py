"""Export with ids, so that what goes out can come back in: CSV, XLSX, GeoJSON."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec

from foundation.act import Act
from foundation.database import Record, stream, transaction
from foundation.geometry import parse_geojson, representative_point
from foundation.paging import MOST
from foundation.principals import Role
from registry.catalogue import catalogue
from registry.catalogue.schema import Attribute
from registry.importing.source import FORMULA
from registry.queries import find_assets
from registry.queries.assets import COLUMNS, SOURCE, read_asset_row
from registry.schemas import AssetFilter, AssetRead

Format = Literal["csv", "xlsx", "geojson"]
FIELDS: Final = (
    "code", "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "status",
    "operating_state", "condition", "condition_on", "component_id", "label", "version",
)  # fmt: skip
_BOM: Final = "\ufeff"  # what makes Excel read Chinese


class _Exported(NamedTuple):
    asset: AssetRead
    shape: dict[str, Any] | None


class _Sheet(NamedTuple):
    """What is written: under which title, with which attributes as columns of their own."""

    title: str
    attributes: tuple[Attribute, ...]


async def export_assets(kind_key: str, form: Format, out: Path, act: Act) -> int:
    """Write all assets of a kind to a file, whole or not at all; answers how many."""
    act.require(Role.REGISTRAR, Role.PLANNER, Role.DISPATCHER)
    kind = catalogue().kind(kind_key)
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    query = f"SELECT {COLUMNS}, a.geometry {SOURCE} WHERE a.kind = $1 ORDER BY a.id"
    try:
        async with transaction():
            found = [_exported(row) async for row in stream(query, kind.key)]
        WRITERS[form](found, _Sheet(kind.zh, tuple(kind.attributes)), partial)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return len(found)


def _exported(row: Record) -> _Exported:
    return _Exported(read_asset_row(row), row["geometry"])


async def stream_csv(wanted: AssetFilter) -> AsyncIterator[str]:
    """The assets of a filter as CSV, piece by piece: of one kind with its attributes, of several with their kind.

    A refused filter is refused before the first piece. Rows added meanwhile may or may not be in it; none is twice.
    """
    wanted = msgspec.structs.replace(wanted, cursor=None, limit=MOST)
    page = await find_assets(wanted)
    attributes = tuple(catalogue().kind(wanted.kind).attributes) if wanted.kind else ()
    names = FIELDS if wanted.kind else ("code", "kind", *FIELDS[1:])

    async def pieces() -> AsyncIterator[str]:
        current = page
        yield _BOM + _csv_lines([[*names, *(attribute.key for attribute in attributes)]])
        while True:
            yield _csv_lines(_guarded_cells(asset, names, attributes) for asset in current.items)
            if current.next is None:
                return
            current = await find_assets(msgspec.structs.replace(wanted, cursor=current.next))

    return pieces()


def _cells(asset: AssetRead, names: Iterable[str], attributes: Iterable[Attribute]) -> Iterator[Any]:
    for value in (*(getattr(asset, name) for name in names), *(asset.attributes.get(a.key) for a in attributes)):
        yield "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value


def _guarded_cells(asset: AssetRead, names: Iterable[str], attributes: Iterable[Attribute]) -> list[Any]:
    return [guarded(cell) for cell in _cells(asset, names, attributes)]


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain with an apostrophe."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _write_csv(found: Iterable[_Exported], sheet: _Sheet, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_BOM + _csv_lines([_header(sheet)]))
        for asset, _ in found:
            file.write(_csv_lines([_guarded_cells(asset, FIELDS, sheet.attributes)]))


def _header(sheet: _Sheet) -> list[str]:
    return [*FIELDS, *(attribute.key for attribute in sheet.attributes)]


def _write_xlsx(found: Iterable[_Exported], sheet: _Sheet, path: Path) -> None:
    import openpyxl  # slow to import and needed only here

    spreadsheet: Any = openpyxl  # the package has no types
    book = spreadsheet.Workbook(write_only=True)
    page = book.create_sheet(sheet.title)
    page.append(_header(sheet))
    for asset, _ in found:
        page.append([_plain_cell(page, cell) for cell in _cells(asset, FIELDS, sheet.attributes)])
    book.save(path)


def _plain_cell(page: Any, value: Any) -> Any:
    """A text stays a text, whatever it looks like; signs that a spreadsheet cannot hold are left out."""
    if not isinstance(value, str):
        return value
    from openpyxl.cell import cell as cells

    library: Any = cells  # the package has no types
    cell = library.WriteOnlyCell(page, library.ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell


def _write_geojson(found: Iterable[_Exported], _sheet: _Sheet, path: Path) -> None:
    names = [name for name in FIELDS if name not in {"lon", "lat"}]
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for number, (asset, shape) in enumerate(found):
            properties = {name: getattr(asset, name) for name in names} | asset.attributes
            geometry = _geometry(asset, shape)
            feature = {"type": "Feature", "id": asset.code, "geometry": geometry, "properties": properties}
            file.write((b",\n" if number else b"\n") + msgspec.json.encode(feature))
        file.write(b"\n]}\n")


def _geometry(asset: AssetRead, shape: dict[str, Any] | None) -> dict[str, Any] | None:
    """The surveyed shape where it still says the position on record, else the point."""
    if asset.lon is None or asset.lat is None:
        return None
    if shape is not None:
        place = representative_point(parse_geojson(shape))
        if abs(place.lon - asset.lon) < _SAME and abs(place.lat - asset.lat) < _SAME:
            return shape
    return {"type": "Point", "coordinates": [asset.lon, asset.lat]}


_SAME: Final = 1e-7  # of a degree: a centimetre

WRITERS: Final = {"csv": _write_csv, "xlsx": _write_xlsx, "geojson": _write_geojson}
