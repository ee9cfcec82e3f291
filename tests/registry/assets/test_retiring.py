"""Retiring and reinstating: what is kept, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.database import fetchval, transaction
from foundation.errors import Refused
from registry.queries import find_history
from registry.schemas import AssetUpdate
from registry.service import (
    reinstate_asset,
    retire_asset,
    update_asset,
    write_signals,
)
from tests.registry.assets.material import kinds_of, wrong_fields

pytestmark = pytest.mark.anyio


async def test_retiring_keeps_everything_and_can_be_taken_back(add, registrar, later, now) -> None:
    asset = await add()
    day = now + timedelta(days=1)
    gone = await retire_asset(asset.code, "  拆除  重建 ", 1, later(registrar, day))
    assert (gone.operating_state, gone.retired_at, gone.version) == ("retired", day, 2)
    assert (await find_history(asset.id)).items[0].summary == {"zh": "停用：拆除 重建", "en": "Retired: 拆除 重建"}
    with pytest.raises(Refused):
        await retire_asset(asset.code, "再", 2, registrar)
    back = await reinstate_asset(asset.code, 2, registrar)
    assert (back.operating_state, back.retired_at, back.version) == ("in_service", None, 3)
    assert await fetchval("SELECT retired_reason FROM asset") is None
    with pytest.raises(Refused):
        await reinstate_asset(asset.code, 3, registrar)
    assert await kinds_of(asset.id) == ["asset.registered", "asset.retired", "asset.reinstated"]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, "a\x00b"])
async def test_retiring_says_why(add, registrar, reason) -> None:
    asset = await add()
    assert list(await wrong_fields(retire_asset(asset.code, reason, 1, registrar))) == ["reason"]


@pytest.mark.parametrize("signal", ["open_requests", "open_orders"])
async def test_nothing_is_retired_under_open_work(add, registrar, signal) -> None:
    asset = await add()
    async with transaction():
        await write_signals(asset.id, **{signal: 1})
    with pytest.raises(Refused):
        await retire_asset(asset.code, "拆", 1, registrar)


async def test_retiring_goes_by_its_own_door(add, registrar) -> None:
    asset = await add()
    change = AssetUpdate(operating_state="retired")
    assert list(await wrong_fields(update_asset(asset.code, change, 1, registrar))) == ["operating_state"]
    await retire_asset(asset.code, "拆", 1, registrar)
    back = AssetUpdate(operating_state="in_service")
    assert list(await wrong_fields(update_asset(asset.code, back, 2, registrar))) == ["operating_state"]
    renamed = await update_asset(asset.code, AssetUpdate(name="旧厕", operating_state="retired"), 2, registrar)
    assert (renamed.name, renamed.operating_state) == ("旧厕", "retired")
