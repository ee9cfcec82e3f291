"""What an action needs, and what is refused without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetch
from foundation.errors import Invalid, NotFound, Stale
from maintenance.queries import get_order, get_request
from maintenance.schemas import OrderCreate, OrderDeed, Reported
from maintenance.service import (
    act_on_order,
    open_order,
)
from tests.maintenance.orders.material import PATHS

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "action", "who"),
    [
        ("assigned", "return", "crew"),
        ("accepted", "suspend", "crew"),
        ("done", "reject", "inspector"),
        ("open", "cancel", "dispatcher"),
    ],
)
@pytest.mark.parametrize("reason", ["", "   ", "长" * 501])
async def test_who_stops_the_work_says_why(
    filed: Reported, dispatcher: Act, walk: Callable, people: dict[str, Act],
    path: str, action: str, who: str, reason: str,
) -> None:  # fmt: skip
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    if PATHS[path]:
        await walk(order.number, *PATHS[path])
    with pytest.raises(Invalid) as refused:
        await act_on_order(order.number, action, OrderDeed(reason=reason), people[who])
    assert refused.value.code == "reason_needed"


async def test_finished_work_is_shown_by_a_photo(
    filed: Reported, dispatcher: Act, walk: Callable, crew: Act, picture: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, *PATHS["in_progress"])
    with pytest.raises(Invalid) as refused:
        await act_on_order(order.number, "complete", OrderDeed(), crew)
    assert refused.value.code == "photo_needed"
    assert (await get_order(order.number)).state == "in_progress"
    with pytest.raises(Invalid):
        await act_on_order(order.number, "complete", OrderDeed(photos=[b"%PDF-1.4"]), crew)
    await act_on_order(order.number, "complete", OrderDeed(photos=[picture()]), crew)


async def test_work_sent_back_is_shown_again(
    filed: Reported, dispatcher: Act, walk: Callable, crew: Act, picture: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    back = await walk(order.number, *PATHS["done"], "reject")
    assert (back.state, back.done_at, back.reason) == ("in_progress", None, "not clean")
    assert (await get_request(filed.number)).state == "in_progress"
    with pytest.raises(Invalid) as refused:
        await act_on_order(order.number, "complete", OrderDeed(), crew)
    assert refused.value.code == "photo_needed"
    await act_on_order(order.number, "complete", OrderDeed(photos=[picture("red")]), crew)
    await walk(order.number, "verify")
    photos = await fetch("SELECT stage, public FROM photo WHERE work_order_id IS NOT NULL ORDER BY id")
    assert [tuple(row) for row in photos] == [("before", False), ("after", True)]


async def test_an_order_goes_to_a_crew_that_exists(filed: Reported, dispatcher: Act) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    for crew_id in (None, 4711):
        with pytest.raises(Invalid) as refused:
            await act_on_order(order.number, "assign", OrderDeed(crew_id=crew_id), dispatcher)
        assert refused.value.code == "crew_needed"


async def test_an_old_version_is_refused_and_the_current_one_taken(
    filed: Reported, dispatcher: Act, crew_id: int
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    deed = OrderDeed(crew_id=crew_id, version=order.version)
    assigned = await act_on_order(order.number, "assign", deed, dispatcher)
    assert assigned.version == order.version + 1
    with pytest.raises(Stale):
        await act_on_order(order.number, "assign", deed, dispatcher)


async def test_two_who_act_at_once_act_once(filed: Reported, dispatcher: Act, crew: Act, walk: Callable) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign")
    done = await asyncio.gather(
        *(act_on_order(order.number, "accept", OrderDeed(), crew) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["OrderRead"] + ["Refused"] * 4


@pytest.mark.parametrize(("number", "action"), [("WO-2026-99999", "accept"), ("'; DROP TABLE stop", "accept")])
async def test_an_unknown_order_is_not_found(database: str, dispatcher: Act, number: str, action: str) -> None:
    with pytest.raises(NotFound):
        await act_on_order(number, action, OrderDeed(), dispatcher)


async def test_an_unknown_action_is_named(filed: Reported, dispatcher: Act) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    with pytest.raises(Invalid) as refused:
        await act_on_order(order.number, "explode", OrderDeed(), dispatcher)
    assert refused.value.code == "bad_action"
