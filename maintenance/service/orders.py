"""What happens to a work order, action by action; one transaction and its history lines each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from foundation.act import Act
from foundation.database import execute, fetch, fetchrow, fetchval, transaction
from foundation.errors import Forbidden, Invalid, NotFound, Refused, Stale
from foundation.principals import Place, Role
from foundation.translation import N_, translate
from maintenance.checklist import Item, check_answers
from maintenance.events import OrderAssigned, OrderCompleted, OrderMoved, OrderVerified
from maintenance.queries import get_order
from maintenance.schemas import OrderDeed, OrderRead
from maintenance.service.moves import follow_order
from maintenance.service.photos import Kept, attach_photos, keep_photos
from maintenance.service.signals import rewrite_signals, tell_service
from maintenance.states import OrderAction, OrderState, move_order
from maintenance.words import ORDER_STATE
from registry.history import record_many

B, S = OrderAction, OrderState
_OFFICE: Final = {B.ASSIGN, B.CLOSE, B.CANCEL}
_CREW: Final = {B.ACCEPT, B.START, B.RETURN, B.SUSPEND, B.RESUME, B.COMPLETE}
_REASON: Final = {B.RETURN, B.SUSPEND, B.REJECT, B.CANCEL}
_LONGEST_REASON: Final = 500


class Held(msgspec.Struct):
    """An order locked for one deed, with its stops and place."""

    row: Any
    stops: list[Any]
    place: Place
    opened: int = 0

    @property
    def asset_ids(self) -> list[int]:
        """The assets of the order."""
        return [stop["asset_id"] for stop in self.stops]

    @property
    def workers(self) -> set[int]:
        """The accounts that did the work, or a part of it."""
        return {one["done_by"] for one in (self.row, *self.stops) if one["done_by"] is not None}


async def act_on_order(number: str, action: str, deed: OrderDeed, act: Act) -> OrderRead:
    """Do one action on an order.

    assign, close, cancel: dispatcher. accept, start, suspend, resume, return, complete: a member of its crew.
    verify, reject: inspector or dispatcher, never who completed it. return, suspend, reject and cancel need a reason.
    Raises Refused for a move the table lacks, Stale, Invalid, Forbidden.
    """
    wanted = _action(action)
    photos = await keep_photos(deed.photos)
    async with transaction():
        held = await _lock(number)
        _allow(held, wanted, act)
        if deed.version is not None and deed.version != held.row["version"]:
            raise stale()
        await _do(held, wanted, deed, photos, act)
        await rewrite_signals(held.asset_ids, act)
    return await get_order(number)


async def finish_job(number: str, deed: OrderDeed, act: Act) -> OrderRead:
    """A crew's one tap: accept, start and complete in one go, each with its line; all or nothing."""
    photos = await keep_photos(deed.photos)
    async with transaction():
        held = await _begun(number, act)
        _allow(held, B.COMPLETE, act)
        if deed.version is not None and deed.version != held.opened:
            raise stale()
        await _do(held, B.COMPLETE, deed, photos, act)
        await rewrite_signals(held.asset_ids, act)
    return await get_order(number)


async def begin_job(number: str, act: Act) -> OrderRead:
    """A crew sets out: accepted and started in one tap. Raises Refused where the work has begun already."""
    async with transaction():
        held = await _begun(number, act)
        if held.row["version"] == held.opened:
            _allow(held, B.START, act)
            raise Refused(N_("This work has begun already, or is over."), code="begun")
        await rewrite_signals(held.asset_ids, act)
    return await get_order(number)


async def complete_stop(number: str, stop_id: int, deed: OrderDeed, act: Act) -> OrderRead:
    """Tick one asset of a round; the last one completes the order."""
    photos = await keep_photos(deed.photos)
    async with transaction():
        held = await _begun(number, act)
        _allow(held, B.COMPLETE, act)
        if deed.version is not None and deed.version != held.opened:
            raise stale()
        stop = next((one for one in held.stops if one["id"] == stop_id), None)
        if stop is None:
            raise NotFound(N_("This order has no such stop."))
        if held.row["state"] in {S.DONE, S.VERIFIED, S.CLOSED, S.CANCELLED} or stop["done_at"] is not None:
            raise Refused(N_("This stop is done already."))
        answers = check_answers(_items(held), deed.answers)
        await _finish_stops(held, [stop_id], answers, act)
        await attach_photos(photos, "after", act, order_id=held.row["id"])
        await execute("UPDATE work_order SET version = version + 1 WHERE id = $1", held.row["id"])
        await tell_service([stop["asset_id"]], held.row["title_zh"], held.row["title_en"], act)
        await rewrite_signals([stop["asset_id"]], act)
        left = [one for one in held.stops if one["done_at"] is None and one["id"] != stop_id]
    return await get_order(number) if left else await finish_job(number, OrderDeed(), act)


