"""A small district to label: a registrar, a crew, a citizen and a few assets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from foundation.act import Act, public_act
from foundation.principals import Grant, Principal, Role
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def registrar() -> Act:
    """May label everything."""
    return Act(Principal("registrar 1", 1, (Grant(Role.REGISTRAR),)), NOW)


@pytest.fixture
def scoped_registrar() -> Act:
    """May label things in one street only."""
    return Act(Principal("registrar 2", 2, (Grant(Role.REGISTRAR, streets=frozenset({"五马街道"})),)), NOW)


@pytest.fixture
def crew() -> Act:
    """Sticks labels on."""
    return Act(Principal("crew 3", 3, (Grant(Role.CREW),)), NOW)


@pytest.fixture
def dispatcher() -> Act:
    """Has nothing to do with labels."""
    return Act(Principal("dispatcher 4", 4, (Grant(Role.DISPATCHER),)), NOW)


@pytest.fixture
def citizen() -> Act:
    """Nobody signed in."""
    return public_act(NOW)


@pytest.fixture
def add_asset(database: str, registrar: Act) -> Callable[..., Awaitable[AssetRead]]:
    """Registers a public toilet with whatever is said otherwise."""

    async def add(name: str = "世纪广场东公厕", **values: object) -> AssetRead:
        given = {"kind": "public_toilet", "street": "五马街道", "address": "府前街12号"} | values
        return await register_asset(AssetCreate(name=name, **given), registrar)

    return add
