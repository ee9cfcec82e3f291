"""The reprint queue: current labels that should be printed anew, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from foundation.database import fetch, fetchval
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.settings import current_settings
from labels.queries.inventory import known_stocks
from labels.queries.watch import CURRENT_LABEL, LABEL_COLUMNS, WatchedLabel, WatchFilter


class ReprintLabel(WatchedLabel, frozen=True, kw_only=True):
    """A label to print anew: ``reason`` is wrong, damaged, worn or age; ``reports`` how often citizens told so."""

    reason: str
    since: datetime | None
    reports: int


_YEAR: Final = timedelta(days=365)
# A label that was bound without being printed here came from a sheet of blank ones, made when it was.
_MADE: Final = "coalesce(l.printed_at, CASE WHEN l.fixed_at IS NOT NULL THEN l.created_at END)"
# Worn, and not printed since; where it is unknown since when, it waits until it is seen in its place again.
_WORN: Final = "(l.state = 'worn' AND coalesce(l.printed_at <= l.worn_at, true))"
# A label lasts as long as the stock of its last print does, or else as the setting says. Most are younger than what
# lasts least, and of those nobody looks for the print.
_OLD: Final = f"""({_MADE} < $4 AND {_MADE} < coalesce((
    SELECT ($6::timestamptz[])[array_position($5::text[], made.stock)] FROM label_print made
     WHERE made.label_id = l.id ORDER BY made.at DESC LIMIT 1), $1))"""
_REPRINT: Final = f"""
  FROM label l JOIN public_asset p ON p.id = l.asset_id LEFT JOIN label_wish w ON w.label_id = l.id
 WHERE {CURRENT_LABEL} AND (w.label_id IS NOT NULL OR {_WORN} OR {_OLD})
   AND ($2::text IS NULL OR p.street = $2) AND ($3::text IS NULL OR p.kind = $3)
"""


async def _reprint_params(street: str | None, kind: str | None, at: datetime) -> list[Any]:
    """Years of 365 days are exact enough for a sticker."""
    otherwise = at - current_settings().label_life_years * _YEAR
    old = {stock.key: at - stock.life_years * _YEAR for stock in (await known_stocks()).values() if stock.life_years}
    return [otherwise, street or None, kind or None, max([otherwise, *old.values()]), list(old), list(old.values())]


async def find_reprints(wanted: WatchFilter, at: datetime) -> Page[ReprintLabel]:
    """A page of the reprint queue by street and asset code, as the labels are printed."""
    limit = page_limit(wanted.limit)
    after = decode_cursor(wanted.cursor, [str, str]) if wanted.cursor else (None, None)
    rows = await fetch(
        f"SELECT {LABEL_COLUMNS}, coalesce(w.reason, CASE WHEN {_WORN} THEN 'worn' ELSE 'age' END) AS reason,"
        f" coalesce(w.told_at, CASE WHEN {_WORN} THEN l.worn_at ELSE {_MADE} END) AS since,"
        f" coalesce(w.reports, 0) AS reports {_REPRINT}"
        " AND ($7::text IS NULL OR (p.street, p.code) > ($7, $8::text))"
        f" ORDER BY p.street, p.code LIMIT {limit + 1}",
        *await _reprint_params(wanted.street, wanted.kind, at),
        *after,
    )
    return cut_page([ReprintLabel(**dict(row)) for row in rows], limit, lambda label: [label.street, label.asset])


async def count_reprints(wanted: WatchFilter, at: datetime) -> int:
    """How many there are in all."""
    params = await _reprint_params(wanted.street, wanted.kind, at)
    return int(await fetchval(f"SELECT count(*) {_REPRINT}", *params))


async def reprint_asset_ids(at: datetime, *, street: str | None = None, kind: str | None = None) -> list[int]:
    """The assets whose labels wait to be printed anew, by street and asset code."""
    rows = await fetch(f"SELECT p.id {_REPRINT} ORDER BY p.street, p.code", *await _reprint_params(street, kind, at))
    return [row["id"] for row in rows]