async def _begun(number: str, act: Act) -> Held:
    """The order, accepted and started on the way where its crew has not done so."""
    held = await _lock(number)
    opened = held.row["version"]
    for step, state in ((B.ACCEPT, S.ASSIGNED), (B.START, S.ACCEPTED)):
        if held.row["state"] == state:
            _allow(held, step, act)
            await _do(held, step, OrderDeed(), [], act)
            held = await _lock(number)
    held.opened = opened
    return held


def stale() -> Stale:
    """What is said to whoever acts on an old version."""
    return Stale(N_("Somebody changed this order after you opened it. Load it again."))


def _action(action: str) -> OrderAction:
    try:
        return OrderAction(action)
    except ValueError as error:
        raise Invalid(
            N_("There is no action “{action}” on an order."), code="bad_action", action=action[:40]
        ) from error


async def _lock(number: str) -> Held:
    row = await fetchrow("SELECT * FROM work_order WHERE number = $1 FOR UPDATE", number)
    if row is None:
        raise NotFound(N_("There is no order {number}."), number=number[:40])
    stops = await fetch(
        "SELECT s.*, a.street, a.organisation_id FROM stop s JOIN asset a ON a.id = s.asset_id"
        " WHERE s.work_order_id = $1 ORDER BY s.asset_id",
        row["id"],
    )
    place = Place(stops[0]["organisation_id"], stops[0]["street"]) if stops else Place()
    return Held(row, list(stops), place)


def _allow(held: Held, action: OrderAction, act: Act) -> None:
    if action in _OFFICE:
        act.require(Role.DISPATCHER, place=held.place)
    elif action in _CREW:
        act.require(Role.CREW, place=held.place)
        if not act.principal.is_system and held.row["crew_id"] not in act.principal.crew_ids:
            raise Forbidden(N_("This order belongs to another crew."), code="other_crew")
    else:
        act.require(Role.INSPECTOR, Role.DISPATCHER, place=held.place)
        if act.principal.account_id in held.workers:
            raise Forbidden(N_("Work is verified by somebody other than who did it."), code="own_work")


async def _do(held: Held, action: OrderAction, deed: OrderDeed, photos: Sequence[Kept], act: Act) -> None:
    reason = deed.reason.strip()
    if action in _REASON and not 1 <= len(reason) <= _LONGEST_REASON:
        raise Invalid(N_("Say why, in 1 to 500 characters."), code="reason_needed")
    after = move_order(OrderState(held.row["state"]), action)
    if action is B.ASSIGN:
        await _assign(held, deed, act)
    if action is B.COMPLETE:
        await _complete(held, deed, photos, act)
    else:
        await attach_photos(photos, "before", act, order_id=held.row["id"])
    await _write_state(held, after, action, reason, act)
    await _tell(held, after, action, reason, act)
    await _follow(held, after, act)


async def _assign(held: Held, deed: OrderDeed, act: Act) -> None:
    crew = await fetchrow("SELECT * FROM crew WHERE id = $1 AND active", deed.crew_id)
    if crew is None:
        raise Invalid(N_("Choose a crew."), code="crew_needed")
    await execute("UPDATE work_order SET crew_id = $2 WHERE id = $1", held.row["id"], crew["id"])
    line = OrderAssigned(number=held.row["number"], crew_zh=crew["name"], crew_en=crew["name_en"] or crew["name"])
    await record_many([(asset_id, line) for asset_id in held.asset_ids], act)


def _items(held: Held) -> list[Item]:
    return [msgspec.convert(item, Item) for item in held.row["checklist"]]


