"""Service history: newest first for its readers, in the order of transactions for whoever listens to it."""

from __future__ import annotations

from collections.abc import Collection

from foundation.database import Record, fetch, fetchrow, fetchval
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from registry.history import DISTRICT, Audience, summary_of
from registry.schemas import HistoryLineHeard, HistoryLineRead, HistoryPlace


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


async def read_lines_after(
    place: HistoryPlace, kinds: Collection[str], limit: int = 500
) -> tuple[list[HistoryLineHeard], HistoryPlace]:
    """The lines of some kinds after a place, at most ``limit``, and the place to go on from.

    Numbers are given before a transaction ends, so a line may appear behind one that was read. Nothing of a transaction
    is read, therefore, while one that began no later is open; every line is read once, whoever writes meanwhile.

    On a server that took over the history from another by a restore, transactions count from the start again: what came
    along is taken as heard, and what is new is read.
    """
    oldest, upcoming = await _open_transactions()
    if place.xact > upcoming:
        top = await fetchval("SELECT max(id) FROM history_line WHERE xact >= $1::text::xid8", str(upcoming))
        return [], HistoryPlace(restored_id=top or 0)
    rows = await fetch(
        "SELECT id, xact::text::bigint AS number, stream, at, kind, data FROM history_line"
        " WHERE (xact, id) > ($1::text::xid8, $2) AND xact < $3::text::xid8 AND id > $4 AND kind = ANY($5::text[])"
        " ORDER BY xact, id LIMIT $6",
        str(place.xact),
        place.line_id,
        str(oldest),
        place.restored_id,
        list(kinds),
        limit,
    )
    lines = [HistoryLineHeard(row["stream"], row["at"], row["kind"], row["data"]) for row in rows]
    if len(rows) == limit:
        return lines, HistoryPlace(rows[-1]["number"], rows[-1]["id"], place.restored_id)
    return lines, HistoryPlace(oldest, 0, place.restored_id)


async def _open_transactions() -> tuple[int, int]:
    """The number of the oldest transaction still open, and that of the next to begin."""
    row = await fetchrow(
        "SELECT pg_snapshot_xmin(now)::text::bigint AS oldest, pg_snapshot_xmax(now)::text::bigint AS upcoming"
        " FROM pg_current_snapshot() AS now"
    )
    return (row["oldest"], row["upcoming"]) if row else (0, 0)
