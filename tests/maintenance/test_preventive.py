"""Orders that plans ask for: many at once, each origin once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest

from foundation.act import Act
from foundation.database import fetch, fetchval
from foundation.errors import Forbidden
from maintenance.queries import OrderFilter, crew_today, find_jobs, find_orders, find_stops
from maintenance.schemas import OpenedOrders, PreventiveOrder
from maintenance.service import open_preventive_orders
from registry.history import verify
from registry.queries import find_history
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


def one(assets: list[AssetRead], due_at: datetime, crew_id: int | None = None) -> PreventiveOrder:
    return PreventiveOrder(
        title_zh="全面保洁",
        title_en="Full clean",
        stops=[(asset.id, f"plan:7:{asset.id}:{due_at:%Y-%m-%d}") for asset in assets],
        due_at=due_at,
        checklist=[{"key": "clean", "zh": "干净", "en": "Clean"}],
        crew_id=crew_id,
    )


@pytest.fixture
async def toilets(add_asset: Callable) -> list[AssetRead]:
    return [await add_asset(f"公厕 {n}") for n in range(3)]


async def test_each_origin_is_served_once(toilets: list[AssetRead], dispatcher: Act, later: Callable) -> None:
    orders = [one([asset], dispatcher.at) for asset in toilets]
    assert await open_preventive_orders(orders, dispatcher) == OpenedOrders(3, 0)
    assert await open_preventive_orders(orders, dispatcher) == OpenedOrders(0, 3)
    tomorrow = [one([asset], later(dispatcher, days=1).at) for asset in toilets]
    assert await open_preventive_orders([*orders, *tomorrow], dispatcher) == OpenedOrders(3, 3)
    assert await fetchval("SELECT count(*) FROM work_order") == 6
    assert await fetchval("SELECT min(number) || ' ' || max(number) FROM work_order") == "WO-2026-00001 WO-2026-00006"
    assert [row["open_orders"] for row in await fetch("SELECT open_orders FROM asset_signals")] == [2, 2, 2]


async def test_a_round_leaves_out_what_is_served_already(toilets: list[AssetRead], dispatcher: Act) -> None:
    await open_preventive_orders([one(toilets[:1], dispatcher.at)], dispatcher)
    assert await open_preventive_orders([one(toilets, dispatcher.at)], dispatcher) == OpenedOrders(1, 1)
    assert [stop.asset for stop in await find_stops("WO-2026-00002")] == [asset.code for asset in toilets[1:]]


async def test_the_same_origin_twice_in_one_call_is_one(toilets: list[AssetRead], dispatcher: Act) -> None:
    twice = [one(toilets, dispatcher.at), one(toilets, dispatcher.at)]
    assert await open_preventive_orders(twice, dispatcher) == OpenedOrders(1, 3)


async def test_several_clocks_at_once_open_nothing_twice(toilets: list[AssetRead], dispatcher: Act) -> None:
    orders = [one([asset], dispatcher.at) for asset in toilets]
    done = await asyncio.gather(*(open_preventive_orders(orders, dispatcher) for _ in range(4)))
    assert sorted((result.opened, result.skipped) for result in done) == [(0, 3), (0, 3), (0, 3), (3, 0)]
    assert await fetchval("SELECT count(*) FROM stop") == 3
    assert (await verify()).broken == []


async def test_nothing_to_open_is_nothing(database: str, dispatcher: Act) -> None:
    assert await open_preventive_orders([], dispatcher) == OpenedOrders(0, 0)


async def test_a_crew_finds_its_day_and_the_work_at_one_door(
    toilets: list[AssetRead], dispatcher: Act, crew_id: int, crew: Act, other_crew: Act, later: Callable
) -> None:
    orders = [
        one(toilets[:1], later(dispatcher, hours=5).at, crew_id),
        one(toilets[1:2], later(dispatcher, hours=-3).at, crew_id),
        one(toilets[2:], later(dispatcher, days=9).at, crew_id),
    ]
    await open_preventive_orders(orders, dispatcher)
    assert [order.asset for order in await crew_today(crew)] == [toilets[1].code, toilets[0].code], "late first"
    assert await crew_today(other_crew) == []
    assert [job.state for job in await find_jobs(toilets[0].id, crew)] == ["assigned"]
    assert await find_jobs(toilets[0].id, other_crew) == []
    lines = (await find_history(toilets[0].id, None)).items
    assert [line.kind for line in lines] == ["work_order.opened", "asset.registered"]
    assert lines[0].data["crew_en"] == "Crew 3"


async def test_the_queue_of_orders(toilets: list[AssetRead], dispatcher: Act, crew_id: int, later: Callable) -> None:
    orders = [
        one(toilets[:1], later(dispatcher, hours=5).at, crew_id),
        one(toilets[1:2], later(dispatcher, hours=-3).at),
        one(toilets, later(dispatcher, days=9).at, crew_id),
    ]
    await open_preventive_orders(orders, dispatcher)

    async def numbers(**wanted: object) -> list[str]:
        page = await find_orders(OrderFilter(**wanted), dispatcher.at)
        return [order.number[-1] for order in page.items]

    assert await numbers() == ["2", "1", "3"]
    assert await numbers(only="unassigned") == ["2"]
    assert await numbers(only="overdue") == ["2"]
    assert await numbers(crew_id=crew_id) == ["1", "3"]
    assert await numbers(q=toilets[2].code) == ["3"], "an order is found by any of its assets"
    assert await numbers(kind="reactive") == []
    page = await find_orders(OrderFilter(limit=2), dispatcher.at)
    rest = await find_orders(OrderFilter(limit=2, cursor=page.next), dispatcher.at)
    assert [order.number[-1] for order in rest.items] == ["3"]


async def test_an_unknown_crew_leaves_the_order_to_the_dispatcher(toilets: list[AssetRead], dispatcher: Act) -> None:
    await open_preventive_orders([one(toilets, dispatcher.at, 4711)], dispatcher)
    assert await fetchval("SELECT state FROM work_order") == "open"


async def test_who_may_open(toilets: list[AssetRead], people: dict[str, Act]) -> None:
    for who in ("crew", "inspector", "registrar", "administrator"):
        with pytest.raises(Forbidden):
            await open_preventive_orders([one(toilets, people[who].at)], people[who])
