"""Take an import back, as far as nobody has worked on its assets since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from foundation.act import Act
from foundation.database import execute, fetch, fetchrow, transaction
from foundation.errors import NotFound, Refused
from foundation.principals import Role
from foundation.translation import N_
from registry.events import ImportUndone
from registry.history import DISTRICT, record_many
from registry.service.assets import search_of


@dataclass(frozen=True)
class UndoResult:
    """How many assets were taken off record, restored, and kept because they changed since or carry work."""

    batch: int
    removed: int
    restored: int
    kept: int


async def undo_import(batch: int, act: Act) -> UndoResult:
    """Undo one batch. Raises NotFound, and Refused when it was undone before. History lines stay, as always."""
    act.require(Role.REGISTRAR)
    async with transaction():
        row = await fetchrow("SELECT undone_at FROM import_batch WHERE id = $1 FOR UPDATE", batch)
        if row is None:
            raise NotFound(N_("There is no import batch {batch}."), batch=batch)
        if row["undone_at"] is not None:
            raise Refused(N_("Batch {batch} is undone already."), batch=batch)
        changes = await fetch(
            "SELECT c.asset_id, c.before FROM import_change c JOIN asset a ON a.id = c.asset_id"
            " WHERE c.batch_id = $1 AND a.version = c.version_after ORDER BY c.asset_id",
            batch,
        )
        total = await fetch("SELECT count(*) AS n FROM import_change WHERE batch_id = $1", batch)
        restored = [r["asset_id"] for r in changes if r["before"] is not None]
        for change in changes:
            if change["before"] is not None:
                await _restore(change["asset_id"], change["before"], act)
        removed = await _remove([r["asset_id"] for r in changes if r["before"] is None])
        await execute("UPDATE import_batch SET undone_at = $2 WHERE id = $1", batch, act.at)
        touched = [DISTRICT, *restored, *removed]
        await record_many([(stream, ImportUndone(batch=batch)) for stream in touched], act)
    return UndoResult(batch, len(removed), len(restored), total[0]["n"] - len(removed) - len(restored))


async def _restore(asset_id: int, kept: dict[str, Any], act: Act) -> None:
    retired = kept.get("retired_at")
    before = kept | ({"retired_at": datetime.fromisoformat(retired)} if retired else {})
    sets = ", ".join(f"{name} = ${n + 3}" for n, name in enumerate(before))
    row = await fetchrow(
        f"UPDATE asset SET {sets}, updated_at = $2, version = version + 1 WHERE id = $1"
        " RETURNING code, name, name_en, address, street, community",
        asset_id,
        act.at,
        *before.values(),
    )
    if row is not None:
        await execute("UPDATE asset SET search = $2 WHERE id = $1", asset_id, search_of(dict(row)))


async def _remove(asset_ids: list[int]) -> list[int]:
    """Delete those that nothing refers to; upper rooms' labels and work keep theirs, found by halving."""
    if not asset_ids:
        return []
    try:
        async with transaction():
            await execute("DELETE FROM import_change WHERE asset_id = ANY($1::bigint[])", asset_ids)
            await execute("DELETE FROM asset_signals WHERE asset_id = ANY($1::bigint[])", asset_ids)
            await execute("DELETE FROM asset WHERE id = ANY($1::bigint[])", asset_ids)
    except asyncpg.ForeignKeyViolationError:
        if len(asset_ids) == 1:
            return []
        half = len(asset_ids) // 2
        return await _remove(asset_ids[:half]) + await _remove(asset_ids[half:])
    return asset_ids
