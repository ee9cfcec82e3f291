"""Correcting and rating: what changes, what stays, and who was faster."""

from __future__ import annotations

import asyncio

import pytest

from foundation.database import execute, fetchval, transaction
from foundation.errors import Forbidden, Invalid, NotFound, Stale
from foundation.principals import Place, Role
from registry.queries import find_history, get_asset
from registry.schemas import AssetUpdate
from registry.service import (
    rate_condition,
    retire_asset,
    update_asset,
)
from tests.registry.assets.material import ELSEWHERE, STREET, kinds_of, wrong_fields

pytestmark = pytest.mark.anyio


async def test_only_what_is_given_changes(add, registrar) -> None:
    asset = await add(attributes={"class": "first"}, condition=2, name_en="Square")
    after = await update_asset(asset.code, AssetUpdate(name="新名", condition=4), 1, registrar)
    assert (after.name, after.condition, after.version) == ("新名", 4, 2)
    assert (after.name_en, after.attributes, after.lon) == (asset.name_en, asset.attributes, asset.lon)
    assert await kinds_of(asset.id) == ["asset.registered", "asset.changed", "asset.condition_rated"]
    line = (await find_history(asset.id)).items[1]
    assert line.data == {"fields": ["condition", "name"]}
    rated = (await find_history(asset.id)).items[0]
    assert rated.data == {"condition": 4, "before": 2}


async def test_a_change_that_changes_nothing_leaves_no_line(add, registrar) -> None:
    asset = await add(attributes={"class": "first"})
    same = AssetUpdate(name=f" {asset.name} ", lon=asset.lon, attributes={"class": "一类"}, component_id="")
    assert await update_asset(asset.code, same, 1, registrar) == asset
    assert await kinds_of(asset.id) == ["asset.registered"]


async def test_attributes_are_merged_and_null_removes(add, registrar) -> None:
    asset = await add(attributes={"class": "first", "built_on": "2001-05-01"})
    more = await update_asset(asset.code, AssetUpdate(attributes={"built_on": "2002-06-01"}), 1, registrar)
    assert more.attributes == {"class": "first", "built_on": "2002-06-01"}
    less = await update_asset(asset.code, AssetUpdate(attributes={"built_on": None}), 2, registrar)
    assert less.attributes == {"class": "first"}
    blank = await update_asset(asset.code, AssetUpdate(attributes={"class": " "}), 3, registrar)
    assert blank.attributes == {}
    assert list(await wrong_fields(update_asset(asset.code, AssetUpdate(attributes={"x": None}), 4, registrar))) == [
        "attributes.x"
    ]


async def test_what_the_catalogue_forgot_can_be_removed(add, registrar) -> None:
    asset = await add(attributes={"class": "first"})
    await execute("UPDATE asset SET attributes = attributes || '{\"old_word\": 1}' WHERE id = $1", asset.id)
    kept = await update_asset(asset.code, AssetUpdate(attributes={"class": "second"}), 1, registrar)
    assert kept.attributes == {"class": "second", "old_word": 1}
    gone = await update_asset(asset.code, AssetUpdate(attributes={"old_word": None}), 2, registrar)
    assert gone.attributes == {"class": "second"}


async def test_half_a_position_is_judged_with_the_other_half(add, registrar) -> None:
    asset = await add(lon=120.0, lat=28.0)
    moved = await update_asset(asset.code, AssetUpdate(lon=121.0), 1, registrar)
    assert (moved.lon, moved.lat) == (121.0, 28.0)
    assert "lon" in await wrong_fields(update_asset(asset.code, AssetUpdate(lat=None), 2, registrar))
    assert "lon" in await wrong_fields(update_asset(asset.code, AssetUpdate(lat=99.0), 2, registrar))
    nowhere = await update_asset(asset.code, AssetUpdate(lon=None, lat=None), 2, registrar)
    assert (nowhere.lon, nowhere.lat) == (None, None)


async def test_a_stale_version_leaves_nothing(add, registrar) -> None:
    asset = await add()
    await update_asset(asset.code, AssetUpdate(name="甲"), 1, registrar)
    for version in (1, 3, 0):
        with pytest.raises(Stale):
            await update_asset(asset.code, AssetUpdate(name="乙"), version, registrar)
        with pytest.raises(Stale):
            await retire_asset(asset.code, "拆", version, registrar)
    assert (await get_asset(asset.code)).name == "甲"
    assert await kinds_of(asset.id) == ["asset.registered", "asset.changed"]


async def test_of_two_at_once_one_wins(add, registrar) -> None:
    asset = await add()
    written = asyncio.Event()

    async def first() -> None:
        async with transaction():
            await update_asset(asset.code, AssetUpdate(name="先"), 1, registrar)
            written.set()
            for _ in range(5000):  # until the other has read the same version and waits for the row
                if await fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                    return
            raise AssertionError("the other never came")

    async def second() -> None:
        await written.wait()
        await update_asset(asset.code, AssetUpdate(name="后"), 1, registrar)

    found = await asyncio.gather(first(), second(), return_exceptions=True)
    assert found[0] is None
    assert isinstance(found[1], Stale)
    assert ((await get_asset(asset.code)).name, (await get_asset(asset.code)).version) == ("先", 2)
    assert await kinds_of(asset.id) == ["asset.registered", "asset.changed"]


async def test_rating_a_condition(add, act_as, now) -> None:
    asset = await add(condition=1)
    inspector = act_as(Role.INSPECTOR, Place(street=STREET))
    await rate_condition(asset.id, 4, inspector)
    found = await get_asset(asset.code)
    assert (found.condition, found.condition_on, found.version) == (4, now.date(), 2)
    assert (await find_history(asset.id)).items[0].data == {"condition": 4, "before": 1}
    for wrong in (0, 6, -1):
        with pytest.raises(Invalid):
            await rate_condition(asset.id, wrong, inspector)
    with pytest.raises(Forbidden):
        await rate_condition(asset.id, 4, act_as(Role.INSPECTOR, Place(street=ELSEWHERE)))
    with pytest.raises(NotFound):
        await rate_condition(999, 4, inspector)
