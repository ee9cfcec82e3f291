"""Labels: one, many, counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

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


def unknown_label(code: str) -> NotFound:
    """The refusal of a code that was never issued here."""
    return NotFound(N_("There is no label with the code {label}."), code="unknown_label", label=printed(code))


async def get_label(text: str) -> LabelRead:
    """The label of a code as typed, whatever its state. Raises Invalid for no code at all, and NotFound."""
    code = parse_code(text)
    row = await fetchrow(f"{_SELECT} WHERE l.code = $1", code)
    if row is None:
        raise unknown_label(code)
    return _read(row)


async def find_labels(wanted: LabelFilter) -> Page[LabelRead]:
    """A page of labels, the newest first."""
    limit = page_limit(wanted.limit)
    before = decode_cursor(wanted.cursor, [int])[0] if wanted.cursor else None
    text = (wanted.q or "").strip()
    rows = await fetch(
        f"{_SELECT} WHERE ($1::bigint IS NULL OR l.id < $1) AND ($2::text IS NULL OR l.state = $2)"
        " AND ($3 = '' OR p.code = $3 OR l.batch = $3 OR ($4 <> '' AND strpos(l.code, $4) > 0))"
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


class Batch(Struct, frozen=True):
    """A batch of blank labels: how many there were, are still blank, and became void without ever being fixed."""

    batch: str
    made_at: datetime
    labels: int
    blank: int
    void: int

    @property
    def fixed(self) -> int:
        """How many have found their facility."""
        return self.labels - self.blank - self.void


async def find_batches(limit: int = 100) -> list[Batch]:
    """The latest batches of blank labels, newest first."""
    rows = await fetch(
        "SELECT batch, min(created_at) AS made_at, count(*) AS labels,"
        " count(*) FILTER (WHERE state = 'blank') AS blank,"
        " count(*) FILTER (WHERE state = 'void' AND asset_id IS NULL) AS void"
        " FROM label WHERE batch IS NOT NULL GROUP BY batch ORDER BY min(created_at) DESC, batch DESC LIMIT $1",
        limit,
    )
    return [Batch(**dict(row)) for row in rows]


class LabelPrint(Struct, frozen=True):
    """When a label was printed, by which job, and in which cell; sheet and position count from 1."""

    job: str
    at: datetime
    sheet: int
    position: int
    template: str
    stock: str


class LabelStory(Struct, frozen=True, kw_only=True):
    """What else is known of a label: check word, batch and photo, where it was printed, how often it was scanned."""

    check_word: int
    batch: str | None
    photo: str | None
    fixed_lon: float | None
    fixed_lat: float | None
    scans: int
    scanned_at: datetime | None
    prints: list[LabelPrint]


async def label_story(label_id: int) -> LabelStory:
    """The story of a label. Raises NotFound."""
    row = await fetchrow(
        "SELECT check_word, batch, photo, fixed_lon, fixed_lat, (SELECT coalesce(sum(scans), 0) FROM label_scan"
        " WHERE label_id = l.id) AS scans, (SELECT max(last_at) FROM label_scan WHERE label_id = l.id) AS scanned_at"
        " FROM label l WHERE id = $1",
        label_id,
    )
    if row is None:
        raise NotFound(N_("There is no label with the code {label}."), label=str(label_id))
    prints = await fetch(
        "SELECT job, at, sheet, position, template, stock FROM label_print WHERE label_id = $1"
        " ORDER BY at DESC LIMIT 20",
        label_id,
    )
    return LabelStory(**dict(row), prints=[LabelPrint(**dict(one)) for one in prints])
