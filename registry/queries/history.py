"""Service history, newest first."""

from __future__ import annotations

from foundation.database import Record, fetch
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from registry.history import DISTRICT, Audience, summary_of
from registry.schemas import HistoryLineRead


def _read(row: Record) -> HistoryLineRead:
    return HistoryLineRead(
        seq=row["seq"],
        at=row["at"],
        kind=row["kind"],
        audience=row["audience"],
        actor=row["actor"],
        summary=summary_of(row["kind"], row["data"]),
        data=row["data"],
        hash=bytes(row["hash"]).hex(),
    )


async def find_history(
    stream: int, audience: Audience | None = None, cursor: str | None = None, limit: int = 50
) -> Page[HistoryLineRead]:
    """A page of an asset's history, newest first; ``audience="public"`` leaves out what is for staff."""
    size = page_limit(limit)
    before = decode_cursor(cursor, [int])[0] if cursor else 2**31 - 1
    rows = await fetch(
        "SELECT seq, at, kind, audience, actor, data, hash FROM history_line"
        " WHERE stream = $1 AND seq < $2 AND ($3::text IS NULL OR audience = $3) ORDER BY seq DESC LIMIT $4",
        stream,
        before,
        audience,
        size + 1,
    )
    return cut_page([_read(row) for row in rows], size, lambda line: [line.seq])


async def find_district_history(cursor: str | None = None, limit: int = 50) -> Page[HistoryLineRead]:
    """What belongs to no asset: imports, accounts, plans."""
    return await find_history(DISTRICT, None, cursor, limit)
