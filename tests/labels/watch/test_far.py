"""Labels that were seen far from their facility."""

from __future__ import annotations

import pytest

from foundation.geometry import Position, distance_metres
from labels.distance import FIX_FAR, METRES_PER_DEGREE, SIGHTING_FAR, box_degrees
from labels.queries.seen import count_seen, find_far
from labels.queries.watch import WatchFilter
from labels.service import issue_labels, mark_fixed
from labels.service.sightings import note_sighting
from tests.labels.watch.material import LAT, LON, far, label_id, later, mark_fixed_again, sight

pytestmark = pytest.mark.anyio


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


def test_a_box_never_hides_what_is_far() -> None:
    for metres in (20, 100, 250):
        degrees = box_degrees(metres)
        corner = distance_metres(Position(LON, LAT), Position(LON + degrees, LAT + degrees))
        assert corner <= metres
