"""The crew's one tap, and rounds done stop by stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetch, fetchrow, fetchval
from foundation.errors import Invalid, NotFound, Refused
from maintenance.queries import get_order
from maintenance.schemas import OrderCreate, OrderDeed, Reported
from maintenance.service import (
    complete_stop,
    finish_job,
    open_order,
    open_preventive_orders,
)
from registry.queries import find_history, get_asset_by_id
from registry.schemas import AssetRead
from tests.maintenance.orders.material import kinds_of, round_of

pytestmark = pytest.mark.anyio


async def test_one_tap_accepts_starts_and_completes(
    filed: Reported, toilet: AssetRead, dispatcher: Act, crew_id: int, crew: Act, picture: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number, crew_id=crew_id), dispatcher)
    deed = OrderDeed(photos=[picture()], version=order.version)
    done = await finish_job(order.number, deed, crew)
    assert (done.state, done.done_by) == ("done", crew.principal.account_id)
    words = [line.data.get("after") for line in (await find_history(toilet.id, None)).items]
    assert words[:5] == ["done", None, "in_progress", "in_progress", "accepted"]


async def test_one_tap_does_all_or_nothing(filed: Reported, dispatcher: Act, crew_id: int, crew: Act) -> None:
    order = await open_order(OrderCreate(request=filed.number, crew_id=crew_id), dispatcher)
    with pytest.raises(Invalid):
        await finish_job(order.number, OrderDeed(), crew)
    assert await get_order(order.number) == order


async def test_routine_work_without_proof_is_over_when_done(
    toilet: AssetRead, dispatcher: Act, crew_id: int, crew: Act
) -> None:
    await open_preventive_orders([round_of([toilet], crew_id, dispatcher)], dispatcher)
    with pytest.raises(Invalid) as refused:
        await finish_job("WO-2026-00001", OrderDeed(answers={"ppm": "40"}), crew)
    assert {name: wrong.code for name, wrong in refused.value.fields.items()} == {
        "clean": "missing",
        "ppm": "out_of_range",
    }
    done = await finish_job("WO-2026-00001", OrderDeed(answers={"clean": "1", "ppm": "3"}), crew)
    assert (done.state, done.ended_at) == ("closed", crew.at)
    assert await fetchval("SELECT answers FROM stop") == {"clean": True, "ppm": 3.0}
    asset = await get_asset_by_id(toilet.id)
    assert (asset.last_service_at, asset.open_orders) == (crew.at, 0)


async def test_a_round_is_done_stop_by_stop(
    add_asset: Callable, dispatcher: Act, crew_id: int, crew: Act, later: Callable
) -> None:
    assets = [await add_asset(f"公厕 {n}") for n in range(3)]
    await open_preventive_orders([round_of(assets, crew_id, dispatcher)], dispatcher)
    deed = OrderDeed(answers={"clean": "1"})
    stops = [row["id"] for row in await fetch("SELECT id FROM stop ORDER BY id")]
    first = await complete_stop("WO-2026-00001", stops[0], deed, crew)
    assert (first.state, first.stops_done) == ("in_progress", 1)
    with pytest.raises(Refused):
        await complete_stop("WO-2026-00001", stops[0], deed, crew)
    with pytest.raises(NotFound):
        await complete_stop("WO-2026-00001", 4711, deed, crew)
    await complete_stop("WO-2026-00001", stops[1], deed, later(crew, minutes=5))
    last = await complete_stop("WO-2026-00001", stops[2], deed, later(crew, minutes=9))
    assert (last.state, last.stops_done) == ("closed", 3)
    at = [row["done_at"] for row in await fetch("SELECT done_at FROM stop ORDER BY id")]
    assert at == [crew.at, later(crew, minutes=5).at, later(crew, minutes=9).at]
    served = [(await get_asset_by_id(one.id)).last_service_at for one in assets]
    assert served == at, "each asset was served when its stop was done"
    for one in assets:
        assert (await kinds_of(one)).count("work_order.completed") == 1


async def test_an_order_that_is_over_takes_no_stop(
    add_asset: Callable, dispatcher: Act, crew_id: int, crew: Act, walk: Callable
) -> None:
    assets = [await add_asset(f"公厕 {n}") for n in range(2)]
    await open_preventive_orders([round_of(assets, crew_id, dispatcher)], dispatcher)
    await walk("WO-2026-00001", "cancel")
    stop = await fetchrow("SELECT id FROM stop ORDER BY id")
    with pytest.raises(Refused):
        await complete_stop("WO-2026-00001", stop["id"], OrderDeed(answers={"clean": "1"}), crew)
