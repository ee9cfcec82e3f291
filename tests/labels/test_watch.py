"""Labels that nobody scans, that were seen elsewhere, and two that hang at each other's facility."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from foundation.act import Act
from foundation.database import execute, fetch, fetchrow, fetchval
from foundation.errors import (
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    Refused,
    Stale,
)
from foundation.geometry import Position, distance_metres
from foundation.settings import load_settings, use_settings
from labels.distance import FIX_FAR, METRES_PER_DEGREE, SIGHTING_FAR, box_degrees
from labels.pages import PAGES
from labels.queries import get_label
from labels.queries.seen import count_seen, find_far, find_swapped
from labels.queries.watch import WatchFilter, count_unscanned, find_unscanned
from labels.routes import ROUTES
from labels.service import issue_labels, mark_fixed, replace_label, void_label
from labels.service.sightings import note_sighting
from labels.service.watch import swap_labels
from registry.queries import find_history, get_asset_by_id
from registry.schemas import AssetRead
from registry.service import retire_asset
from tests.web import room_client

pytestmark = pytest.mark.anyio
LON, LAT = 120.65, 28.0
Add = Callable[..., Awaitable[AssetRead]]


def north(metres: float, lat: float = LAT) -> float:
    return lat + metres / METRES_PER_DEGREE


@pytest.fixture
def hang(add_asset: Add, registrar: Act) -> Callable[..., Awaitable[tuple[AssetRead, str]]]:
    """A facility ``at`` metres north of the place, its label fixed ``seen`` metres north (None: nowhere)."""

    async def make(name: str, at: float, seen: float | None, **values: object) -> tuple[AssetRead, str]:
        asset = await add_asset(name, lon=LON, lat=north(at), **values)
        code = (await issue_labels([asset.id], registrar))[asset.id].code
        if seen is not None:
            await mark_fixed(code, registrar, lon=LON, lat=north(seen))
        return asset, code

    return make


async def sight(code: str, metres: float, act: Act, source: str = "citizen") -> None:
    await note_sighting(await label_id(code), LON, north(metres), source, act.at)  # type: ignore[arg-type]


async def label_id(code: str) -> int:
    return int(await fetchval("SELECT id FROM label WHERE code = $1", code))


async def far() -> list[str]:
    return [label.code for label in (await find_far(WatchFilter())).items]


async def pairs(**values: object) -> list[set[str]]:
    return [{pair.one.code, pair.two.code} for pair in (await find_swapped(WatchFilter(**values))).items]  # type: ignore[arg-type]


def later(act: Act, **spans: float) -> Act:
    return replace(act, at=act.at + timedelta(**spans))


async def unscanned(act: Act, **values: object) -> list[str]:
    return [label.code for label in (await find_unscanned(WatchFilter(**values), act.at)).items]  # type: ignore[arg-type]


async def test_a_label_is_missed_when_nobody_scanned_it_since_it_was_put_up(hang, add_asset, registrar) -> None:
    _, one = await hang("一", 0, 0)
    _, two = await hang("二", 50, 50)
    asset = await add_asset("三")
    await issue_labels([asset.id], registrar)  # never printed, so it hangs nowhere
    month = later(registrar, days=31)
    assert await unscanned(later(registrar, days=29)) == []
    assert await unscanned(month) == [one, two]
    assert await unscanned(month, days=90) == []
    assert await unscanned(later(registrar, days=8), days=7) == [one, two]
    day = registrar.at.date()
    await execute("INSERT INTO label_scan VALUES ($1, $2, 3, $3)", await label_id(one), day, registrar.at)
    before = registrar.at - timedelta(hours=1)  # as it lay on the desk
    await execute("INSERT INTO label_scan VALUES ($1, $2, 1, $3)", await label_id(two), day, before)
    assert await unscanned(month) == [two]
    assert await count_unscanned(WatchFilter(), month.at) == 1
    await execute(
        "UPDATE label SET printed_at = $1 WHERE state = 'fixed'", registrar.at + timedelta(days=20)
    )  # and put up anew
    assert await unscanned(later(registrar, days=51)) == [one, two]


async def test_the_list_is_filtered_and_paged_and_leaves_out_what_does_not_count(hang, registrar) -> None:
    _, here = await hang("一", 0, 0)
    _, there = await hang("二", 10, 10, street="南门街道")
    _, tree = await hang("三", 20, 20, kind="street_tree")
    gone, old = await hang("四", 30, 30)
    await retire_asset(gone.code, "拆除", gone.version, registrar)
    _, spoilt = await hang("五", 40, 40)
    await void_label(spoilt, "撕了", registrar)
    month = later(registrar, days=31)
    assert await unscanned(month, street="南门街道") == [there]
    assert await unscanned(month, kind="street_tree") == [tree]
    assert old not in await unscanned(month)
    first = await find_unscanned(WatchFilter(limit=2), month.at)
    rest = await find_unscanned(WatchFilter(limit=2, cursor=first.next), month.at)
    assert [label.code for label in (*first.items, *rest.items)] == [here, there, tree]
    assert rest.next is None
    with pytest.raises(Invalid):
        await find_unscanned(WatchFilter(days=31), month.at)


@pytest.mark.parametrize(("metres", "told"), [(FIX_FAR - 2, False), (FIX_FAR + 2, True)])
async def test_a_fix_counts_as_far_from_its_threshold_on(hang, metres, told) -> None:
    asset, code = await hang("一", 0, metres)
    found = (await find_far(WatchFilter())).items
    assert [label.code for label in found] == ([code] if told else [])
    if told:
        true = distance_metres(Position(asset.lon, asset.lat), Position(found[0].seen_lon, found[0].seen_lat))
        assert found[0].metres == pytest.approx(true, rel=1e-6)
        assert (found[0].source, found[0].asset, found[0].printed) == (
            "fix",
            asset.code,
            f"{code[:4]}-{code[4:8]}-{code[8:]}",
        )


@pytest.mark.parametrize(("thousandths", "told"), [(2, False), (3, True)])
async def test_a_sighting_counts_as_far_from_further_on_for_it_is_rounded(
    add_asset, registrar, thousandths, told
) -> None:
    asset = await add_asset("一", lon=LON, lat=LAT)
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    await note_sighting(await label_id(code), LON, LAT + thousandths / 1000, "citizen", registrar.at)
    assert (thousandths / 1000 * METRES_PER_DEGREE > SIGHTING_FAR) is told
    assert await far() == ([code] if told else [])


async def test_the_distance_is_that_over_ground_east_and_west_too(add_asset, registrar) -> None:
    asset = await add_asset("一", lon=LON, lat=LAT)
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    await mark_fixed(code, registrar, lon=LON + 0.02, lat=LAT + 0.01)
    (found,) = (await find_far(WatchFilter())).items
    true = distance_metres(Position(LON, LAT), Position(LON + 0.02, LAT + 0.01))
    assert found.metres == pytest.approx(true, rel=1e-3)


async def test_the_newest_evidence_counts_and_a_coarse_one_does_not_blur_an_exact_one(hang, registrar) -> None:
    _, code = await hang("一", 0, 150)  # fixed 150 m away: too far for a fix, too near for a sighting
    await sight(code, 150, later(registrar, days=1))
    assert await far() == [code]
    await sight(code, 5000, later(registrar, days=2))  # somebody took it along
    (found,) = (await find_far(WatchFilter())).items
    assert (found.source, found.metres > 4500) == ("citizen", True)
    await mark_fixed_again(code, later(registrar, days=3), 0)
    assert await far() == []
    await sight(code, 5000, later(registrar, days=1))  # an older one, told late
    assert await far() == []


async def mark_fixed_again(code: str, act: Act, metres: float) -> None:
    await execute("UPDATE label SET state = 'printed' WHERE code = $1", code)
    await mark_fixed(code, act, lon=LON, lat=north(metres))


async def test_the_farthest_come_first_page_by_page_and_where_nothing_is_known_nothing_is_told(
    hang, add_asset, registrar
) -> None:
    codes = [(await hang(f"{n}", n * 1000, n * 1000 + 99 * n))[1] for n in range(1, 6)]
    lost = await add_asset("无坐标")
    code = (await issue_labels([lost.id], registrar))[lost.id].code
    await mark_fixed(code, registrar, lon=LON, lat=LAT)
    await hang("未贴", 0, None)
    found, cursor = [], None
    while True:
        page = await find_far(WatchFilter(limit=2, cursor=cursor))
        found += [label.code for label in page.items]
        if not (cursor := page.next):
            break
    assert found == codes[:0:-1]  # all but the first, which lies within the threshold
    assert (await count_seen(WatchFilter())).far == 4
    assert (await count_seen(WatchFilter(street="无"))).far == 0


async def test_two_neighbours_swapped_are_found_by_their_fixes(hang) -> None:
    _, one = await hang("一", 0, 30)
    _, two = await hang("二", 30, 0, street="南门街道")
    await hang("三", 60, 62)
    assert await pairs() == [{one, two}]
    assert await far() == []  # 30 m alone would be nothing to speak of
    (pair,) = (await find_swapped(WatchFilter())).items
    assert [round(metres) for metres in (pair.one.metres, pair.one.other_metres, pair.two.metres)] == [30, 0, 30]
    assert await pairs(street="南门街道") == await pairs(street="五马街道") == [{one, two}]
    assert await pairs(street="别处") == await pairs(kind="street_tree") == []
    assert (await count_seen(WatchFilter())).swapped == 1


@pytest.mark.parametrize(
    ("apart", "one_seen", "two_seen"),
    [
        (30, 30, 30),  # only one of them hangs at the other's
        (44, 24, 0),  # one of them hangs in between: nobody can tell
        (44, 44, 20),
        (16, 16, 0),  # closer together than a phone can tell
        (300, 240, 60),  # nearer to the other's, but not at it
    ],
)
async def test_what_is_not_plain_is_no_swap(hang, apart, one_seen, two_seen) -> None:
    await hang("一", 0, one_seen)
    await hang("二", apart, two_seen)
    assert await pairs() == []


async def test_sightings_tell_a_swap_of_facilities_further_apart_only(hang, registrar) -> None:
    _, one = await hang("一", 0, None)
    _, two = await hang("二", 600, None)
    _, three = await hang("三", 5000, None)
    _, four = await hang("四", 5120, None)
    for code, metres in ((one, 600), (two, 0), (three, 5120), (four, 5000)):
        await sight(code, metres, registrar)
    assert await pairs() == [{one, two}]


async def test_a_district_far_from_the_equator_and_pairs_far_apart(add_asset, registrar) -> None:
    codes, places = [], [(15.0, 59.9), (15.4, 59.95)]
    for n, (lon, lat) in enumerate(places):
        asset = await add_asset(f"{n}", lon=lon, lat=lat)
        code = (await issue_labels([asset.id], registrar))[asset.id].code
        other = places[1 - n]
        await mark_fixed(code, registrar, lon=other[0] + 0.0008, lat=other[1])  # 45 m east of it
        codes.append(code)
    assert await pairs() == [set(codes)]


async def test_pairs_come_page_by_page(hang) -> None:
    made = [
        {(await hang("甲", start, start + 40))[1], (await hang("乙", start + 40, start))[1]} for start in (0, 900, 1800)
    ]
    first = await find_swapped(WatchFilter(limit=2))
    rest = await find_swapped(WatchFilter(limit=2, cursor=first.next))
    assert [{pair.one.code, pair.two.code} for pair in (*first.items, *rest.items)] == made
    assert (len(first.items), rest.next) == (2, None)


def test_a_box_never_hides_what_is_far() -> None:
    for metres in (20, 100, 250):
        degrees = box_degrees(metres)
        corner = distance_metres(Position(LON, LAT), Position(LON + degrees, LAT + degrees))
        assert corner <= metres


async def two_swapped(hang) -> tuple[tuple[AssetRead, str], tuple[AssetRead, str]]:
    return await hang("一", 0, 40), await hang("二", 40, 0)


async def test_a_swap_exchanges_the_labels_and_tells_both_histories(hang, registrar) -> None:
    (one, first), (two, second) = await two_swapped(hang)
    await execute("INSERT INTO label_wish VALUES ($1, 'wrong', $2, 1)", await label_id(first), registrar.at)
    await execute("INSERT INTO label_wish VALUES ($1, 'damaged', $2, 1)", await label_id(second), registrar.at)
    labels = await swap_labels(first, second, registrar, version=2, other_version=2)
    assert [(label.code, label.asset, label.state, label.version) for label in labels] == [
        (first, two.code, "fixed", 3),
        (second, one.code, "fixed", 3),
    ]
    assert (await get_asset_by_id(one.id)).label == labels[1].printed
    assert (await get_asset_by_id(two.id)).label == labels[0].printed
    for asset, label, before, other in ((one, labels[1], labels[0], two), (two, labels[0], labels[1], one)):
        line = (await find_history(asset.id, limit=1)).items[0]
        assert (line.kind, line.actor) == ("label.swapped", registrar.actor)
        assert line.data == {"label": label.printed, "before": before.printed, "other": other.code}
        assert other.code in line.summary["zh"]
    assert await pairs() == []
    assert [row["label_id"] for row in await fetch("SELECT label_id FROM label_wish")] == [await label_id(second)]


async def test_states_stay_with_the_stickers(hang, registrar) -> None:
    _, printed_only = await hang("一", 0, None)
    _, fixed = await hang("二", 40, 0)
    one, two = await swap_labels(printed_only, fixed, registrar)
    assert (one.state, two.state) == ("printed", "fixed")


async def test_swaps_at_the_same_moment_undo_each_other_and_do_not_deadlock(hang, registrar) -> None:
    (one, first), (_, second) = await two_swapped(hang)
    await asyncio.gather(*(swap_labels(*pair, registrar) for pair in [(first, second), (second, first)] * 3))
    assert (await get_label(first)).asset == one.code
    lines = await find_history(one.id)
    assert [line.kind for line in lines.items].count("label.swapped") == 6


async def test_what_cannot_be_swapped(hang, registrar, scoped_registrar, crew, citizen) -> None:
    (_, first), (_, second) = await two_swapped(hang)
    _, elsewhere = await hang("三", 80, 80, street="南门街道")
    with pytest.raises(Invalid) as same:
        await swap_labels(first, f"{first[:4]}-{first[4:8]}-{first[8:]}", registrar)
    assert same.value.code == "same_label"
    for who, refusal in ((scoped_registrar, Forbidden), (crew, Forbidden), (citizen, NotSignedIn)):
        with pytest.raises(refusal):
            await swap_labels(first, elsewhere, who)
    with pytest.raises(Forbidden):
        await swap_labels(elsewhere, first, scoped_registrar)
    for versions in ({"version": 1}, {"other_version": 9}):
        with pytest.raises(Stale):
            await swap_labels(first, second, registrar, **versions)
    with pytest.raises(NotFound):
        await swap_labels(first, "7F3K9QXDY", registrar)
    successor = await replace_label(second, registrar)
    with pytest.raises(Refused) as old:
        await swap_labels(first, second, registrar)
    assert old.value.code == "not_current"
    row = await fetchrow("SELECT count(*) AS n FROM history_line WHERE kind = 'label.swapped'")
    assert row["n"] == 0
    await swap_labels(first, successor.code, scoped_registrar)  # both in the street


@pytest.fixture
async def client(database: str, registrar: Act, crew: Act) -> AsyncIterator[httpx.AsyncClient]:
    people = {"registrar": registrar, "crew": crew, "month": later(registrar, days=40)}
    use_settings(load_settings({"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}))
    async with room_client([*ROUTES, *PAGES], people, who="registrar") as client:
        yield client


API = "/api/v1/labels"


async def test_the_lists_as_json(client, hang) -> None:
    (one, first), (_, second) = await two_swapped(hang)
    _, away = await hang("三", 1000, 1500)
    listed = (await client.get(f"{API}/check?list=far")).json()
    assert [(item["code"], round(item["metres"]), item["source"]) for item in listed["items"]] == [(away, 500, "fix")]
    (pair,) = (await client.get(f"{API}/check?list=swapped")).json()["items"]
    assert {pair["one"]["code"], pair["two"]["code"]} == {first, second}
    assert pair["one"]["asset"] == one.code
    missed = await client.get(f"{API}/check", params={"list": "unscanned", "limit": 2}, headers={"who": "month"})
    assert len(missed.json()["items"]) == 2
    params = {"list": "unscanned", "limit": 2, "cursor": missed.json()["next"]}
    assert len((await client.get(f"{API}/check", params=params, headers={"who": "month"})).json()["items"]) == 1
    assert (await client.get(f"{API}/check?list=reprint")).json() == {"items": [], "next": None}
    for query in ("list=lost", "", "list=unscanned&days=8", "list=far&cursor=x"):
        assert (await client.get(f"{API}/check?{query}")).status_code == 400
    assert (await client.get(f"{API}/check?list=far", headers={"who": "nobody"})).status_code == 401


async def test_a_swap_over_json(client, hang) -> None:
    (one, first), (two, second) = await two_swapped(hang)
    url = f"{API}/{first}/swap"
    stale = await client.post(url, json={"with": second}, headers={"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (await client.post(url, json={"with": second, "version": 1})).status_code == 412
    assert (await client.post(url, json={"with": first})).json()["code"] == "same_label"
    assert (await client.post(url, json={"with": second}, headers={"who": "crew"})).status_code == 403
    assert (await client.post(url, json={"with": second}, headers={"who": "nobody"})).status_code == 401
    done = await client.post(url, json={"with": second, "version": 2}, headers={"if-match": '"2"'})
    assert (done.status_code, done.headers["etag"]) == (200, '"3"')
    assert [item["asset"] for item in done.json()["items"]] == [two.code, one.code]


@pytest.mark.parametrize(
    ("which", "zh", "en"),
    [
        ("unscanned", "每张标签都有人扫过", "Every label was scanned"),
        ("far", "每张标签都在该在的地方", "Every label is where it belongs"),
        ("swapped", "没有互换的标签", "No two labels are swapped"),
        ("reprint", "没有待补打的标签", "No label waits to be printed again"),
    ],
)
async def test_an_empty_list_says_what_is_good(client, which, zh, en) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        page = await client.get(f"/desk/labels/check?list={which}", headers={"accept-language": lang})
        assert page.status_code == 200
        assert words in page.text
        assert "Traceback" not in page.text


async def test_the_page_shows_the_pair_and_swaps_it(client, hang) -> None:
    (one, first), (_, second) = await two_swapped(hang)
    await hang("<i>三</i>", 1000, 1500)
    page = await client.get("/desk/labels/check?list=swapped&street=五马街道")
    assert all(f'value="{code}"' in page.text for code in (first, second))
    assert page.text.count("data-row") == 1
    shown = (await client.get("/desk/labels/check?list=far")).text
    assert "500&nbsp;m" in shown
    assert "&lt;i&gt;三" in shown
    assert (
        'action="/desk/labels/check/swap"'
        not in (await client.get("/desk/labels/check?list=swapped", headers={"who": "crew"})).text
    )
    form = {"one": first, "two": second, "version": "2", "other_version": "2", "street": "五马街道"}
    done = await client.post("/desk/labels/check/swap", data=form)
    assert done.status_code == 303
    assert done.headers["location"].startswith("/desk/labels/check?street=")
    assert (await get_label(second)).asset == one.code
    again = await client.post("/desk/labels/check/swap", data=form, headers={"accept-language": "en"})
    assert again.status_code == 409
    assert "Somebody changed this label" in again.text
    assert (await client.post("/desk/labels/check/swap", data=form, headers={"who": "crew"})).status_code == 403
    assert (await client.get("/desk/labels/check?list=lost")).status_code == 400
    assert (await client.get("/desk/labels/check?days=x")).status_code == 400
    assert (await client.get("/desk/labels/check", headers={"who": "nobody"})).status_code == 401


async def test_every_tab_tells_how_many_it_holds(client, hang) -> None:
    await two_swapped(hang)
    await hang("三", 1000, 1500)
    page = await client.get("/desk/labels/check", headers={"accept-language": "en", "who": "month"})
    for words in ("Never scanned (3)", "Seen far away (1)", "Two swapped (1)", "Reprint queue (0)"):
        assert words in page.text
    assert page.text.count("data-row") == 3
    assert "/desk/labels/check" in (await client.get("/desk/labels")).text
