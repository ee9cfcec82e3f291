"""Codes and component ids: one asset each, never given twice."""

from __future__ import annotations

import asyncio

import pytest

from foundation.database import fetchval
from foundation.errors import Conflict
from registry.queries import get_assets_by_id
from registry.schemas import AssetUpdate
from registry.service import (
    register_asset,
    register_assets,
    retire_asset,
    update_asset,
)
from tests.registry.assets.material import kinds_of, new

pytestmark = pytest.mark.anyio


async def test_a_code_or_component_id_belongs_to_one(add, registrar) -> None:
    one = await add(code="A-1", component_id="33030200101000001")
    two = await add(code="A-2")
    with pytest.raises(Conflict) as caught:
        await add(code="A-1")
    assert list(caught.value.fields) == ["code"]
    with pytest.raises(Conflict) as caught:
        await update_asset(two.code, AssetUpdate(component_id=one.component_id), 1, registrar)
    assert list(caught.value.fields) == ["component_id"]
    with pytest.raises(Conflict):
        await register_assets([new(code="B-1"), new(code="A-1")], registrar)
    assert await fetchval("SELECT count(*) FROM asset") == 2
    assert await kinds_of(two.id) == ["asset.registered"]


async def test_codes_are_never_given_twice(add, registrar) -> None:
    await add(code="GC-0003")
    found = await asyncio.gather(*(register_asset(new(name=f"{n}"), registrar) for n in range(12)))
    ids = await register_assets([new(code="GC-0020"), *(new() for _ in range(10))], registrar)
    many = await get_assets_by_id(ids)
    codes = [asset.code for asset in (*found, *many.values())]
    assert len(set(codes)) == 23
    assert "GC-0003" not in codes
    assert codes.count("GC-0020") == 1
    assert all(code.startswith("GC-") for code in codes)


async def test_a_code_that_failed_is_not_given_again_to_another(database, registrar) -> None:
    one = await register_asset(new(), registrar)
    await retire_asset(one.code, "拆", 1, registrar)
    two = await register_asset(new(), registrar)
    assert one.code != two.code
