"""Who may do what with an order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetch
from foundation.errors import Forbidden, NotSignedIn
from maintenance.schemas import OrderCreate, OrderDeed, Reported
from maintenance.service import (
    act_on_order,
    complete_stop,
    open_order,
    open_preventive_orders,
)
from tests.maintenance.orders.material import PATHS, round_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("assign", "crew"),
        ("assign", "inspector"),
        ("assign", "administrator"),
        ("assign", "far_dispatcher"),
        ("cancel", "crew"),
        ("accept", "dispatcher"),
        ("accept", "other_crew"),
        ("start", "inspector"),
        ("complete", "other_crew"),
        ("complete", "dispatcher"),
        ("verify", "crew"),
        ("verify", "registrar"),
        ("verify", "far_dispatcher"),
        ("close", "inspector"),
    ],
)
async def test_a_role_too_low_or_elsewhere_is_refused(
    filed: Reported,
    dispatcher: Act,
    walk: Callable,
    people: dict[str, Act],
    action: str,
    who: str,
    crew_id: int,
) -> None:
    before = {"assign": (), "cancel": (), "accept": PATHS["assigned"], "start": PATHS["accepted"]}
    before |= {"complete": PATHS["in_progress"], "verify": PATHS["done"], "close": PATHS["verified"]}
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    if before[action]:
        await walk(order.number, *before[action])
    deed = OrderDeed(crew_id=crew_id, reason="because", photos=[])
    with pytest.raises(Forbidden):
        await act_on_order(order.number, action, deed, people[who])


async def test_a_stranger_is_asked_to_sign_in(filed: Reported, dispatcher: Act, citizen: Act, crew_id: int) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    with pytest.raises(NotSignedIn):
        await act_on_order(order.number, "assign", OrderDeed(crew_id=crew_id), citizen)


async def test_nobody_verifies_what_they_did_themselves(
    filed: Reported, dispatcher: Act, walk: Callable, mate: Act, inspector: Act, picture: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, *PATHS["in_progress"])
    await act_on_order(order.number, "complete", OrderDeed(photos=[picture()]), mate)
    for action in ("verify", "reject"):
        with pytest.raises(Forbidden) as refused:
            await act_on_order(order.number, action, OrderDeed(reason="x"), mate)
        assert refused.value.code == "own_work"
    assert (await act_on_order(order.number, "verify", OrderDeed(), inspector)).state == "verified"


async def test_nobody_verifies_a_round_they_did_a_part_of(
    add_asset: Callable, dispatcher: Act, crew_id: int, crew: Act, mate: Act, picture: Callable
) -> None:
    assets = [await add_asset(f"公厕 {n}") for n in range(2)]
    await open_preventive_orders([round_of(assets, crew_id, dispatcher, photo_required=True)], dispatcher)
    stops = await fetch("SELECT s.id, w.number FROM stop s JOIN work_order w ON w.id = s.work_order_id ORDER BY s.id")
    deed = OrderDeed(answers={"clean": "1"}, photos=[picture()])
    await complete_stop(stops[0]["number"], stops[0]["id"], deed, mate)
    done = await complete_stop(stops[1]["number"], stops[1]["id"], deed, crew)
    assert done.state == "done"
    with pytest.raises(Forbidden):
        await act_on_order(done.number, "verify", OrderDeed(), mate)
