"""Assets, planners and moments for the tests of plans."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.act import Act, system_act
from foundation.calendar.store import seed_calendar
from foundation.principals import Grant, Principal, Role
from foundation.settings import Settings, load_settings, use_settings
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset

# Monday 23 November 2026, 10:00 in the district.
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def settings() -> Iterator[Settings]:
    """The district as it is without any setting; put back after tests that change it."""
    plain = load_settings({})
    use_settings(plain)
    yield plain
    use_settings(plain)


@pytest.fixture
def now() -> datetime:
    """The moment of the tests: Monday 23 November 2026, 10:00 in Shanghai."""
    return NOW


@pytest.fixture
def planner() -> Act:
    """A planner of the whole district."""
    return Act(Principal("planner", account_id=1, grants=(Grant(Role.PLANNER),)), NOW, "en")


@pytest.fixture
def at(planner: Act) -> Callable[..., Act]:
    """The planner at another moment: ``at(days=1)`` after the tests' moment."""

    def later(**delta: float) -> Act:
        return replace(planner, at=NOW + timedelta(**delta))

    return later


@pytest.fixture
async def calendar(database: str) -> None:
    """The official days, in the database."""
    await seed_calendar()


@pytest.fixture
def new_asset(database: str) -> Callable[..., Awaitable[AssetRead]]:
    """Puts assets on record: ``await new_asset("GC-1", street="…")``."""

    async def make(code: str, *, kind: str = "public_toilet", street: str = "松台街道", **more: object) -> AssetRead:
        values: dict[str, object] = {"kind": kind, "code": code, "name": code, "street": street} | more
        return await register_asset(AssetCreate(**values), system_act(NOW - timedelta(days=30)))

    return make
