"""Plans that count from completion hear of finished work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from foundation.act import Act, system_act
from foundation.database import fetchval
from foundation.principals import Grant, Principal, Role
from maintenance.schemas import OrderDeed
from maintenance.service import act_on_order, finish_job, register_crew
from registry.queries import get_asset
from registry.schemas import AssetRead
from scheduling.queries import find_targets, get_plan
from scheduling.schemas import PlanCreate, PlanRead
from scheduling.service import create_plan, hear_completions, open_due

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]
At = Callable[..., Act]


async def floating_plan(planner: Act, **more: Any) -> PlanRead:
    dispatcher = replace(planner, principal=Principal("d", account_id=7, grants=(Grant(Role.DISPATCHER),)))
    crew_id = await register_crew("一班", dispatcher)
    values: dict[str, Any] = {
        "kind": "public_toilet",
        "title_zh": "检修",
        "rule": {"freq": "monthly", "interval": 6, "times": ["09:00"]},
        "mode": "floating",
        "crew_id": crew_id,
        "start_on": date(2026, 11, 23),
    }
    return await create_plan(PlanCreate(**(values | more)), planner)


def crew_act(plan: PlanRead, act: Act) -> Act:
    crews = frozenset({plan.crew_id or 0})
    return replace(act, principal=Principal("crew", account_id=8, grants=(Grant(Role.CREW),), crew_ids=crews))


async def number() -> str:
    found: str = await fetchval("SELECT number FROM work_order ORDER BY id DESC LIMIT 1")
    return found


async def test_the_next_visit_counts_from_completion(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    plan = await floating_plan(planner)
    assert (await open_due(planner.at, planner)).opened == 1
    assert (await get_plan(plan.id)).next_due_at is None
    later = at(days=400)
    assert (await open_due(later.at, later)).opened == 0  # it waits, however long
    done = at(days=10)
    await finish_job(await number(), OrderDeed(), crew_act(plan, done))
    assert await hear_completions() == 1
    due = datetime(2027, 6, 3, 1, tzinfo=UTC)  # 3 December and six months, 09:00
    (target,) = (await find_targets(plan.id)).items
    assert (target.next_due_at, target.last_done_at, target.order) == (due, done.at, None)
    assert (await get_asset("GC-1")).next_service_at == due
    assert await hear_completions() == 0


async def test_the_plan_opens_the_next_round_by_itself(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    plan = await floating_plan(planner, rule={"freq": "daily", "interval": 3, "times": ["09:00"]})
    await open_due(planner.at, planner)
    await finish_job(await number(), OrderDeed(), crew_act(plan, planner))
    early, ready = at(days=2), at(days=3)
    assert (await open_due(early.at, early)).opened == 0
    assert (await open_due(ready.at, ready)).opened == 1


async def test_a_cancelled_order_frees_its_asset(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    plan = await floating_plan(planner)
    await open_due(planner.at, planner)
    dispatcher = replace(planner, principal=Principal("d", account_id=7, grants=(Grant(Role.DISPATCHER),)))
    await act_on_order(await number(), "cancel", OrderDeed(reason="重复"), dispatcher)
    assert await hear_completions() == 1
    (target,) = (await find_targets(plan.id)).items
    assert (target.last_done_at, target.next_due_at) == (None, datetime(2027, 5, 23, 1, tzinfo=UTC))


async def test_a_cancelled_order_does_not_wipe_out_the_last_visit(new_asset: NewAsset, planner: Act, at: At) -> None:
    await new_asset("GC-1")
    plan = await floating_plan(planner, rule={"freq": "daily", "interval": 3, "times": ["09:00"]})
    await open_due(planner.at, planner)
    await finish_job(await number(), OrderDeed(), crew_act(plan, planner))
    later = at(days=3)
    await open_due(later.at, later)
    dispatcher = replace(later, principal=Principal("d", account_id=7, grants=(Grant(Role.DISPATCHER),)))
    await act_on_order(await number(), "cancel", OrderDeed(reason="重复"), dispatcher)
    await hear_completions()
    (target,) = (await find_targets(plan.id)).items
    assert target.last_done_at == planner.at


async def test_a_round_is_heard_stop_by_stop(new_asset: NewAsset, planner: Act) -> None:
    for one in ("GC-1", "GC-2"):
        await new_asset(one)
    plan = await floating_plan(planner, grouping="street")
    await open_due(planner.at, planner)
    await fetchval(
        "UPDATE stop SET done_at = $1 WHERE asset_id = (SELECT id FROM asset WHERE code = 'GC-2') RETURNING 1",
        planner.at,
    )
    assert await hear_completions() == 1
    first, second = (await find_targets(plan.id)).items
    assert (first.next_due_at is None, second.next_due_at is None) == (True, False)


async def test_the_asset_shows_the_next_visit_once_the_first_is_done(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    crew_id = await register_crew("二班", system_act(planner.at))
    plan = await create_plan(
        PlanCreate(
            kind="public_toilet",
            title_zh="全面保洁",
            title_en="Full clean",
            rule={"freq": "daily", "interval": 1, "times": ["07:00", "13:00"]},
            crew_id=crew_id,
            start_on=date(2026, 11, 24),
        ),
        planner,
    )
    await open_due(datetime(2026, 11, 24, 6, tzinfo=UTC), planner)
    first: str = await fetchval("SELECT number FROM work_order ORDER BY due_at LIMIT 1")
    await finish_job(first, OrderDeed(), crew_act(plan, planner))
    await hear_completions()
    assert (await get_asset("GC-1")).next_service_at == datetime(2026, 11, 24, 5, tzinfo=UTC)
