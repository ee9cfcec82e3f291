"""The rail shows what waits on every page of the desk, and follows each deed at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.navigation import RailCounts
from foundation.act import public_act, system_act
from foundation.principals import Role
from maintenance.schemas import ReportCreate
from maintenance.service import report_fault
from registry.schemas import AssetCreate
from registry.service import register_asset

pytestmark = pytest.mark.anyio


async def _report(at: datetime) -> None:
    asset = await register_asset(AssetCreate(kind="public_toilet", name="东门公厕"), system_act(at))
    await report_fault(asset.id, ReportCreate(category="dirty", description="漏水", client="a"), public_act(at))


async def test_counts_are_asked_again_when_they_have_grown_old_or_somebody_acts(program, clock) -> None:
    rail = RailCounts()
    assert (await rail.read(clock.now))["requests"] == 0
    await _report(clock.now)
    assert (await rail.read(clock.now + timedelta(seconds=10)))["requests"] == 0
    assert (await rail.read(clock.now + timedelta(seconds=20)))["requests"] == 1
    rail.forget()
    assert (await rail.read(datetime(2000, 1, 1, tzinfo=UTC)))["requests"] == 1


@pytest.mark.parametrize("refused", [False, True])
async def test_every_desk_page_shows_what_waits(signed_in, clock, refused: bool) -> None:
    """That of a form that was refused, too."""
    one = await signed_in("desk", Role.DISPATCHER, Role.PLANNER, headers={"accept-language": "en"})
    await _report(clock.now)
    answer = await one.get("/desk/plans/new")
    if refused:
        answer = await one.send_form("/desk/plans/new", times="25:00")
    assert answer.status_code == (400 if refused else 200)
    page = answer.text
    link = re.search(r'<a[^>]+href="/desk/requests"[^>]*>(.*?)</a>', page, re.S)
    assert link
    assert '<span class="n">1</span>' in link[1]


async def test_what_one_does_is_counted_at_once(signed_in, clock) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    assert '<span class="n">1</span>' not in (await one.get("/desk/assets")).text
    await _report(clock.now)
    await one.send_form("/account/language", lang="zh-CN")
    assert '<span class="n">1</span>' in (await one.get("/desk/assets")).text
