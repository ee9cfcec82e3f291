"""Open work orders: one by hand, or many as the plans ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundation.act import Act
from foundation.database import copy_rows, execute, fetch, fetchrow, fetchval, transaction
from foundation.errors import Invalid, NotFound, Refused
from foundation.principals import Place, Role
from foundation.translation import N_
from maintenance.deadlines import due_for
from maintenance.events import OrderOpened
from maintenance.queries import get_order
from maintenance.schemas import OpenedOrders, OrderCreate, OrderDeed, OrderRead, PreventiveOrder
from maintenance.service.numbers import next_numbers
from maintenance.service.orders import act_on_order
from maintenance.service.signals import rewrite_signals
from registry.catalogue import catalogue
from registry.history import record, record_many
from registry.queries import get_asset, place_of


async def open_order(new: OrderCreate, act: Act) -> OrderRead:
    """Open an order for a filed request, or for assets directly. Raises Invalid, NotFound, Refused."""
    async with transaction():
        if new.request:
            number = await _for_request(new, act)
        elif new.assets:
            number = await _for_assets(new, act)
        else:
            raise Invalid(N_("Name the report or the facilities the order is for."), code="nothing_to_do")
        if new.crew_id is not None:
            await act_on_order(number, "assign", OrderDeed(crew_id=new.crew_id), act)
    return await get_order(number)


async def _for_request(new: OrderCreate, act: Act) -> str:
    row = await fetchrow(
        "SELECT r.*, a.kind, a.street, a.organisation_id FROM service_request r JOIN asset a ON a.id = r.asset_id"
        " WHERE r.number = $1 FOR UPDATE OF r",
        new.request,
    )
    if row is None:
        raise NotFound(N_("There is no report {number}."), number=str(new.request)[:40])
    act.require(Role.DISPATCHER, place=Place(row["organisation_id"], row["street"]))
    if row["state"] != "filed":
        raise Refused(N_("An order is opened for a filed report. File it first."), code="not_filed")
    if await fetchval(
        "SELECT true FROM work_order WHERE request_id = $1 AND state NOT IN ('closed', 'cancelled')", row["id"]
    ):
        raise Refused(N_("This report has an order already."), code="has_order")
    fault = catalogue().kind(row["kind"]).fault(row["category"])
    titles = (fault.zh, fault.en) if fault else (row["category"], row["category"])
    attempt = await fetchval("SELECT count(*) FROM work_order WHERE request_id = $1", row["id"])
    origin = f"request:{row['id']}" + (f":{attempt + 1}" if attempt else "")
    return await _insert(
        new, titles, row["priority"], row["due_at"], [(row["asset_id"], origin)], act, request_id=row["id"]
    )


async def _for_assets(new: OrderCreate, act: Act) -> str:
    assets = [await get_asset(code) for code in new.assets[:500]]
    for asset in assets:
        act.require(Role.DISPATCHER, Role.PLANNER, place=place_of(asset))
    if not new.title_zh.strip() and not new.title_en.strip():
        raise Invalid(N_("Say in a few words what is to be done."), code="title_needed")
    titles = (new.title_zh.strip() or new.title_en.strip(), new.title_en.strip() or new.title_zh.strip())
    (probe,) = await fetch("SELECT nextval(pg_get_serial_sequence('stop', 'id')) AS n")
    stops = [(asset.id, f"manual:{probe['n']}:{asset.id}") for asset in assets]
    due_at = new.due_at or await due_for(new.priority, act.at)
    return await _insert(new, titles, new.priority, due_at, stops, act, request_id=None)


async def _insert(
    new: OrderCreate,
    titles: tuple[str, str],
    priority: str,
    due_at: Any,
    stops: Sequence[tuple[int, str]],
    act: Act,
    *,
    request_id: int | None,
) -> str:
    (number,) = await next_numbers("WO", 1, act.at)
    order_id = await fetchval(
        "INSERT INTO work_order (number, kind, title_zh, title_en, priority, state, request_id, photo_required, note,"
        " due_at, created_at) VALUES ($1, 'reactive', $2, $3, $4, 'open', $5, $6, $7, $8, $9) RETURNING id",
        number,
        titles[0],
        titles[1],
        priority,
        request_id,
        True,
        new.note.strip()[:500],
        new.due_at or due_at,
        act.at,
    )
    for asset_id, origin in stops:
        await execute(
            "INSERT INTO stop (work_order_id, asset_id, origin) VALUES ($1, $2, $3)", order_id, asset_id, origin
        )
        opened = OrderOpened(number=number, title_zh=titles[0], title_en=titles[1], origin=origin)
        await record(asset_id, opened, act)
    await rewrite_signals([asset_id for asset_id, _ in stops], act)
    return number


async def open_preventive_orders(orders: Sequence[PreventiveOrder], act: Act) -> OpenedOrders:
    """Open what plans ask for, once for each origin, in a few statements however many they are.

    A stop that exists already is skipped; an order all of whose stops exist is not opened at all.
    """
    act.require(Role.PLANNER, Role.DISPATCHER)
    async with transaction():
        # One at a time: what another process has just opened is seen below, and skipped.
        await execute("SELECT pg_advisory_xact_lock(hashtext('maintenance.open_preventive_orders'))")
        wanted, skipped = await _unserved(orders)
        if not wanted:
            return OpenedOrders(0, skipped)
        crews = await _crews(wanted)
        ids = [
            row["id"]
            for row in await fetch(
                "SELECT nextval(pg_get_serial_sequence('work_order', 'id')) AS id FROM generate_series(1, $1)",
                len(wanted),
            )
        ]
        numbers = await next_numbers("WO", len(wanted), act.at)
        await _write(wanted, ids, numbers, crews, act)
        await record_many(_lines(wanted, numbers, crews), act)
        await rewrite_signals([asset for order in wanted for asset, _ in order.stops], act)
    return OpenedOrders(len(wanted), skipped)


async def _unserved(orders: Sequence[PreventiveOrder]) -> tuple[list[PreventiveOrder], int]:
    origins = [origin for order in orders for _, origin in order.stops]
    rows = await fetch("SELECT origin FROM stop WHERE origin = ANY($1::text[])", origins)
    served = {row["origin"] for row in rows}
    wanted: list[PreventiveOrder] = []
    skipped = 0
    for order in orders:
        stops = [(asset, origin) for asset, origin in order.stops if origin not in served]
        served.update(origin for _, origin in stops)
        skipped += len(order.stops) - len(stops)
        if stops:
            wanted.append(_with_stops(order, stops))
    return wanted, skipped


def _with_stops(order: PreventiveOrder, stops: list[tuple[int, str]]) -> PreventiveOrder:
    return PreventiveOrder(
        title_zh=order.title_zh,
        title_en=order.title_en,
        stops=stops,
        due_at=order.due_at,
        priority=order.priority,
        checklist=order.checklist,
        crew_id=order.crew_id,
        photo_required=order.photo_required,
    )


async def _crews(orders: Sequence[PreventiveOrder]) -> dict[int, tuple[str, str]]:
    wanted = sorted({order.crew_id for order in orders if order.crew_id})
    rows = await fetch("SELECT id, name, name_en FROM crew WHERE id = ANY($1::bigint[])", wanted)
    return {row["id"]: (row["name"], row["name_en"] or row["name"]) for row in rows}


async def _write(
    wanted: Sequence[PreventiveOrder],
    ids: Sequence[int],
    numbers: Sequence[str],
    crews: dict[int, tuple[str, str]],
    act: Act,
) -> None:
    columns = (
        "id", "number", "kind", "title_zh", "title_en", "priority", "state", "crew_id", "checklist", "photo_required",
        "due_at", "created_at", "assigned_at",
    )  # fmt: skip
    rows = []
    for order_id, number, order in zip(ids, numbers, wanted, strict=True):
        crew = order.crew_id if order.crew_id in crews else None
        rows.append((
            order_id, number, "preventive", order.title_zh, order.title_en, order.priority,
            "assigned" if crew else "open", crew, order.checklist, order.photo_required, order.due_at, act.at,
            act.at if crew else None,
        ))  # fmt: skip
    # Identity columns take given values only from COPY, which is also the quick way.
    await copy_rows("work_order", columns, rows)
    stops = [
        (order_id, asset, origin) for order_id, order in zip(ids, wanted, strict=True) for asset, origin in order.stops
    ]
    await copy_rows("stop", ("work_order_id", "asset_id", "origin"), stops)


def _lines(
    wanted: Sequence[PreventiveOrder], numbers: Sequence[str], crews: dict[int, tuple[str, str]]
) -> list[tuple[int, OrderOpened]]:
    lines: list[tuple[int, OrderOpened]] = []
    for number, order in zip(numbers, wanted, strict=True):
        crew_zh, crew_en = crews.get(order.crew_id or 0, ("", ""))
        for asset, origin in order.stops:
            opened = OrderOpened(
                number=number,
                title_zh=order.title_zh,
                title_en=order.title_en,
                origin=origin,
                crew_zh=crew_zh,
                crew_en=crew_en,
            )
            lines.append((asset, opened))
    return lines
