"""Make, change, pause and resume plans; who belongs to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from foundation.act import Act, public_act
from foundation.database import execute, fetch
from foundation.errors import FacilityError, Forbidden, Invalid, NotFound, NotSignedIn, Stale
from foundation.principals import Grant, Principal, Role
from foundation.translation import chinese
from registry.history import DISTRICT
from registry.queries import find_district_history, find_history, get_asset
from registry.schemas import AssetRead
from scheduling.queries import find_plans, find_targets, get_plan, next_due_for
from scheduling.schemas import PlanCreate, PlanFilter, PlanUpdate
from scheduling.service import create_plan, pause_plan, resume_plan, update_plan

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]
At = Callable[..., Act]
DAILY = {"freq": "daily", "times": ["07:00", "13:00"]}


def plan(**more: Any) -> PlanCreate:
    values: dict[str, Any] = {"kind": "public_toilet", "title_zh": "全面保洁", "title_en": "Full clean", "rule": DAILY}
    return PlanCreate(**(values | more))


async def codes(plan_id: int) -> list[str]:
    return [target.code for target in (await find_targets(plan_id)).items]


async def test_a_plan_covers_all_of_a_kind_in_a_street(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await new_asset("GC-2", street="五马街道")
    await new_asset("ZZ-1", kind="transfer_station")
    assert await codes((await create_plan(plan(street="松台街道"), planner)).id) == ["GC-1"]
    assert await codes((await create_plan(plan(), planner)).id) == ["GC-1", "GC-2"]


async def test_a_plan_of_one_asset_takes_its_kind(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await new_asset("GC-2")
    made = await create_plan(plan(kind=None, asset="GC-2"), planner)
    assert (made.kind, made.asset, made.targets) == ("public_toilet", "GC-2", 1)
    assert made.when == {"zh": "每天 07:00、13:00", "en": "every day at 07:00, 13:00"}


async def test_the_asset_learns_what_comes_next(new_asset: NewAsset, planner: Act) -> None:
    asset = await new_asset("GC-1")
    await create_plan(plan(start_on=date(2026, 11, 25)), planner)
    due = datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert (await get_asset("GC-1")).next_service_at == due == await next_due_for(asset.id)


async def test_only_what_is_in_use_is_served(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1", operating_state="closed")
    await new_asset("GC-2", status="missing")
    await new_asset("GC-3", status="damaged")
    assert await codes((await create_plan(plan(), planner)).id) == ["GC-3"]


async def test_history_tells_of_it_where_it_belongs(new_asset: NewAsset, planner: Act) -> None:
    asset = await new_asset("GC-1")
    await create_plan(plan(), planner)
    await create_plan(plan(kind=None, asset="GC-1"), planner)
    (line,) = [one for one in (await find_history(asset.id)).items if one.kind == "plan.adopted"]
    assert line.summary["zh"] == "启用养护计划“全面保洁”：每天 07:00、13:00"
    assert line.audience == "staff"
    assert "plan.adopted" in [one.kind for one in (await find_district_history()).items]
    assert DISTRICT == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rule": {"freq": "hourly"}}, "rule.freq"),
        ({"rule": {"freq": "daily", "times": ["25:00"]}}, "rule.times"),
        ({"title_zh": " ", "title_en": ""}, "title_zh"),
        ({"title_zh": "长" * 101}, "title_zh"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"start_on": date(2026, 2, 1), "end_on": date(2026, 1, 31)}, "end_on"),
        ({"checklist": [{"zh": "门"}]}, "checklist"),
        ({"checklist": [{"key": "a", "zh": "门", "en": "Door"}] * 2}, "checklist"),
        ({"crew_id": 4711}, "crew_id"),
    ],
)
async def test_nonsense_is_refused_by_field_and_nothing_is_made(
    planner: Act, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await create_plan(plan(**wrong), planner)
    assert field in refused.value.fields
    assert refused.value.text in chinese()
    assert (await find_plans(PlanFilter())).items == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"kind": None}, Invalid), ({"kind": "lighthouse"}, NotFound), ({"asset": "GC-404"}, NotFound)],
)
async def test_a_plan_needs_a_place(planner: Act, wrong: dict[str, Any], error: type[FacilityError]) -> None:
    with pytest.raises(error):
        await create_plan(plan(**wrong), planner)


async def test_an_asset_of_another_kind_is_refused(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("ZZ-1", kind="transfer_station")
    with pytest.raises(Invalid):
        await create_plan(plan(asset="ZZ-1"), planner)


async def test_only_planners_plan_and_only_in_their_streets(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    with pytest.raises(NotSignedIn):
        await create_plan(plan(), public_act(planner.at))
    scoped = Grant(Role.PLANNER, streets=frozenset({"松台街道"}))
    act = replace(planner, principal=Principal("p", account_id=2, grants=(scoped,)))
    with pytest.raises(Forbidden):
        await create_plan(plan(), act)
    with pytest.raises(Forbidden):
        await create_plan(plan(street="五马街道"), act)
    await create_plan(plan(street="松台街道"), act)
    await create_plan(plan(kind=None, asset="GC-1"), act)
    crew = replace(planner, principal=Principal("c", account_id=3, grants=(Grant(Role.CREW),)))
    with pytest.raises(Forbidden):
        await create_plan(plan(street="松台街道"), crew)


async def test_a_changed_rule_moves_the_next_date(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    made = await create_plan(plan(), planner)
    change = PlanUpdate(rule={"freq": "weekly", "weekdays": ["WE"], "times": ["09:00"]})
    changed = await update_plan(made.id, change, made.version, planner)
    assert changed.version == 2
    assert changed.next_due_at == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert changed.rule["anchor_on"] == "2026-11-23"
    assert (await get_asset("GC-1")).next_service_at == changed.next_due_at


async def test_a_new_title_reaches_the_assets(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    made = await create_plan(plan(), planner)
    await update_plan(made.id, PlanUpdate(title_zh="保洁"), made.version, planner)
    (row,) = await fetch("SELECT next_service_zh FROM asset_signals")
    assert row["next_service_zh"] == "保洁"


async def test_a_stale_change_overwrites_nothing(new_asset: NewAsset, planner: Act) -> None:
    made = await create_plan(plan(), planner)
    await update_plan(made.id, PlanUpdate(title_en="One"), made.version, planner)
    with pytest.raises(Stale):
        await update_plan(made.id, PlanUpdate(title_en="Two"), made.version, planner)
    assert (await get_plan(made.id)).title_en == "One"


async def test_no_change_is_no_line(planner: Act) -> None:
    made = await create_plan(plan(), planner)
    same = await update_plan(made.id, PlanUpdate(title_zh="全面保洁", rule=DAILY), made.version, planner)
    assert same.version == made.version


async def test_a_pause_takes_the_dates_away_and_resuming_owes_nothing(
    new_asset: NewAsset, planner: Act, at: At
) -> None:
    await new_asset("GC-1")
    made = await create_plan(plan(), planner)
    paused = await pause_plan(made.id, made.version, planner)
    assert (paused.active, paused.next_due_at) == (False, None)
    assert (await get_asset("GC-1")).next_service_at is None
    resumed = await resume_plan(made.id, paused.version, at(days=7))
    assert resumed.next_due_at == datetime(2026, 11, 30, 5, tzinfo=UTC)
    kinds = [line.kind for line in (await find_district_history()).items]
    assert kinds[:2] == ["plan.resumed", "plan.paused"]


async def test_plans_are_found_by_asset_and_page_by_page(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    for _ in range(3):
        await create_plan(plan(), planner)
    other = await create_plan(plan(kind="street_tree"), planner)
    page = await find_plans(PlanFilter(limit=2, asset="GC-1"))
    rest = await find_plans(PlanFilter(limit=2, asset="GC-1", cursor=page.next))
    assert len(page.items) == 2
    assert (len(rest.items), rest.next) == (1, None)
    assert other.id not in [one.id for one in page.items + rest.items]


async def test_the_database_refuses_half_a_place(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await create_plan(plan(), planner)
    with pytest.raises(Exception, match="plan_target_nominal_ck"):
        await execute("UPDATE plan_target SET nominal_at = NULL")