async def _complete(held: Held, deed: OrderDeed, photos: Sequence[Kept], act: Act) -> None:
    waiting = [stop["id"] for stop in held.stops if stop["done_at"] is None]
    if waiting:
        answers = check_answers(_items(held), deed.answers)
        await _finish_stops(held, waiting, answers, act)
    if held.row["photo_required"] and not photos and not await _has_photo(held.row["id"]):
        raise Invalid(N_("Take a photo of the finished work."), code="photo_needed")
    await attach_photos(photos, "after", act, order_id=held.row["id"])
    if waiting:
        served = [stop["asset_id"] for stop in held.stops if stop["done_at"] is None]
        await tell_service(served, held.row["title_zh"], held.row["title_en"], act)


async def _has_photo(order_id: int) -> bool:
    return bool(await fetchval("SELECT true FROM photo WHERE work_order_id = $1 AND stage = 'after' LIMIT 1", order_id))


async def _finish_stops(held: Held, stop_ids: list[int], answers: dict[str, Any], act: Act) -> None:
    await execute(
        "UPDATE stop SET answers = $2, done_at = $3, done_by = $4 WHERE id = ANY($1::bigint[])",
        stop_ids,
        answers,
        act.at,
        act.principal.account_id,
    )
    line = OrderCompleted(
        number=held.row["number"], title_zh=held.row["title_zh"], title_en=held.row["title_en"], by=act.actor
    )
    assets = [stop["asset_id"] for stop in held.stops if stop["id"] in stop_ids]
    await record_many([(asset_id, line) for asset_id in assets], act)


def _stamps(row: Any, after: OrderState, act: Act) -> dict[str, object]:
    """The columns that tell when a state began, and by whom."""
    who = act.principal.account_id
    stamps: dict[OrderState, dict[str, object]] = {
        S.ASSIGNED: {"assigned_at": act.at},
        S.IN_PROGRESS: {"started_at": row["started_at"] or act.at, "done_at": None, "done_by": None},
        S.DONE: {"done_at": act.at, "done_by": who},
        S.VERIFIED: {"verified_at": act.at, "verified_by": who},
        S.CLOSED: {"ended_at": act.at},
        S.CANCELLED: {"ended_at": act.at},
    }
    return stamps.get(after, {})


async def _write_state(held: Held, after: OrderState, action: OrderAction, reason: str, act: Act) -> None:
    stamps = _stamps(held.row, after, act)
    columns = "".join(f", {name} = ${n}" for n, name in enumerate(stamps, start=4))
    await execute(
        f"UPDATE work_order SET state = $2, reason = $3, version = version + 1{columns} WHERE id = $1",
        held.row["id"],
        after,
        reason or (held.row["reason"] if action is not B.RESUME else None),
        *stamps.values(),
    )
    if action is B.REJECT:
        # What was sent back is to be done again, answered again and shown again.
        await execute("UPDATE stop SET done_at = NULL, done_by = NULL WHERE work_order_id = $1", held.row["id"])
        await execute("UPDATE photo SET stage = 'before' WHERE work_order_id = $1 AND stage = 'after'", held.row["id"])
    if action is B.VERIFY:
        await execute("UPDATE photo SET public = true WHERE work_order_id = $1 AND stage = 'after'", held.row["id"])


async def _tell(held: Held, after: OrderState, action: OrderAction, reason: str, act: Act) -> None:
    if action in {B.ASSIGN, B.COMPLETE}:
        return  # their own lines say more
    number, titles = held.row["number"], {"title_zh": held.row["title_zh"], "title_en": held.row["title_en"]}
    line: Any = OrderMoved(
        number=number,
        before=held.row["state"],
        after=after,
        word_zh=translate("zh-CN", ORDER_STATE[after]),
        word_en=ORDER_STATE[after],
        reason=reason,
    )
    if action is B.VERIFY:
        line = OrderVerified(number=number, **titles)
    await record_many([(asset_id, line) for asset_id in held.asset_ids], act)


async def _follow(held: Held, after: OrderState, act: Act) -> None:
    """The request follows its order; routine work that needs no proof is closed as it is done."""
    if held.row["request_id"] is not None:
        request: Any = await fetchrow("SELECT * FROM service_request WHERE id = $1 FOR UPDATE", held.row["request_id"])
        await follow_order(request, after, act)
    elif after is S.DONE and held.row["kind"] == "preventive" and not held.row["photo_required"]:
        await execute(
            "UPDATE work_order SET state = 'closed', ended_at = $2, version = version + 1 WHERE id = $1",
            held.row["id"],
            act.at,
        )
