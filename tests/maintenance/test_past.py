"""Work done before this register began, taken over as if it had been here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from foundation.act import Act
from foundation.database import fetch, fetchval
from foundation.errors import Forbidden
from maintenance.queries import get_order, get_request
from maintenance.service import PastOrder, PastReport, record_past_orders
from registry.history import verify
from registry.queries import find_history, get_asset_by_id
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


def past(asset: AssetRead, crew_id: int, opened_at: datetime, *, reported: bool = True) -> PastOrder:
    report = PastReport(
        category="overflow",
        category_zh="堵塞",
        category_en="Blocked",
        reported_at=opened_at - timedelta(minutes=20),
        due_at=opened_at + timedelta(hours=4),
        rating=5,
    )
    return PastOrder(
        title_zh="疏通",
        title_en="Unblock",
        asset_ids=(asset.id,),
        origin=f"past:{opened_at.isoformat()}",
        crew_id=crew_id,
        crew_zh="三队",
        crew_en="Crew 3",
        opened_at=opened_at,
        done_at=opened_at + timedelta(hours=2),
        verified_at=opened_at + timedelta(hours=3),
        report=report if reported else None,
    )


async def test_a_past_year_stands_in_the_history(toilet: AssetRead, crew_id: int, administrator: Act) -> None:
    first = datetime(2025, 12, 30, 2, 0, tzinfo=UTC)
    new_year = datetime(2025, 12, 31, 20, 0, tzinfo=UTC)  # already the first of January in the district
    orders = [past(toilet, crew_id, new_year), past(toilet, crew_id, first, reported=False)]
    assert await record_past_orders(orders, administrator) == 2
    numbers = [row["number"] for row in await fetch("SELECT number FROM work_order ORDER BY id")]
    assert numbers == ["WO-2025-00001", "WO-2026-00001"], "each in the year of the district"
    order = await get_order("WO-2026-00001")
    assert (order.state, order.request, order.done_at) == ("closed", "SR-2026-00001", new_year + timedelta(hours=2))
    assert (await get_request("SR-2026-00001")).state == "closed"
    assert (await verify()).broken == []
    at = [line.at for line in reversed((await find_history(toilet.id, None)).items)][1:]
    assert at == sorted(at)
    asset = await get_asset_by_id(toilet.id)
    assert (asset.last_service_at, asset.open_requests, asset.open_orders) == (order.done_at, 0, 0)


async def test_the_past_is_taken_over_once(toilet: AssetRead, crew_id: int, administrator: Act) -> None:
    orders = [past(toilet, crew_id, datetime(2026, 3, 1, tzinfo=UTC))]
    await record_past_orders(orders, administrator)
    with pytest.raises(asyncpg.UniqueViolationError):
        await record_past_orders(orders, administrator)
    assert await fetchval("SELECT count(*) FROM work_order") == 1


@pytest.mark.parametrize("who", ["dispatcher", "crew", "registrar"])
async def test_ordinary_people_cannot_date_back(
    toilet: AssetRead, crew_id: int, people: dict[str, Act], who: str, later: Callable
) -> None:
    with pytest.raises(Forbidden):
        await record_past_orders([past(toilet, crew_id, datetime(2026, 3, 1, tzinfo=UTC))], people[who])
