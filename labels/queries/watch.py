"""Current labels that nobody scans: they may hang nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from foundation.codes import printed
from foundation.database import fetch, fetchval
from foundation.errors import Invalid
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.translation import N_
from labels.states import CURRENT, LabelState

DAYS: Final = (7, 30, 90)
DEFAULT_DAYS: Final = 30
# Of a current label ``l`` and its asset ``p``; nobody looks for the label of what is retired.
LABEL_COLUMNS: Final = (
    "l.id, l.code, l.state, l.version, p.code AS asset, p.name AS asset_name, p.name_en AS asset_name_en,"
    " p.street, p.kind"
)
CURRENT_LABEL: Final = (
    "l.state IN (" + ", ".join(f"'{state}'" for state in CURRENT) + ") AND p.operating_state <> 'retired'"
)


class WatchFilter(Struct, frozen=True, kw_only=True):
    """Which labels are looked at; ``days`` is how long a label may hang without a scan."""

    street: str | None = None
    kind: str | None = None
    days: int = DEFAULT_DAYS
    cursor: str | None = None
    limit: int = 50


class WatchedLabel(Struct, frozen=True, kw_only=True):
    """A current label and its asset; ``code`` is nine characters, ``asset`` an asset code."""

    id: int
    code: str
    state: LabelState
    version: int
    asset: str
    asset_name: str
    asset_name_en: str
    street: str
    kind: str

    @property
    def printed(self) -> str:
        """The code as on the label."""
        return printed(self.code)


class UnscannedLabel(WatchedLabel, frozen=True, kw_only=True):
    """Nobody has scanned it since this instant, when it was last printed or fixed."""

    since: datetime


_UNSCANNED: Final = f"""
  FROM label l JOIN public_asset p ON p.id = l.asset_id
 WHERE {CURRENT_LABEL} AND greatest(l.printed_at, l.fixed_at) < $1
   AND ($2::text IS NULL OR p.street = $2) AND ($3::text IS NULL OR p.kind = $3)
   AND NOT EXISTS (SELECT 1 FROM label_scan s
                    WHERE s.label_id = l.id AND s.last_at >= greatest(l.printed_at, l.fixed_at))
"""


def _unscanned_params(wanted: WatchFilter, at: datetime) -> list[Any]:
    if wanted.days not in DAYS:
        allowed = ", ".join(map(str, DAYS))
        raise Invalid(N_("{field} is one of: {allowed}."), code="bad_filter", field="days", allowed=allowed)
    return [at - timedelta(days=wanted.days), wanted.street or None, wanted.kind or None]


async def find_unscanned(wanted: WatchFilter, at: datetime) -> Page[UnscannedLabel]:
    """A page of labels that nobody has scanned for so many days since they were printed or fixed, the oldest first."""
    limit = page_limit(wanted.limit)
    params = _unscanned_params(wanted, at)
    after = decode_cursor(wanted.cursor, [datetime, int]) if wanted.cursor else (None, None)
    rows = await fetch(
        f"SELECT {LABEL_COLUMNS}, greatest(l.printed_at, l.fixed_at) AS since {_UNSCANNED}"
        " AND ($4::timestamptz IS NULL OR (greatest(l.printed_at, l.fixed_at), l.id) > ($4, $5::bigint))"
        f" ORDER BY since, l.id LIMIT {limit + 1}",
        *params,
        *after,
    )
    return cut_page([UnscannedLabel(**dict(row)) for row in rows], limit, lambda label: [label.since, label.id])


async def count_unscanned(wanted: WatchFilter, at: datetime) -> int:
    """How many there are in all."""
    return int(await fetchval(f"SELECT count(*) {_UNSCANNED}", *_unscanned_params(wanted, at)))
