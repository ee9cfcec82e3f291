"""The import itself: what is there already, what changes, and one transaction for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foundation.act import Act
from foundation.database import copy_rows, execute, fetch, fetchval, transaction
from foundation.errors import Invalid
from foundation.geometry import converter_from
from foundation.principals import Role
from foundation.translation import N_
from registry.catalogue import Kind, catalogue
from registry.events import AssetImported, ImportDone
from registry.history import DISTRICT, record_many
from registry.importing.mapping import Mapping as ColumnMapping
from registry.importing.mapping import build_mapping
from registry.importing.problems import Problems
from registry.importing.records import Reader, Record
from registry.importing.source import Source, read_source
from registry.service.assets import next_codes, search_of

_COMPARED = (
    "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "geometry", "source_id",
)  # fmt: skip
_CHUNK = 5000
_LOCK = 0x0FAC_0001


@dataclass(frozen=True)
class ImportOptions:
    """How a file is read; the command line and the page fill the same form."""

    kind: str
    pairs: Sequence[tuple[str, str]] = ()
    key: str | None = None
    crs: str = "wgs84"
    encoding: str | None = None
    strict: bool = False
    dry_run: bool = False
    file_name: str | None = None


@dataclass
class ImportResult:
    """What an import did, or would do in a dry run."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: Problems = field(default_factory=Problems)
    batch: int | None = None
    refused: bool = False
    mapping: dict[str, str] = field(default_factory=dict)
    rejected_rows: set[int] = field(default_factory=set)
    source: Source | None = None


@dataclass
class _Change:
    record: Record
    asset_id: int
    code: str
    before: dict[str, Any] | None  # None: it is created
    after: dict[str, Any]
    fields: list[str]


Progress = Callable[[int, int], None]


async def import_file(path: Path, options: ImportOptions, act: Act, progress: Progress | None = None) -> ImportResult:
    """Import a file. Raises Invalid for an unknown kind, field, column or unreadable file; nothing is written then."""
    act.require(Role.REGISTRAR)
    kind = catalogue().kind(options.kind)
    converter_from(options.crs)  # a system nobody knows refuses the file, not each of its rows
    source = read_source(path, options.encoding)
    mapping = build_mapping(source.columns, options.pairs, kind)
    result = ImportResult(read=len(source.rows), source=source, mapping=_readable(mapping))
    key = _key_column(options, source, mapping)
    reader = Reader(kind, mapping, key, options.crs, result.problems)
    records = list(reader.records(list(source.rows)))
    result.rejected_rows = {row.number for row in source.rows} - {record.row for record in records}
    result.rejected = len(result.rejected_rows)
    if options.strict and result.rejected:
        result.refused = True
        return result
    async with transaction():
        # One import at a time: two files with the same new keys would otherwise create twins.
        await execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        changes = await _compare(records, kind, by_code=reader.by_code, result=result)
        if not options.dry_run and changes:
            result.batch = await _write(changes, kind, options, path, result, act, progress)
    return result


def _readable(mapping: ColumnMapping) -> dict[str, str]:
    return {column: target.named for column, target in mapping.items()}


def _key_column(options: ImportOptions, source: Source, mapping: ColumnMapping) -> str:
    if options.key is not None:
        if options.key not in source.columns:
            raise Invalid(
                N_("The file has no column “{column}”. It has: {columns}."),
                code="unknown_column",
                column=options.key,
                columns=", ".join(source.columns[:60]),
            )
        return options.key
    code = next((column for column, target in mapping.items() if target.field == "code"), None)
    if code is None:
        raise Invalid(
            N_("No column holds a code. Name the column that identifies a row with --key, or map one to code."),
            code="key_needed",
        )
    return code


async def _compare(records: list[Record], kind: Kind, *, by_code: bool, result: ImportResult) -> list[_Change]:
    known = await _existing(records, kind, by_code=by_code)
    owners = await _code_owners(records)
    changes: list[_Change] = []
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
    columns = "id, code, kind, import_key, version, operating_state, attributes, " + ", ".join(_COMPARED)
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(records), _CHUNK):
        keys = [record.import_key for record in records[start : start + _CHUNK]]
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
    for start in range(0, len(codes), _CHUNK):
        rows = await fetch("SELECT id, code FROM asset WHERE code = ANY($1::text[])", codes[start : start + _CHUNK])
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


def _created(record: Record) -> _Change:
    after = {"attributes": record.attributes, **record.values}
    return _Change(record, 0, record.code or "", None, after, sorted(after))


