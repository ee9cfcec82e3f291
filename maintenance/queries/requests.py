"""Service requests: one, and the queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from foundation.database import fetch, fetchrow
from foundation.errors import Invalid, NotFound
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.translation import N_
from maintenance.schemas import RequestRead
from maintenance.states import RequestState, request_actions_from
from registry.catalogue import catalogue

FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_SELECT: Final = """
SELECT r.number, a.code AS asset, a.name AS asset_name, a.name_en AS asset_name_en, a.kind, a.street, a.organisation_id,
       r.category, r.priority, r.state, r.channel, r.reporters, r.held, m.number AS merged_into,
       (SELECT w.number FROM work_order w WHERE w.request_id = r.id AND w.state <> 'cancelled'
         ORDER BY w.id DESC LIMIT 1) AS "order",
       r.reason, r.reported_at, r.respond_by, r.due_at, r.due_provisional, r.ended_at, r.version, r.id,
       coalesce(r.due_at, $1::timestamptz) AS due_key
  FROM service_request r JOIN asset a ON a.id = r.asset_id
  LEFT JOIN service_request m ON m.id = r.merged_into_id
"""


class RequestFilter(Struct, frozen=True, kw_only=True):
    """Which reports a list shows; ``q`` is a number, an asset's code or part of its name."""

    state: str | None = None
    kind: str | None = None
    street: str | None = None
    q: str | None = None
    only: str | None = None  # open, overdue, held, to_file
    cursor: str | None = None
    limit: int = 50


def _read(row: Mapping[str, Any]) -> RequestRead:
    values = {name: row[name] for name in RequestRead.__struct_fields__ if name in row}
    fault = catalogue().kind(row["kind"]).fault(row["category"])
    return RequestRead(
        **values,
        category_zh=fault.zh if fault else row["category"],
        category_en=fault.en if fault else row["category"],
        actions=[str(action) for action in request_actions_from(RequestState(row["state"]))],
    )


async def get_request(number: str) -> RequestRead:
    """The report of this number. Raises NotFound."""
    row = await fetchrow(f"{_SELECT} WHERE r.number = $2", FAR, number)
    if row is None:
        raise NotFound(N_("There is no report {number}."), number=number[:40])
    return _read(dict(row))


OPEN: Final = "r.state NOT IN ('closed', 'refused', 'merged', 'withdrawn')"
_ONLY: Final = {
    "open": OPEN + " AND NOT r.held",
    "overdue": OPEN + " AND NOT r.held AND r.state NOT IN ('done', 'verified', 'suspended') AND r.due_at < $2",
    "held": OPEN + " AND r.held",
    "to_file": "r.state IN ('reported', 'verifying', 'contested') AND NOT r.held",
}


def chosen(conditions: Mapping[str, str], word: str | None) -> str:
    """The condition of a filter's word, or none. Raises Invalid for a word it lacks."""
    if word and word not in conditions:
        raise Invalid(N_("There is no such filter."), code="bad_filter")
    return conditions[word] if word else "true"


def check_word(word: str | None, words: type[StrEnum]) -> None:
    """Raises Invalid for a state there is not."""
    if word and word not in set(words):
        raise Invalid(N_("There is no such filter."), code="bad_filter")


async def find_requests(wanted: RequestFilter, at: datetime) -> Page[RequestRead]:
    """A page of reports, the most pressing first: by promised instant, then by number."""
    limit = page_limit(wanted.limit)
    due, last = decode_cursor(wanted.cursor, [datetime, int]) if wanted.cursor else (None, None)
    only = chosen(_ONLY, wanted.only)
    check_word(wanted.state, RequestState)
    rows = await fetch(
        f"{_SELECT} WHERE ($2::timestamptz IS NOT NULL) AND {only}"
        " AND ($3::text IS NULL OR r.state = $3) AND ($4::text IS NULL OR a.kind = $4)"
        " AND ($5::text IS NULL OR a.street = $5)"
        " AND ($6::text IS NULL OR r.number = upper($6) OR a.code = $6 OR strpos(lower(a.name), lower($6)) > 0)"
        " AND ($7::timestamptz IS NULL OR (coalesce(r.due_at, $1::timestamptz), r.id) > ($7, $8::bigint))"
        f" ORDER BY due_key, r.id LIMIT {limit + 1}",
        FAR,
        at,
        wanted.state,
        wanted.kind,
        wanted.street,
        wanted.q,
        due,
        last,
    )
    page = cut_page(rows, limit, lambda row: [row["due_key"], row["id"]])
    return Page([_read(dict(row)) for row in page.items], page.next)
