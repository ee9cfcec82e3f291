"""What the dispatcher does with a report, and what its reporter reads of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from foundation.act import Act
from foundation.database import fetch, fetchrow, fetchval
from foundation.errors import FacilityError, Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from foundation.files import FileStore
from foundation.principals import Place
from foundation.settings import Settings
from maintenance.queries import (
    RequestFilter,
    desk_counts,
    find_photos,
    find_requests,
    get_order,
    get_photo,
    get_request,
    story_of,
)
from maintenance.schemas import ContactRead, OrderCreate, OrderDeed, Reported
from maintenance.service import (
    act_on_order,
    act_on_request,
    contest_request,
    open_order,
    purge_contacts,
    refresh_overdue,
    release_request,
    report_fault,
    reveal_contact,
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


# ── held reports and personal data ────────────────────────────────────────────────────────────────────────────────────


async def test_a_held_report_counts_once_released(
    toilet: AssetRead, citizen: Act, dispatcher: Act, crew: Act, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(honeypot="x"), citizen)
    assert (await desk_counts(citizen.at))["held"] == 1
    with pytest.raises(Forbidden):
        await release_request(made.number, crew)
    assert not (await release_request(made.number, dispatcher)).held
    assert (await get_asset_by_id(toilet.id)).open_requests == 1
    with pytest.raises(Refused):
        await release_request(made.number, dispatcher)


async def test_a_released_report_joins_what_is_known_by_then(
    toilet: AssetRead, citizen: Act, dispatcher: Act, report_of: Callable
) -> None:
    held = await report_fault(toilet.id, report_of(honeypot="x", client="a"), citizen)
    known = await report_fault(toilet.id, report_of(client="b"), citizen)
    assert not known.merged
    released = await release_request(held.number, dispatcher)
    assert (released.state, released.merged_into) == ("merged", known.number)
    assert (await get_request(known.number)).reporters == 2


async def test_looking_at_a_phone_number_leaves_a_line(
    toilet: AssetRead, citizen: Act, dispatcher: Act, people: dict[str, Act], report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(phone="13800138000", description="后门"), citizen)
    for who in ("crew", "inspector", "administrator", "far_dispatcher"):
        with pytest.raises(Forbidden):
            await reveal_contact(made.number, people[who])
    assert await reveal_contact(made.number, dispatcher) == ContactRead("13800138000", "后门")
    line = (await find_history(toilet.id, None)).items[0]
    assert (line.kind, line.audience, line.actor) == ("service_request.contact_seen", "staff", "dispatcher 2")
    assert "138" not in str(line.data)


async def test_contacts_go_ninety_days_after_the_end_and_not_before(
    toilet: AssetRead, filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable,
    report_of: Callable,
) -> None:  # fmt: skip
    await report_fault(toilet.id, report_of(phone="13800138000", client="b"), citizen)
    assert await purge_contacts(later(dispatcher, days=400)) == 0, "an open report keeps its contact"
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    assert await purge_contacts(later(dispatcher, days=89)) == 0
    assert await purge_contacts(later(dispatcher, days=90)) == 2, "and those who joined with it"
    rows = await fetch("SELECT description, phone, lon, client_hash FROM request_contact")
    assert {tuple(row) for row in rows} == {("", "", None, "")}
    assert await purge_contacts(later(dispatcher, days=91)) == 0


async def test_a_contest_stops_the_clock_of_the_contact(
    filed: Reported, citizen: Act, dispatcher: Act, walk: Callable, later: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    await contest_request(filed.token, "还是堵", citizen)
    assert await purge_contacts(later(dispatcher, days=400)) == 0


async def test_a_citizens_photos_go_after_a_year_and_the_crews_stay(
    toilet: AssetRead, citizen: Act, dispatcher: Act, walk: Callable, later: Callable, picture: Callable,
    report_of: Callable, settings: Settings,
) -> None:  # fmt: skip
    same = picture("red")
    made = await report_fault(toilet.id, report_of(photos=[same, picture("blue")]), citizen)
    open_one = await report_fault(toilet.id, report_of("odour", photos=[same]), citizen)
    await act_on_request(made.number, "file", dispatcher)
    order = await open_order(OrderCreate(request=made.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete", "verify", "close")
    await purge_contacts(later(dispatcher, days=365))
    assert len(await find_photos(request=made.number)) == 2
    await purge_contacts(later(dispatcher, days=365, seconds=1))
    assert await find_photos(request=made.number) == []
    assert len(await find_photos(request=open_one.number)) == 1
    assert len(await find_photos(order=order.number)) == 1
    kept = {row["file_key"] for row in await fetch("SELECT file_key FROM photo")}
    assert set(FileStore(settings.files_dir).keys()) == kept, "a file goes with the last row that names it"


async def test_only_those_in_charge_purge(database: str, people: dict[str, Act]) -> None:
    for who in ("crew", "inspector", "registrar"):
        with pytest.raises(Forbidden):
            await purge_contacts(people[who])


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_story_shows_each_step_and_the_after_photo_once_verified(
    toilet: AssetRead, citizen: Act, dispatcher: Act, walk: Callable, picture: Callable, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(photos=[picture("red")]), citizen)
    await act_on_request(made.number, "file", dispatcher)
    order = await open_order(OrderCreate(request=made.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete")
    story = await story_of(made.token)
    assert [state for _, state in story.steps] == ["reported", "filed", "dispatched", "in_progress", "done"]
    assert [photo.stage for photo in story.photos] == ["report"]
    await walk(order.number, "verify")
    assert [photo.stage for photo in (await story_of(made.token)).photos] == ["report", "after"]
    with pytest.raises(NotFound):
        await story_of("nonsense")


async def test_a_photo_is_seen_by_its_reporter_and_by_staff_until_it_is_public(
    toilet: AssetRead, citizen: Act, dispatcher: Act, crew: Act, walk: Callable, picture: Callable, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(photos=[picture("red")]), citizen)
    (photo,) = await find_photos(request=made.number)
    for token in ("", "nonsense"):
        with pytest.raises(NotFound):
            await get_photo(photo.id, token, citizen)
    assert await get_photo(photo.id, made.token, citizen)
    assert await get_photo(photo.id, "", crew)
    await act_on_request(made.number, "file", dispatcher)
    order = await open_order(OrderCreate(request=made.number), dispatcher)
    await walk(order.number, "assign", "accept", "start", "complete")
    (after,) = await find_photos(order=order.number)
    with pytest.raises(NotFound):
        await get_photo(after.id, made.token, citizen)
    await walk(order.number, "verify")
    assert await get_photo(after.id, "", citizen)
    with pytest.raises(NotFound):
        await get_photo(photo.id, "", citizen), "what a citizen took stays theirs"


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


async def test_a_scope_of_an_organisation_counts(
    add_asset: Callable, citizen: Act, dispatcher: Act, report_of: Callable
) -> None:
    asset = await add_asset("别处", street="南汇街道")
    made = await report_fault(asset.id, report_of(), citizen)
    assert dispatcher.principal.has(*dispatcher.principal.roles, place=Place(None, "南汇街道"))
    assert (await act_on_request(made.number, "file", dispatcher)).street == "南汇街道"


async def test_promises_skip_the_night_for_office_limits(toilet: AssetRead, citizen: Act, report_of: Callable) -> None:
    made = await report_fault(toilet.id, report_of("fixture"), citizen)
    row = await fetchrow("SELECT reported_at, respond_by, due_at FROM service_request WHERE number = $1", made.number)
    assert row["respond_by"] - row["reported_at"] == timedelta(hours=4)
    assert row["due_at"] - row["reported_at"] == timedelta(days=2, hours=7, minutes=30), (
        "close of business, two days on"
    )


async def test_the_deed_of_a_crew_needs_no_more_than_it_says(filed: Reported, dispatcher: Act, crew_id: int) -> None:
    order = await open_order(OrderCreate(request=filed.number, note="x" * 900), dispatcher)
    assert len(order.note) == 500
    assert (await act_on_order(order.number, "assign", OrderDeed(crew_id=crew_id), dispatcher)).crew == "三队"
