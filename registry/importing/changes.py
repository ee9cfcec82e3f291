"""What is on record already, and what a file would change of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from foundation.database import fetch
from foundation.translation import N_
from registry.catalogue import Kind
from registry.importing.options import ImportResult
from registry.importing.records import Record

COMPARED: Final = (
    "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "geometry", "source_id",
)  # fmt: skip
CHUNK: Final = 5000


@dataclass
class Change:
    """One asset that is created or changed: the values that are new, and what they replace."""

    record: Record
    asset_id: int
    code: str
    before: dict[str, Any] | None  # None: it is created
    after: dict[str, Any]
    fields: list[str]


async def compare(records: list[Record], kind: Kind, *, by_code: bool, result: ImportResult) -> list[Change]:
    """What each record creates or changes; a row whose code belongs to another facility is rejected."""
    known = await _existing(records, kind, by_code=by_code)
    owners = await _code_owners(records)
    changes: list[Change] = []
    for record in records:
        row = known.get(record.import_key)
        if _taken(record, row, owners, result):
            continue
        change = _created(record) if row is None else _updated(record, row)
        if change is None:
            result.unchanged += 1
        else:
            changes.append(change)
            result.created += change.before is None
            result.updated += change.before is not None
    return changes


async def _existing(records: list[Record], kind: Kind, *, by_code: bool) -> dict[str, Mapping[str, Any]]:
    """Assets of earlier imports by the key, and, where codes identify, by their own code."""
    columns = (
        "id, code, kind, import_key, version, operating_state, retired_at, retired_reason, attributes, "
        + ", ".join(COMPARED)
    )
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(records), CHUNK):
        keys = [record.import_key for record in records[start : start + CHUNK]]
        if by_code:
            rows = await fetch(
                f"SELECT {columns} FROM asset WHERE kind = $1 AND code = ANY($2::text[])", kind.key, keys
            )
            found |= {row["code"]: row for row in rows}
        rows = await fetch(
            f"SELECT {columns} FROM asset WHERE kind = $1 AND import_key = ANY($2::text[])", kind.key, keys
        )
        found |= {row["import_key"]: row for row in rows}
    return found


async def _code_owners(records: list[Record]) -> dict[str, int]:
    owners: dict[str, int] = {}
    codes = [record.code for record in records if record.code]
    for start in range(0, len(codes), CHUNK):
        rows = await fetch("SELECT id, code FROM asset WHERE code = ANY($1::text[])", codes[start : start + CHUNK])
        owners |= {row["code"]: row["id"] for row in rows}
    return owners


def _taken(record: Record, row: Mapping[str, Any] | None, owners: dict[str, int], result: ImportResult) -> bool:
    """Whether the code belongs to another asset already, or to an earlier row; such a row is rejected."""
    if record.code is None:
        return False
    mine = row["id"] if row is not None else -record.row
    owner = owners.setdefault(record.code, mine)
    if owner == mine:
        return False
    result.problems.add(
        record.row, None, "code_taken", N_("The code {asset_code} belongs to another facility."), asset_code=record.code
    )
    result.rejected += 1
    result.rejected_rows.add(record.row)
    return True


def _created(record: Record) -> Change:
    after = {"attributes": record.attributes, **record.values}
    return Change(record, 0, record.code or "", None, after, sorted(after))


def _updated(record: Record, row: Mapping[str, Any]) -> Change | None:
    """What differs; an empty cell says nothing and keeps what is on record."""
    after = {name: value for name, value in record.values.items() if value != row[name]}
    attributes = row["attributes"] | record.attributes
    if attributes != row["attributes"]:
        after["attributes"] = attributes
    if row["operating_state"] == "retired":
        after |= {"operating_state": "in_service", "retired_at": None, "retired_reason": None}
    if not after:
        return None
    before = {name: row[name] for name in after}
    return Change(record, row["id"], row["code"], before, after, sorted(after))