def _updated(record: Record, row: Mapping[str, Any]) -> _Change | None:
    """What differs; an empty cell says nothing and keeps what is on record."""
    after = {name: value for name, value in record.values.items() if value != row[name]}
    attributes = row["attributes"] | record.attributes
    if attributes != row["attributes"]:
        after["attributes"] = attributes
    if row["operating_state"] == "retired":
        after["operating_state"] = "in_service"
    if not after:
        return None
    before = {name: row[name] for name in after}
    return _Change(record, row["id"], row["code"], before, after, sorted(after))


async def _write(
    changes: list[_Change],
    kind: Kind,
    options: ImportOptions,
    path: Path,
    result: ImportResult,
    act: Act,
    progress: Progress | None,
) -> int:
    name = options.file_name or path.name
    batch: int = await fetchval(
        "INSERT INTO import_batch"
        " (kind, file_name, file_hash, mapping, created, updated, unchanged, rejected, actor, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        kind.key,
        name,
        result.source.digest if result.source else "",
        result.mapping,
        result.created,
        result.updated,
        result.unchanged,
        result.rejected,
        act.actor,
        act.at,
    )
    await _name_new(changes, kind)
    for start in range(0, len(changes), _CHUNK):
        await _write_chunk(changes[start : start + _CHUNK], kind, batch, act)
        if progress:
            progress(min(start + _CHUNK, len(changes)), len(changes))
    done = ImportDone(
        batch=batch,
        file_name=name,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
    )
    await record_many([(DISTRICT, done)], act)
    return batch


async def _name_new(changes: list[_Change], kind: Kind) -> None:
    """Ids, codes and names for what is created; a tree without a name is called by its kind and code."""
    new = [change for change in changes if change.before is None]
    if not new:
        return
    ids = await fetch(
        "SELECT nextval(pg_get_serial_sequence('asset', 'id')) AS id FROM generate_series(1, $1)", len(new)
    )
    nameless = [change for change in new if not change.code]
    codes = await _free_codes(kind, len(nameless), {change.code for change in new})
    for change, code in zip(nameless, codes, strict=True):
        change.code = code
    for change, row in zip(new, ids, strict=True):
        change.asset_id = row["id"]
        change.after.setdefault("name", f"{kind.zh} {change.code}")
        change.after.setdefault(
            "name_en", f"{kind.en} {change.code}" if change.after["name"].startswith(kind.zh) else ""
        )


async def _free_codes(kind: Kind, count: int, used: set[str]) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        codes = [code for code in await next_codes(kind, count - len(found)) if code not in used]
        rows = await fetch("SELECT code FROM asset WHERE code = ANY($1::text[])", codes)
        taken = {row["code"] for row in rows}
        found.extend(code for code in codes if code not in taken)
    return found


async def _write_chunk(changes: list[_Change], kind: Kind, batch: int, act: Act) -> None:
    new = [change for change in changes if change.before is None]
    old = [change for change in changes if change.before is not None]
    if new:
        columns = ("id", "code", "kind", "import_key", *_COMPARED, "attributes", "search", "created_at", "updated_at")
        await copy_rows("asset", columns, [_new_row(change, kind, act) for change in new])
    for change in old:
        await _update(change, act)
    versions = await fetch(
        "SELECT id, version FROM asset WHERE id = ANY($1::bigint[])", [change.asset_id for change in changes]
    )
    version = {row["id"]: row["version"] for row in versions}
    await copy_rows(
        "import_change",
        ("batch_id", "asset_id", "before", "version_after"),
        [(batch, c.asset_id, c.before, version[c.asset_id]) for c in changes],
    )
    await record_many(
        [
            (
                c.asset_id,
                AssetImported(
                    batch=batch, created=c.before is None, fields=() if c.before is None else tuple(c.fields)
                ),
            )
            for c in changes
        ],
        act,
    )


def _new_row(change: _Change, kind: Kind, act: Act) -> tuple[Any, ...]:
    after = change.after
    texts = {"name_en", "address", "address_en", "street", "community"}
    values = [after.get(name, "" if name in texts else None) for name in _COMPARED]
    search = search_of(after | {"code": change.code})
    key = change.record.import_key
    return (
        change.asset_id, change.code, kind.key, key, *values, after["attributes"], search, act.at, act.at,
    )  # fmt: skip


async def _update(change: _Change, act: Act) -> None:
    row = dict(change.after)
    sets = ", ".join(f"{name} = ${n + 3}" for n, name in enumerate(row))
    await execute(
        f"UPDATE asset SET {sets}, updated_at = $2, version = version + 1 WHERE id = $1",
        change.asset_id,
        act.at,
        *row.values(),
    )
    searched = {"name", "name_en", "address", "street", "community"} & row.keys()
    if searched:
        rows = await fetch(
            "SELECT code, name, name_en, address, street, community FROM asset WHERE id = $1", change.asset_id
        )
        await execute("UPDATE asset SET search = $2 WHERE id = $1", change.asset_id, search_of(dict(rows[0])))
