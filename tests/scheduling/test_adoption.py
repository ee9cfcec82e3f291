"""The catalogue's plans adopted in one step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from foundation.act import Act, system_act
from foundation.database import fetch
from foundation.errors import Forbidden, Invalid, NotFound
from foundation.principals import Principal
from registry.catalogue import catalogue
from registry.queries import get_asset
from registry.schemas import AssetRead, AssetUpdate
from registry.service import update_asset
from scheduling.queries import find_plans, find_targets
from scheduling.schemas import PlanFilter, PlanRead
from scheduling.service import adopt_catalogue_plans, open_due, pause_plan, preview_adoption
from scheduling.service.adoption import default_plans

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]


async def adopted() -> dict[str, PlanRead]:
    return {one.catalogue_key or "": one for one in (await find_plans(PlanFilter(limit=500))).items}


async def test_adopting_twice_changes_nothing(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    first = await adopt_catalogue_plans("public_toilet", planner)
    assert first.created == len(list(default_plans("public_toilet")))
    again = await adopt_catalogue_plans("public_toilet", planner)
    assert (again.created, again.existing, again.targets) == (0, first.created, 0)
    assert len(await adopted()) == first.created


async def test_all_kinds_at_once(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    done = await adopt_catalogue_plans(None, planner)
    assert done.created == len(list(default_plans(None)))


async def test_a_paused_plan_is_not_adopted_behind_its_back(planner: Act) -> None:
    await adopt_catalogue_plans("public_toilet", planner)
    one = (await adopted())["T1"]
    await pause_plan(one.id, one.version, planner)
    assert (await adopt_catalogue_plans("public_toilet", planner)).created == 0


async def test_a_street_is_not_served_twice(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await new_asset("GC-2", street="五马街道")
    await adopt_catalogue_plans("public_toilet", planner, street="松台街道")
    await adopt_catalogue_plans("public_toilet", planner)
    served = await fetch(
        "SELECT p.catalogue_key, t.asset_id, count(*) AS n FROM plan_target t JOIN plan p ON p.id = t.plan_id"
        " GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert served == []
    assert (await adopt_catalogue_plans("public_toilet", planner, street="五马街道")).created == 0


async def test_a_plan_serves_only_the_assets_it_makes_sense_for(new_asset: NewAsset, planner: Act) -> None:
    """T6 looks into septic tanks: of a toilet on the main sewer nothing, of one not on record it does."""
    await new_asset("GC-1", attributes={"sewage": "sewer"})
    await new_asset("GC-2", attributes={"sewage": "septic_tank"})
    await new_asset("GC-3")
    await adopt_catalogue_plans("public_toilet", planner)
    septic = (await adopted())["T6"]
    assert [target.code for target in (await find_targets(septic.id)).items] == ["GC-2", "GC-3"]


async def test_conditions_by_number_and_by_set_agree_with_the_catalogue(new_asset: NewAsset, planner: Act) -> None:
    kind = catalogue().kind("love_station")
    samples = [{}, {"ac": 0}, {"ac": 2}]
    for number, attributes in enumerate(samples):
        await new_asset(f"AX-{number}", kind="love_station", attributes=attributes)
    await adopt_catalogue_plans("love_station", planner)
    for plan in kind.plans:
        if plan.key in (found := await adopted()):
            expected = [f"AX-{n}" for n, attributes in enumerate(samples) if plan.applies_to(attributes)]
            assert [target.code for target in (await find_targets(found[plan.key].id)).items] == expected, plan.key


async def test_gates_go_before_the_checklist(planner: Act) -> None:
    await adopt_catalogue_plans("public_toilet", planner)
    first = (await adopted())["T6"].checklist[0]
    assert first["gate"] is True
    assert not {"level", "source", "note"} & first.keys()


async def test_an_asset_that_changes_joins_and_leaves_by_itself(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1", attributes={"sewage": "sewer"})
    await adopt_catalogue_plans("public_toilet", planner)
    septic = (await adopted())["T6"]
    await _give(planner, "septic_tank")
    await open_due(planner.at, planner)
    assert [t.code for t in (await find_targets(septic.id)).items if t.next_due_at] == ["GC-1"]
    await _give(planner, "sewer")
    await open_due(planner.at, planner)
    assert [t.code for t in (await find_targets(septic.id)).items if t.next_due_at] == []


async def _give(planner: Act, sewage: str) -> None:
    version = (await get_asset("GC-1")).version
    await update_asset("GC-1", AssetUpdate(attributes={"sewage": sewage}), version, system_act(planner.at))


async def test_the_preview_counts_assets_and_orders(new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    await new_asset("GC-2", street="五马街道")
    shown = {one.key: one for one in await preview_adoption("public_toilet", planner)}
    assert (shown["T1"].assets, shown["T1"].orders_a_week, shown["T1"].exists) == (2, 28.0, False)
    await adopt_catalogue_plans("public_toilet", planner)
    assert all(one.exists for one in await preview_adoption("public_toilet", planner))


async def test_refusals(planner: Act) -> None:
    with pytest.raises(NotFound):
        await adopt_catalogue_plans("lighthouse", planner)
    with pytest.raises(Invalid):
        await adopt_catalogue_plans("public_toilet", planner, crew_id=4711)
    with pytest.raises(Forbidden):
        await adopt_catalogue_plans("public_toilet", Act(Principal("x", account_id=9), planner.at))
