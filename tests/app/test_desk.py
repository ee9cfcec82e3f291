"""The overview, the map, and every page of the desk in both languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from foundation.act import system_act
from foundation.database import execute, transaction
from foundation.principals import Role
from foundation.translation import chinese
from registry.queries import find_map_points
from registry.queries.map import MOST_POINTS
from registry.schemas import AssetCreate, AssetFilter
from registry.service import register_asset, write_signals

pytestmark = pytest.mark.anyio
EN = {"accept-language": "en"}
ALL = tuple(Role)


async def add(clock, name="东门公厕", **values):
    given = {"kind": "public_toilet", "lon": 120.65, "lat": 28.01, "street": "五马街道"} | values
    return await register_asset(AssetCreate(name=name, **given), system_act(clock.now))


async def scatter(count: int, *, west: float = 120.0, step: float = 0.001) -> None:
    """Many assets at once, on a line."""
    await execute(
        "INSERT INTO asset (code, kind, name, lon, lat, created_at, updated_at)"
        " SELECT 'T-' || n, 'street_tree', '树 ' || n, $2::float8 + n * $3::float8, 28.0, now(), now()"
        " FROM generate_series(1, $1) n",
        count,
        west,
        step,
    )


async def test_an_empty_district_is_told_how_to_begin(signed_in) -> None:
    boss = await signed_in("boss", *ALL, headers=EN)
    page = (await boss.get("/desk")).text
    for href in ("/desk/imports", "/desk/plans", "/desk/accounts"):
        assert f'<h2><a href="{href}">' in page
    crew = await signed_in("crew", Role.CREW, headers=EN)
    shown = (await crew.get("/desk")).text
    assert "Import the facilities" in shown
    assert '<a href="/desk/imports">' not in shown


async def test_the_overview_counts_what_waits_and_each_figure_opens_its_list(signed_in, clock) -> None:
    await add(clock)
    boss = await signed_in("boss", *ALL, headers=EN)
    page = (await boss.get("/desk")).text
    hrefs = set(re.findall(r'href="(/desk/(?:requests|orders|labels|plans|assets)[^"]*)"', page))
    assert {"/desk/requests", "/desk/orders", "/desk/labels?only=no_label"} <= hrefs
    for href in hrefs:
        assert (await boss.get(href.replace("&amp;", "&"))).status_code == 200, href


@pytest.mark.parametrize(("minutes", "late"), [(1, False), (4.9, False), (5.1, True), (600, True)])
async def test_a_clock_that_stands_still_is_told(signed_in, clock, minutes, late) -> None:
    await add(clock)
    await execute(
        "INSERT INTO clock_tick (name, at, process, opened, seconds) VALUES ('due', $1, 'p', 0, 0.1)",
        clock.now - timedelta(minutes=minutes),
    )
    boss = await signed_in("boss", *ALL, headers=EN)
    page = (await boss.get("/desk")).text
    assert ("The clock stands still" in page) is late
    assert "Planned work was last opened" in page


async def test_without_any_tick_the_clock_is_told_to_stand_still(signed_in, clock) -> None:
    await add(clock)
    boss = await signed_in("boss", *ALL, headers=EN)
    assert "Planned work has never been opened." in (await boss.get("/desk")).text


async def test_staff_and_citizens_see_their_own_map(signed_in, browser, clock) -> None:
    asset = await add(clock, "<b>东门</b>", name_en="East Gate")
    await add(clock, "未测", lon=None, lat=None)
    async with transaction():
        await write_signals(asset.id, overdue=2)
    where = {"bbox": "120.6,28,120.7,28.1", "zoom": "15"}
    staff = await signed_in("boss", Role.DISPATCHER, headers=EN)
    answer = await staff.get("/map/data", params=where)
    assert answer.headers["content-type"].startswith("application/geo+json")
    (feature,) = answer.json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [120.65, 28.01]}
    assert feature["properties"] == {
        "tone": "dang", "code": asset.code, "name": "East Gate", "url": f"/desk/assets/{asset.code}",
    }  # fmt: skip
    (public,) = (await browser().get("/map/data", params=where)).json()["features"]
    assert public["properties"] == {"tone": "", "code": asset.code, "name": "<b>东门</b>", "url": ""}
    await add(clock, "西门公厕", lon=120.66)
    asked = where | {"only": "overdue"}
    assert len((await staff.get("/map/data", params=asked)).json()["features"]) == 1
    assert len((await browser().get("/map/data", params=asked)).json()["features"]) == 2  # not theirs to ask
    elsewhere = await browser().get("/map/data", params={"bbox": "121,28,122,29"})
    assert elsewhere.json()["features"] == []


async def test_many_are_counted_by_the_server_and_none_is_lost(browser, program) -> None:
    await scatter(2000)
    one = browser()
    wide = (await one.get("/map/data", params={"bbox": "119,27,123,29", "zoom": "8"})).json()["features"]
    assert 1 < len(wide) < 100
    assert sum(feature["properties"].get("count", 1) for feature in wide) == 2000
    near = (await one.get("/map/data", params={"bbox": "120.0005,27.9,120.1005,28.1", "zoom": "16"})).json()["features"]
    assert len(near) == 100
    assert all("count" not in feature["properties"] for feature in near)


async def test_a_false_zoom_draws_no_flood(database) -> None:
    await scatter(5000, step=0.0005)
    points = await find_map_points(AssetFilter(bbox=(119.0, 27.0, 123.0, 29.0)), 22)
    assert len(points) <= MOST_POINTS
    assert sum(point.count for point in points) == 5000


async def test_the_edge_between_single_points_and_cells(database) -> None:
    await scatter(MOST_POINTS)
    box = AssetFilter(bbox=(119.0, 27.0, 123.0, 29.0))
    assert {point.count for point in await find_map_points(box, 12)} == {1}
    await execute(
        "INSERT INTO asset (code, kind, name, lon, lat, created_at, updated_at)"
        " VALUES ('X', 'street_tree', '独', 122.5, 28.5, now(), now())"
    )
    points = await find_map_points(box, 12)
    assert sum(point.count for point in points) == MOST_POINTS + 1
    (alone,) = [point for point in points if point.count == 1]
    assert (alone.code, alone.name) == ("X", "独")


@pytest.mark.parametrize(
    "bbox", ["", "1,2,3", "a,b,c,d", "2,0,1,1", "0,0,0,nan", "0,-91,1,1", "inf,0,inf,1", "1,2,3,4,5"]
)
async def test_a_box_that_is_none_is_refused_in_words(browser, bbox) -> None:
    one = browser(headers=EN | {"accept": "application/geo+json, application/json"})
    answer = await one.get("/map/data", params={"bbox": bbox})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "bbox is west,south,east,north in degrees."
    assert (await one.get("/map/data")).status_code == 400
    assert (await one.get("/map/data", params={"bbox": "0,0,1,1", "kind": "castle"})).status_code in {400, 404}


async def test_the_map_page_lists_what_it_shows(signed_in, clock) -> None:
    asset = await add(clock, "东门<公厕>")
    boss = await signed_in("boss", Role.PLANNER, headers=EN)
    page = await boss.get("/desk/map?kind=public_toilet&street=五马街道&q=东门")
    assert page.status_code == 200
    assert f"/desk/assets/{asset.code}" in page.text
    assert "东门&lt;公厕&gt;" in page.text
    assert 'data-map="/map/data?kind=public_toilet&amp;street=' in page.text
    assert "No facility matches" in (await boss.get("/desk/map?q=zzz")).text
    assert (await boss.get("/desk/map?only=nothing")).status_code == 400


PAGES = (
    "/desk", "/desk/map", "/desk/assets", "/desk/assets/new", "/desk/imports", "/desk/requests", "/desk/orders",
    "/desk/plans", "/desk/labels", "/desk/accounts", "/desk/accounts/1", "/account", "/crew", "/", "/map",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_speaks_both_languages_and_keeps_the_strict_policy(signed_in, clock, path) -> None:
    await add(clock)
    boss = await signed_in("boss", *ALL)
    zh = await boss.get(path, params={"lang": "zh"})
    en = await boss.get(path, params={"lang": "en"})
    assert (zh.status_code, en.status_code) == (200, 200)
    assert '<html lang="zh-CN"' in zh.text
    assert '<html lang="en"' in en.text
    for page in (zh.text, en.text):
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"\{\w+\}|\{\{|Undefined", re.sub(r"<[^>]+>", "", page))
    words = set(
        re.findall(r">\s*([A-Za-z][A-Za-z ,.’'?]+[A-Za-z.?])\s*<", re.sub(r"(?s)<style.*?</style>", "", zh.text))
    )
    assert [word for word in words if word in chinese()] == []  # no sentence left in English


@pytest.mark.parametrize("path", [page for page in PAGES if page.startswith(("/desk", "/account", "/crew"))])
async def test_nobody_reads_without_signing_in(browser, path) -> None:
    answer = await browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")


def test_home_is_not_a_decision() -> None:
    from app.pages.signing_in import home_of

    assert home_of(frozenset()) == "/account"
    assert home_of(frozenset({Role.CREW})) == "/crew"
    assert home_of(frozenset({Role.CREW, Role.PLANNER})) == "/desk"
