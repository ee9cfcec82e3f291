"""Who may register, correct, rate, retire and reinstate, and where."""

from __future__ import annotations

import pytest

from foundation.database import fetchval
from foundation.errors import Forbidden, NotSignedIn
from foundation.principals import Place, Role
from registry.queries import get_asset
from registry.schemas import AssetUpdate
from registry.service import (
    rate_condition,
    register_asset,
    register_assets,
    register_organisation,
    reinstate_asset,
    retire_asset,
    update_asset,
)
from tests.registry.assets.material import ELSEWHERE, STREET, new

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("verb", ["register", "update", "retire", "reinstate", "rate"])
async def test_who_may_do_what(add, act_as, role, verb) -> None:
    asset = await add()
    act = act_as(role)
    if verb == "reinstate":
        asset = await retire_asset(asset.code, "拆", asset.version, act_as(Role.REGISTRAR))
    deeds = {
        "register": lambda: register_asset(new(), act),
        "update": lambda: update_asset(asset.code, AssetUpdate(name="新"), asset.version, act),
        "retire": lambda: retire_asset(asset.code, "拆", asset.version, act),
        "reinstate": lambda: reinstate_asset(asset.code, asset.version, act),
        "rate": lambda: rate_condition(asset.id, 3, act),
    }
    allowed = {Role.REGISTRAR, Role.CREW, Role.INSPECTOR} if verb == "rate" else {Role.REGISTRAR}
    lines = await fetchval("SELECT count(*) FROM history_line")
    if role in allowed:
        await deeds[verb]()
        assert await fetchval("SELECT count(*) FROM history_line") == lines + 1
        return
    with pytest.raises(NotSignedIn if role is None else Forbidden):
        await deeds[verb]()
    assert await fetchval("SELECT count(*) FROM history_line") == lines
    assert await get_asset(asset.code) == asset


async def test_a_scope_ends_at_its_streets_and_organisation(add, act_as, registrar) -> None:
    unit = await register_organisation("环卫处", registrar)
    theirs = await add("外", street=ELSEWHERE)
    mine = act_as(Role.REGISTRAR, Place(street=STREET))
    own = await register_asset(new(street=f"  {STREET} "), mine)
    assert own.street == STREET
    with pytest.raises(Forbidden):
        await register_asset(new(street=ELSEWHERE), mine)
    with pytest.raises(Forbidden):
        await update_asset(theirs.code, AssetUpdate(name="抢"), theirs.version, mine)
    with pytest.raises(Forbidden):  # nor may it be moved out of reach
        await update_asset(own.code, AssetUpdate(street=ELSEWHERE), own.version, mine)
    with pytest.raises(Forbidden):
        await retire_asset(theirs.code, "拆", theirs.version, mine)
    of_unit = act_as(Role.REGISTRAR, Place(organisation_id=unit))
    with pytest.raises(Forbidden):
        await register_asset(new(), of_unit)
    kept = await register_asset(new(organisation_id=unit), of_unit)
    with pytest.raises(Forbidden):
        await update_asset(kept.code, AssetUpdate(organisation_id=None), kept.version, of_unit)
    with pytest.raises(Forbidden):
        await register_assets([new(), new(street=ELSEWHERE)], mine)
    assert len(await register_assets([new(), new()], mine)) == 2
