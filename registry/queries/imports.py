"""What was imported before."""

from __future__ import annotations

from foundation.database import Record, fetch


async def find_import_batches(limit: int = 50) -> list[Record]:
    """The latest imports, newest first: ``id``, ``kind``, ``file_name``, counts, ``actor``, ``at``, ``undone_at``."""
    return await fetch(
        "SELECT id, kind, file_name, created, updated, unchanged, rejected, actor, at, undone_at"
        " FROM import_batch ORDER BY id DESC LIMIT $1",
        limit,
    )
