"""Export with ids, so that what goes out can come back in: CSV, XLSX, GeoJSON."""

from __future__ import annotations

import csv
import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import IO, Any, Final, Literal

import msgspec

from foundation.act import Act
from foundation.database import stream, transaction
from foundation.principals import Role
from registry.catalogue import Kind, catalogue
from registry.queries.assets import COLUMNS, SOURCE, read_asset_row
from registry.schemas import AssetRead

Format = Literal["csv", "xlsx", "geojson"]
FIELDS: Final = (
    "code", "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "status",
    "operating_state", "condition", "condition_on", "component_id", "label", "version",
)  # fmt: skip


async def export_assets(kind_key: str, form: Format, out: Path, act: Act) -> int:
    """Write all assets of a kind to a file, whole or not at all; answers how many."""
    act.require(Role.REGISTRAR, Role.PLANNER, Role.DISPATCHER)
    kind = catalogue().kind(kind_key)
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        async with transaction():
            assets = [asset async for asset in _assets(kind)]
        WRITERS[form](assets, kind, partial)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return len(assets)


async def _assets(kind: Kind) -> AsyncIterator[AssetRead]:
    async for row in stream(f"SELECT {COLUMNS} {SOURCE} WHERE a.kind = $1 ORDER BY a.id", kind.key):
        yield read_asset_row(row)


def _header(kind: Kind) -> list[str]:
    return [*FIELDS, *(attribute.key for attribute in kind.attributes)]


def _cells(asset: AssetRead, kind: Kind) -> Iterable[Any]:
    for name in FIELDS:
        value = getattr(asset, name)
        yield "" if value is None else value
    for attribute in kind.attributes:
        value = asset.attributes.get(attribute.key)
        yield "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain with an apostrophe."""
    return "'" + value if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _write_csv(assets: Iterable[AssetRead], kind: Kind, path: Path) -> None:
    # The byte order mark is what makes Excel read Chinese.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        _write_rows(file, assets, kind)


def _write_rows(file: IO[str], assets: Iterable[AssetRead], kind: Kind) -> None:
    writer = csv.writer(file)
    writer.writerow(_header(kind))
    writer.writerows([guarded(cell) for cell in _cells(asset, kind)] for asset in assets)


def _write_xlsx(assets: Iterable[AssetRead], kind: Kind, path: Path) -> None:
    import openpyxl  # slow to import and needed only here

    spreadsheet: Any = openpyxl  # the package has no types
    book = spreadsheet.Workbook(write_only=True)
    sheet = book.create_sheet(kind.zh)
    sheet.append(_header(kind))
    for asset in assets:
        sheet.append([guarded(cell) for cell in _cells(asset, kind)])
    book.save(path)


def _write_geojson(assets: Iterable[AssetRead], _kind: Kind, path: Path) -> None:
    names = [name for name in FIELDS if name not in {"lon", "lat"}]
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for number, asset in enumerate(assets):
            point = {"type": "Point", "coordinates": [asset.lon, asset.lat]} if asset.lon is not None else None
            properties = {name: getattr(asset, name) for name in names} | asset.attributes
            feature = {"type": "Feature", "id": asset.code, "geometry": point, "properties": properties}
            file.write((b",\n" if number else b"\n") + msgspec.json.encode(feature))
        file.write(b"\n]}\n")


WRITERS: Final = {"csv": _write_csv, "xlsx": _write_xlsx, "geojson": _write_geojson}
