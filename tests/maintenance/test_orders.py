"""What happens to an order, by whom, and what follows for its report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetch, fetchrow, fetchval
from foundation.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from maintenance.queries import get_order, get_request, story_of
from maintenance.schemas import OrderCreate, OrderDeed, PreventiveOrder, Reported
from maintenance.service import (
    act_on_order,
    act_on_request,
    complete_stop,
    contest_request,
    finish_job,
    open_order,
    open_preventive_orders,
    rate_request,
    report_fault,
)
from maintenance.states import ORDER_MOVES, OrderState, request_state_for
from registry.history import verify
from registry.queries import find_history, get_asset_by_id
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio
PATHS = {
    "open": (),
    "assigned": ("assign",),
    "accepted": ("assign", "accept"),
    "in_progress": ("assign", "accept", "start"),
    "done": ("assign", "accept", "start", "complete"),
    "verified": ("assign", "accept", "start", "complete", "verify"),
    "closed": ("assign", "accept", "start", "complete", "verify", "close"),
    "returned": ("assign", "return"),
    "suspended": ("assign", "accept", "suspend"),
    "cancelled": ("cancel",),
}


async def kinds_of(asset: AssetRead) -> list[str]:
    return [line.kind for line in reversed((await find_history(asset.id, None)).items)]


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


# ── who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── what an action needs ──────────────────────────────────────────────────────────────────────────────────────────────


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


# ── opening ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


async def test_a_contested_report_gets_a_second_order(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable
) -> None:
    first = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(first.number, *PATHS["closed"])
    assert (await story_of(filed.token)).may_contest
    await contest_request(filed.token, "还是堵的", later(citizen, days=1))
    assert (await get_request(filed.number)).state == "contested"
    await act_on_request(filed.number, "file", dispatcher)
    second = await open_order(OrderCreate(request=filed.number), dispatcher)
    assert (await get_request(filed.number)).order == second.number
    await walk(second.number, *PATHS["closed"])
    assert (await get_request(filed.number)).state == "closed"


async def test_after_seven_days_it_is_a_new_report(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, *PATHS["closed"])
    with pytest.raises(Invalid):
        await contest_request(filed.token, " ", citizen)
    with pytest.raises(Refused) as refused:
        await contest_request(filed.token, "还是堵的", later(citizen, days=7, seconds=1))
    assert refused.value.code == "too_late"
    await contest_request(filed.token, "还是堵的", later(citizen, days=7))


async def test_finished_work_is_rated_once_by_each(
    toilet: AssetRead, filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, report_of: Callable
) -> None:
    joined = await report_fault(toilet.id, report_of("overflow", client="b"), citizen)
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, *PATHS["closed"])
    for token in (filed.token, joined.token):
        assert (await story_of(token)).may_rate
        await rate_request(token, "4", citizen)
        assert not (await story_of(token)).may_rate
        with pytest.raises(Refused):
            await rate_request(token, "1", citizen)


# ── the crew's one tap, and rounds ────────────────────────────────────────────────────────────────────────────────────


def round_of(assets: list[AssetRead], crew_id: int | None, act: Act, **values: object) -> PreventiveOrder:
    given: dict = {
        "title_zh": "全面保洁",
        "title_en": "Full clean",
        "stops": [(one.id, f"plan:1:{one.id}:2026-11-23") for one in assets],
        "due_at": act.at,
        "crew_id": crew_id,
        "checklist": [
            {"key": "clean", "zh": "干净", "en": "Clean", "input": "tick"},
            {"key": "ppm", "zh": "氨", "en": "Ammonia", "input": "number", "required": False, "unit": "ppm", "max": 25},
        ],
    }
    return PreventiveOrder(**(given | values))


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
