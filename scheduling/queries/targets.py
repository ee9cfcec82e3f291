"""The assets of a plan, as its page lists them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from foundation.database import fetch
from foundation.paging import Page, cut_page, decode_cursor, page_limit


class TargetRead(Struct, frozen=True, kw_only=True):
    """Where one asset of a plan stands; ``order`` is the number of the order it waits for."""

    asset_id: int
    code: str
    name: str
    name_en: str
    street: str
    next_due_at: datetime | None
    last_done_at: datetime | None
    order: str | None


async def find_targets(plan_id: int, cursor: str | None = None, limit: int | None = None) -> Page[TargetRead]:
    """A page of a plan's assets in the order of their codes."""
    most = page_limit(limit)
    after = decode_cursor(cursor, [str])[0] if cursor else ""
    rows = await fetch(
        "SELECT t.asset_id, a.code, a.name, a.name_en, a.street, t.next_due_at, t.last_done_at,"
        ' w.number AS "order" FROM plan_target t JOIN asset a ON a.id = t.asset_id'
        " LEFT JOIN work_order w ON w.id = t.waiting_order_id"
        " WHERE t.plan_id = $1 AND a.code > $2 ORDER BY a.code LIMIT $3",
        plan_id,
        after,
        most + 1,
    )
    return cut_page([TargetRead(**dict(row)) for row in rows], most, lambda target: [target.code])
