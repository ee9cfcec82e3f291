"""One state move with its history line; used by every verb that moves a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from foundation.act import Act
from foundation.database import execute, fetchrow
from foundation.settings import current_settings
from foundation.translation import translate
from maintenance.events import OrderMoved, RequestMoved
from maintenance.states import (
    REQUEST_ENDED,
    OrderState,
    RequestAction,
    RequestState,
    move_request,
    request_state_for,
)
from maintenance.words import ORDER_STATE, REQUEST_STATE
from registry.history import record


async def move_request_row(
    row: Mapping[str, Any], action: RequestAction, act: Act, *, reason: str | None = None
) -> RequestState:
    """Move a request by its table. Raises Refused; writes the state, its end and one line."""
    after = move_request(RequestState(row["state"]), action)
    if after in {RequestState.REFUSED, RequestState.MERGED, RequestState.WITHDRAWN}:
        await drop_order(row, act)
    await set_request_state(row, after, act, reason=reason)
    return after


async def set_request_state(
    row: Mapping[str, Any], after: RequestState, act: Act, *, reason: str | None = None
) -> None:
    """Write a request's new state; from its end on its contact has a date to go."""
    ended = after in REQUEST_ENDED
    await execute(
        "UPDATE service_request SET state = $2, ended_at = $3, reason = coalesce($4, reason), version = version + 1"
        " WHERE id = $1",
        row["id"],
        after,
        act.at if ended else None,
        reason,
    )
    await _date_contacts(row["id"], act, ended=ended)
    moved = RequestMoved(
        number=row["number"],
        before=row["state"],
        after=after,
        word_zh=translate("zh-CN", REQUEST_STATE[after]),
        word_en=REQUEST_STATE[after],
    )
    await record(row["asset_id"], moved, act)


async def known_fault(asset_id: int, category: str, apart_from: int = 0) -> Any:
    """The open report of this fault, if there is one; locked, so that people who join are counted one by one."""
    return await fetchrow(
        "SELECT id, number, reporters, state FROM service_request WHERE asset_id = $1 AND category = $2 AND NOT held"
        " AND state IN ('reported', 'verifying', 'filed', 'dispatched', 'in_progress', 'suspended', 'contested')"
        " AND id <> $3 ORDER BY id LIMIT 1 FOR UPDATE",
        asset_id,
        category,
        apart_from,
    )


async def _date_contacts(request_id: int, act: Act, *, ended: bool) -> None:
    """Contacts of a report, and of those merged into it, go some time after its end and not before."""
    settings = current_settings()
    today = act.at.astimezone(settings.zone).date()
    await execute(
        "UPDATE request_contact c SET keep_until = $2 FROM service_request r"
        " WHERE r.id = c.request_id AND (r.id = $1 OR r.merged_into_id = $1)",
        request_id,
        today + timedelta(days=settings.contact_retention_days) if ended else None,
    )


async def drop_order(row: Mapping[str, Any], act: Act) -> None:
    """Cancel the order nobody has taken on yet of a report that goes away."""
    order = await fetchrow(
        "UPDATE work_order SET state = 'cancelled', ended_at = $2, version = version + 1"
        " WHERE request_id = $1 AND state IN ('open', 'returned') RETURNING number",
        row["id"],
        act.at,
    )
    if order is None:
        return
    word = ORDER_STATE[OrderState.CANCELLED]
    moved = OrderMoved(
        number=order["number"],
        before=OrderState.OPEN,
        after=OrderState.CANCELLED,
        word_zh=translate("zh-CN", word),
        word_en=word,
    )
    await record(row["asset_id"], moved, act)


async def follow_order(row: Mapping[str, Any], state: OrderState, act: Act) -> None:
    """The state of a request follows from its order's."""
    after = request_state_for(state)
    if after != row["state"]:
        await set_request_state(row, after, act)
