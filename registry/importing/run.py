"""The import itself: one transaction for all that changes."""

from __future__ import annotations

from collections.abc import Callable
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
from registry.importing.changes import CHUNK, COMPARED, Change, compare
from registry.importing.mapping import Mapping as ColumnMapping
from registry.importing.mapping import build_mapping
from registry.importing.options import ImportOptions, ImportResult
from registry.importing.records import Reader
from registry.importing.source import Source, read_source
from registry.service.assets import free_codes, search_of

_LOCK = 0x0FAC_0001
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
        changes = await compare(records, kind, by_code=reader.by_code, result=result)
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


async def _write(
    changes: list[Change],
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
    for start in range(0, len(changes), CHUNK):
        await _write_chunk(changes[start : start + CHUNK], kind, batch, act)
        if progress:
            progress(min(start + CHUNK, len(changes)), len(changes))
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


async def _name_new(changes: list[Change], kind: Kind) -> None:
    """Ids, codes and names for what is created; a tree without a name is called by its kind and code."""
    new = [change for change in changes if change.before is None]
    if not new:
        return
    ids = await fetch(
        "SELECT nextval(pg_get_serial_sequence('asset', 'id')) AS id FROM generate_series(1, $1)", len(new)
    )
    nameless = [change for change in new if not change.code]
    codes = await free_codes(kind, len(nameless), {change.code for change in new})
    for change, code in zip(nameless, codes, strict=True):
        change.code = code
    for change, row in zip(new, ids, strict=True):
        change.asset_id = row["id"]
        change.after.setdefault("name", f"{kind.zh} {change.code}")
        change.after.setdefault(
            "name_en", f"{kind.en} {change.code}" if change.after["name"].startswith(kind.zh) else ""
        )


async def _write_chunk(changes: list[Change], kind: Kind, batch: int, act: Act) -> None:
    new = [change for change in changes if change.before is None]
    old = [change for change in changes if change.before is not None]
    if new:
        columns = ("id", "code", "kind", "import_key", *COMPARED, "attributes", "search", "created_at", "updated_at")
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


def _new_row(change: Change, kind: Kind, act: Act) -> tuple[Any, ...]:
    after = change.after
    texts = {"name_en", "address", "address_en", "street", "community"}
    values = [after.get(name, "" if name in texts else None) for name in COMPARED]
    search = search_of(after | {"code": change.code})
    key = change.record.import_key
    return (
        change.asset_id, change.code, kind.key, key, *values, after["attributes"], search, act.at, act.at,
    )  # fmt: skip


async def _update(change: Change, act: Act) -> None:
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
