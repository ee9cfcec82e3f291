"""The queue of reports, its filters, and the promises that make one overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from foundation.act import Act
from foundation.database import fetchrow
from foundation.errors import FacilityError, Invalid
from maintenance.queries import (
    RequestFilter,
    desk_counts,
    find_requests,
)
from maintenance.service import (
    refresh_overdue,
    report_fault,
)
from registry.queries import get_asset_by_id
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


async def test_the_queue_says_what_presses_most(
    add_asset: Callable, citizen: Act, later: Callable, report_of: Callable
) -> None:
    faults = ["sign", "overflow", "odour", "power_leak"]
    assets = [await add_asset(f"公厕 {n}", street=f"街道{n % 2}") for n in range(4)]
    for asset, fault in zip(assets, faults, strict=True):
        await report_fault(asset.id, report_of(fault), citizen)
    page = await find_requests(RequestFilter(only="open", limit=3), citizen.at)
    assert [one.category for one in page.items] == ["overflow", "power_leak", "odour"]
    rest = await find_requests(RequestFilter(only="open", limit=3, cursor=page.next), citizen.at)
    assert ([one.category for one in rest.items], rest.next) == (["sign"], None)
    late = later(citizen, hours=5).at
    overdue = await find_requests(RequestFilter(only="overdue"), late)
    assert [one.category for one in overdue.items] == ["overflow", "power_leak"]
    assert (await desk_counts(late))["requests_late"] == 2
    found = {
        "street": [one.category for one in (await find_requests(RequestFilter(street="街道1"), late)).items],
        "q": [one.category for one in (await find_requests(RequestFilter(q="公厕 2"), late)).items],
        "code": [one.category for one in (await find_requests(RequestFilter(q=assets[0].code), late)).items],
        "number": [one.category for one in (await find_requests(RequestFilter(q="sr-2026-00004"), late)).items],
        "kind": len((await find_requests(RequestFilter(kind="street_tree"), late)).items),
    }
    assert found == {
        "street": ["overflow", "power_leak"], "q": ["odour"], "code": ["sign"], "number": ["power_leak"], "kind": 0,
    }  # fmt: skip


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4IiwxXQ", ""])
async def test_a_broken_cursor_is_said_so(database: str, citizen: Act, cursor: str) -> None:
    if not cursor:
        assert (await find_requests(RequestFilter(cursor=None), citizen.at)).items == []
        return
    with pytest.raises(Invalid):
        await find_requests(RequestFilter(cursor=cursor), citizen.at)


async def test_an_unknown_filter_is_refused_and_not_ignored(database: str, citizen: Act) -> None:
    with pytest.raises(FacilityError):
        await find_requests(RequestFilter(only="everything; --"), citizen.at)
    with pytest.raises(FacilityError):
        await find_requests(RequestFilter(state="nonsense"), citizen.at)


async def test_what_becomes_overdue_shows_without_anybody_acting(
    toilet: AssetRead, citizen: Act, dispatcher: Act, later: Callable, report_of: Callable
) -> None:
    await report_fault(toilet.id, report_of(), citizen)
    assert (await get_asset_by_id(toilet.id)).overdue == 0
    assert await refresh_overdue(later(dispatcher, hours=5)) == 1
    assert (await get_asset_by_id(toilet.id)).overdue == 1
    assert await refresh_overdue(later(dispatcher, hours=6)) == 0


async def test_promises_skip_the_night_for_office_limits(toilet: AssetRead, citizen: Act, report_of: Callable) -> None:
    made = await report_fault(toilet.id, report_of("fixture"), citizen)
    row = await fetchrow("SELECT reported_at, respond_by, due_at FROM service_request WHERE number = $1", made.number)
    assert row["respond_by"] - row["reported_at"] == timedelta(hours=4)
    assert row["due_at"] - row["reported_at"] == timedelta(days=2, hours=7, minutes=30), (
        "close of business, two days on"
    )
