"""What the dispatcher does with a report, and what its reporter reads of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from foundation.principals import Place
from maintenance.queries import (
    get_order,
    get_request,
    story_of,
)
from maintenance.schemas import OrderCreate, OrderDeed, Reported
from maintenance.service import (
    act_on_order,
    act_on_request,
    contest_request,
    open_order,
    report_fault,
    withdraw_request,
)
from registry.queries import find_history, get_asset_by_id
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio


async def test_verify_then_file(toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable) -> None:
    made = await report_fault(toilet.id, report_of(), citizen)
    read = await get_request(made.number)
    assert read.actions == ["verify", "file", "refuse", "merge"]
    verifying = await act_on_request(made.number, "verify", dispatcher, version=read.version)
    assert (verifying.state, verifying.version) == ("verifying", 2)
    filed = await act_on_request(made.number, "file", dispatcher, version=2)
    assert (filed.state, filed.category_zh, filed.asset) == ("filed", "堵塞、粪便外溢", toilet.code)
    assert [line.kind for line in (await find_history(toilet.id, "public")).items][:2] == ["service_request.moved"] * 2


async def test_a_refusal_has_a_reason_that_the_citizen_reads(
    toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(), citizen)
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(Invalid) as refused:
            await act_on_request(made.number, "refuse", dispatcher, reason=reason)
        assert refused.value.code == "reason_needed"
    await act_on_request(made.number, "refuse", dispatcher, reason="不属于本设施")
    story = await story_of(made.token)
    assert (story.state, story.reason) == ("refused", "不属于本设施")
    assert (await get_asset_by_id(toilet.id)).open_requests == 0
    assert await fetchval("SELECT known FROM asset_signals WHERE asset_id = $1", toilet.id) == []


async def test_a_merge_counts_the_people_and_shares_the_story(
    toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable, add_asset: Callable
) -> None:
    one = await report_fault(toilet.id, report_of("odour", client="a"), citizen)
    two = await report_fault(toilet.id, report_of("dirty", client="b"), citizen)
    elsewhere = await report_fault((await add_asset("另一处")).id, report_of(), citizen)
    for into in (elsewhere.number, one.number[:-1] + "9", one.number, ""):
        with pytest.raises(Invalid) as refused:
            await act_on_request(one.number, "merge", dispatcher, into=into)
        assert refused.value.code == "bad_merge"
    await act_on_request(two.number, "merge", dispatcher, into=one.number)
    assert (await get_request(two.number)).merged_into == one.number
    assert (await get_request(one.number)).reporters == 2
    story = await story_of(two.token)
    assert (story.number, story.state, story.may_withdraw) == (one.number, "reported", False)
    with pytest.raises(Refused):
        await act_on_request(one.number, "merge", dispatcher, into=two.number)


@pytest.mark.parametrize("action", ["refuse", "merge", "withdraw"])
async def test_a_report_that_goes_takes_its_untouched_order_along(
    toilet: AssetRead, filed: Reported, citizen: Act, dispatcher: Act, report_of: Callable, action: str
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    other = await report_fault(toilet.id, report_of("odour"), citizen)
    if action == "withdraw":
        await withdraw_request(filed.token, citizen)
    else:
        await act_on_request(filed.number, action, dispatcher, reason="查无此事", into=other.number)
    assert (await get_order(order.number)).state == "cancelled"
    assert (await get_asset_by_id(toilet.id)).open_orders == 0


async def test_what_follows_from_the_order_is_not_done_by_hand(
    filed: Reported, dispatcher: Act, walk: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify")
    assert (await get_request(filed.number)).actions == []
    for action in ("close", "file", "refuse", "verify"):
        with pytest.raises(Refused):
            await act_on_request(filed.number, action, dispatcher, reason="x")
    for action in ("dispatch", "confirm", "contest", "withdraw", "nonsense"):
        with pytest.raises(Invalid):
            await act_on_request(filed.number, action, dispatcher)


async def test_a_contest_may_be_closed_again_with_a_reason(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    await contest_request(filed.token, "我的电话 13800138000，还是堵", citizen)
    assert (await get_request(filed.number)).actions == ["file", "close"]
    with pytest.raises(Invalid):
        await act_on_request(filed.number, "close", dispatcher)
    await act_on_request(filed.number, "close", dispatcher, reason="已复查，畅通")
    assert (await story_of(filed.token)).reason == "已复查，畅通"
    assert "13800138000" not in str(await fetchval("SELECT string_agg(data::text, '') FROM history_line"))


@pytest.mark.parametrize("who", ["crew", "inspector", "registrar", "administrator", "far_dispatcher"])
@pytest.mark.parametrize("action", ["verify", "file", "refuse", "merge"])
async def test_only_the_dispatcher_of_the_place_moves_a_report(
    toilet: AssetRead, citizen: Act, people: dict[str, Act], report_of: Callable, who: str, action: str
) -> None:
    made = await report_fault(toilet.id, report_of(), citizen)
    with pytest.raises(Forbidden):
        await act_on_request(made.number, action, people[who], reason="x")
    with pytest.raises(NotSignedIn):
        await act_on_request(made.number, action, citizen, reason="x")


async def test_an_old_version_is_refused(toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable) -> None:
    made = await report_fault(toilet.id, report_of(client="a"), citizen)
    await report_fault(toilet.id, report_of(client="b"), citizen)  # one more has told us since
    with pytest.raises(Stale):
        await act_on_request(made.number, "file", dispatcher, version=1)
    with pytest.raises(NotFound):
        await act_on_request("SR-2026-09999", "file", dispatcher)


async def test_a_scope_of_an_organisation_counts(
    add_asset: Callable, citizen: Act, dispatcher: Act, report_of: Callable
) -> None:
    asset = await add_asset("别处", street="南汇街道")
    made = await report_fault(asset.id, report_of(), citizen)
    assert dispatcher.principal.has(*dispatcher.principal.roles, place=Place(None, "南汇街道"))
    assert (await act_on_request(made.number, "file", dispatcher)).street == "南汇街道"


async def test_the_deed_of_a_crew_needs_no_more_than_it_says(filed: Reported, dispatcher: Act, crew_id: int) -> None:
    order = await open_order(OrderCreate(request=filed.number, note="x" * 900), dispatcher)
    assert len(order.note) == 500
    assert (await act_on_order(order.number, "assign", OrderDeed(crew_id=crew_id), dispatcher)).crew == "三队"
