"""From a report to its order, and an order without a report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import Forbidden, Invalid, Refused
from maintenance.queries import get_request
from maintenance.schemas import OrderCreate, Reported
from maintenance.service import (
    open_order,
    report_fault,
)
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


async def test_a_report_is_filed_before_it_has_an_order(
    toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of("odour"), citizen)
    with pytest.raises(Refused) as refused:
        await open_order(OrderCreate(request=made.number), dispatcher)
    assert refused.value.code == "not_filed"


async def test_a_report_has_one_order_at_a_time(filed: Reported, dispatcher: Act, walk: Callable) -> None:
    first = await open_order(OrderCreate(request=filed.number), dispatcher)
    with pytest.raises(Refused) as refused:
        await open_order(OrderCreate(request=filed.number), dispatcher)
    assert refused.value.code == "has_order"
    await walk(first.number, "cancel")
    second = await open_order(OrderCreate(request=filed.number), dispatcher)
    assert second.number != first.number
    assert (await get_request(filed.number)).order == second.number


async def test_one_tap_opens_and_assigns(filed: Reported, dispatcher: Act, crew_id: int) -> None:
    order = await open_order(OrderCreate(request=filed.number, crew_id=crew_id), dispatcher)
    assert (order.state, order.crew_id) == ("assigned", crew_id)
    assert (await get_request(filed.number)).state == "dispatched"


async def test_an_order_without_a_report(add_asset: Callable, dispatcher: Act, crew: Act) -> None:
    assets = [await add_asset(f"公厕 {n}") for n in range(3)]
    order = await open_order(OrderCreate(assets=[one.code for one in assets], title_zh="换锁"), dispatcher)
    assert (order.stops, order.title_zh, order.title_en, order.state) == (3, "换锁", "换锁", "open")
    assert order.due_at is not None, "an order without a date would never be late"
    assert [await fetchval("SELECT open_orders FROM asset_signals WHERE asset_id = $1", a.id) for a in assets] == [
        1
    ] * 3
    with pytest.raises(Invalid) as untitled:
        await open_order(OrderCreate(assets=[assets[0].code]), dispatcher)
    assert untitled.value.code == "title_needed"
    with pytest.raises(Invalid) as empty:
        await open_order(OrderCreate(title_zh="换锁"), dispatcher)
    assert empty.value.code == "nothing_to_do"
    with pytest.raises(Forbidden):
        await open_order(OrderCreate(assets=[assets[0].code], title_zh="换锁"), crew)
