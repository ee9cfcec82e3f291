"""Two labels that hang at each other's facility are found."""

from __future__ import annotations

import pytest

from labels.queries.seen import count_seen, find_swapped
from labels.queries.watch import WatchFilter
from labels.service import issue_labels, mark_fixed
from tests.labels.watch.material import far, pairs, sight

pytestmark = pytest.mark.anyio


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
