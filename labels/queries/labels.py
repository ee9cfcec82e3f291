"""Labels: one, many, counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from foundation.codes import normalise, parse_code, printed
from foundation.database import Record, fetch, fetchrow
from foundation.errors import NotFound
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.translation import N_
from labels.schemas import IssuedLabel, LabelFilter, LabelRead
from labels.states import CURRENT, LabelState

_SELECT: Final = (
    "SELECT l.id, l.code, l.state, p.code AS asset, p.name AS asset_name, p.name_en AS asset_name_en,"
    " r.code AS successor, l.created_at, l.printed_at, l.fixed_at, l.ended_at, l.version"
    " FROM label l LEFT JOIN public_asset p ON p.id = l.asset_id LEFT JOIN label r ON r.id = l.replaced_by_id"
)


def _read(row: Record) -> LabelRead:
    return LabelRead(**dict(row), printed=printed(row["code"]))


async def get_label(text: str) -> LabelRead:
    """The label of a code as typed, whatever its state. Raises Invalid for no code at all, and NotFound."""
    code = parse_code(text)
    row = await fetchrow(f"{_SELECT} WHERE l.code = $1", code)
    if row is None:
        raise NotFound(N_("There is no label with the code {label}."), code="unknown_label", label=printed(code))
    return _read(row)


async def find_labels(wanted: LabelFilter) -> Page[LabelRead]:
    """A page of labels, the newest first."""
    limit = page_limit(wanted.limit)
    before = decode_cursor(wanted.cursor, [int])[0] if wanted.cursor else None
    text = (wanted.q or "").strip()
    rows = await fetch(
        f"{_SELECT} WHERE ($1::bigint IS NULL OR l.id < $1) AND ($2::text IS NULL OR l.state = $2)"
        " AND ($3 = '' OR p.code = $3 OR ($4 <> '' AND strpos(l.code, $4) > 0))"
        f" ORDER BY l.id DESC LIMIT {limit + 1}",
        before,
        wanted.state or None,
        text,
        normalise(text),
    )
    return cut_page([_read(row) for row in rows], limit, lambda label: [label.id])


async def label_counts() -> dict[LabelState, int]:
    """How many labels there are of each state that occurs."""
    return {row["state"]: row["n"] for row in await fetch("SELECT state, count(*) AS n FROM label GROUP BY state")}


async def read_current(asset_ids: Iterable[int]) -> dict[int, IssuedLabel]:
    """The current label of each of the assets that has one, by asset id."""
    rows = await fetch(
        "SELECT asset_id, id, code, check_word FROM label"
        " WHERE asset_id = ANY($1::bigint[]) AND state = ANY($2::text[])",
        list(asset_ids),
        list(CURRENT),
    )
    return {row["asset_id"]: IssuedLabel(row["id"], row["code"], row["check_word"]) for row in rows}
