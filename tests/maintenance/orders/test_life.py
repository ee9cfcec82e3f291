"""The whole life of an order, and where its report stands meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import Forbidden, Refused
from maintenance.queries import get_order, get_request
from maintenance.schemas import OrderCreate, Reported
from maintenance.service import (
    open_order,
)
from maintenance.states import ORDER_MOVES, OrderState, request_state_for
from registry.history import verify
from registry.queries import get_asset_by_id
from registry.schemas import AssetRead
from tests.maintenance.orders.material import PATHS, kinds_of

pytestmark = pytest.mark.anyio


async def test_the_whole_life_leaves_its_lines(
    filed: Reported, toilet: AssetRead, dispatcher: Act, walk: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    assert (order.number, order.state, order.title_en, order.priority) == (
        "WO-2026-00001",
        "open",
        "Blocked or overflowing",
        "P2",
    )
    closed = await walk(order.number, *PATHS["closed"])
    assert closed.state == "closed"
    assert closed.actions == []
    assert closed.version == 7
    assert (await get_request(filed.number)).state == "closed"
    assert (await kinds_of(toilet))[1:] == [
        "service_request.reported",
        "service_request.moved",
        "work_order.opened",
        "work_order.assigned",
        "service_request.moved",
        "work_order.moved",
        "work_order.moved",
        "service_request.moved",
        "work_order.completed",
        "service_request.moved",
        "work_order.verified",
        "service_request.moved",
        "work_order.moved",
        "service_request.moved",
    ]
    asset = await get_asset_by_id(toilet.id)
    assert (asset.open_requests, asset.open_orders, asset.overdue) == (0, 0, 0)
    assert asset.last_service_at == dispatcher.at
    assert await fetchval("SELECT known FROM asset_signals WHERE asset_id = $1", toilet.id) == []
    assert (await verify()).broken == []


@pytest.mark.parametrize("state", PATHS)
async def test_the_report_stands_where_its_order_stands(
    filed: Reported, dispatcher: Act, walk: Callable, state: str
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    if PATHS[state]:
        order = await walk(order.number, *PATHS[state])
    assert order.state == state
    assert (await get_request(filed.number)).state == request_state_for(OrderState(state))


@pytest.mark.parametrize("state", PATHS)
async def test_an_action_the_table_lacks_changes_nothing(
    filed: Reported, dispatcher: Act, walk: Callable, state: str
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    if PATHS[state]:
        order = await walk(order.number, *PATHS[state])
    lines = await fetchval("SELECT count(*) FROM history_line")
    listed = {action for start, action in ORDER_MOVES if start == state}
    for action in {action for _, action in ORDER_MOVES} - listed:
        with pytest.raises((Refused, Forbidden)):  # an order without a crew is nobody's to accept
            await walk(order.number, action)
    assert await get_order(order.number) == order
    assert await fetchval("SELECT count(*) FROM history_line") == lines
