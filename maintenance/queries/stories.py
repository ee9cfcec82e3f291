"""What became of a report, for whoever holds its token."""

from __future__ import annotations

from typing import Final

from foundation.database import fetch, fetchrow
from foundation.errors import NotFound
from foundation.translation import N_
from maintenance.schemas import PhotoRead, Story
from maintenance.states import REQUEST_MOVES, RequestAction, RequestState
from registry.catalogue import catalogue

_STORY: Final = """
SELECT r.token, r.id AS own_id, m.id AS main_id, m.number, r.asset_id, a.name AS asset_name, a.name_en AS asset_name_en,
       a.kind, g.label_code, m.category, m.state, r.held, m.reporters, m.reason, r.reported_at, m.due_at,
       m.due_provisional, m.ended_at, r.state AS own_state, r.rating
  FROM service_request r
  JOIN service_request m ON m.id = coalesce(r.merged_into_id, r.id)
  JOIN asset a ON a.id = r.asset_id
  LEFT JOIN asset_signals g ON g.asset_id = a.id
 WHERE r.token = $1
"""
_STEPS: Final = """
SELECT at, data->>'after' AS state FROM history_line
 WHERE stream = $1 AND kind = 'service_request.moved' AND data->>'number' = $2 ORDER BY seq
"""
_PHOTOS: Final = """
SELECT p.id, p.stage, p.width, p.height, p.taken_at, p.public FROM photo p
 WHERE p.request_id = $1 OR (p.public AND p.work_order_id IN (SELECT id FROM work_order WHERE request_id = $2))
 ORDER BY p.taken_at, p.id
"""


async def story_of(token: str) -> Story:
    """The story of a report; a report that joined another shares that one's. Raises NotFound."""
    row = await fetchrow(_STORY, token)
    if row is None:
        raise NotFound(N_("There is no report at this address."))
    fault = catalogue().kind(row["kind"]).fault(row["category"])
    steps = await fetch(_STEPS, row["asset_id"], row["number"])
    photos = await fetch(_PHOTOS, row["own_id"], row["main_id"])
    state = RequestState(row["state"])
    own = row["own_state"] != RequestState.MERGED
    return Story(
        **{name: row[name] for name in _SAME},
        state=state,
        category_zh=fault.zh if fault else row["category"],
        category_en=fault.en if fault else row["category"],
        may_withdraw=own and (state, RequestAction.WITHDRAW) in REQUEST_MOVES,
        may_contest=(state, RequestAction.CONTEST) in REQUEST_MOVES,
        may_rate=state in {RequestState.CLOSED, RequestState.VERIFIED} and row["rating"] is None,
        steps=[(row["reported_at"], "reported"), *((step["at"], step["state"]) for step in steps)],
        photos=[PhotoRead(**dict(photo)) for photo in photos],
    )


_SAME: Final[tuple[str, ...]] = (
    "token", "number", "asset_id", "asset_name", "asset_name_en", "label_code", "held", "reporters", "reason",
    "reported_at", "due_at", "due_provisional", "ended_at",
)  # fmt: skip
