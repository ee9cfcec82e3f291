"""Finding assets: words, boxes, nearness, filters, pages."""

from __future__ import annotations

import asyncio
import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.database import execute, fetch, transaction
from foundation.errors import Invalid
from registry.queries import asset_counts, find_assets, find_streets
from registry.schemas import AssetCreate, AssetFilter, AssetUpdate
from registry.search import fold, like_patterns, query_grams, search_keys
from registry.service import register_assets, retire_asset, update_asset, write_signals

pytestmark = pytest.mark.anyio


async def names(**wanted) -> list[str]:
    return [asset.name for asset in (await find_assets(AssetFilter(**wanted))).items]


@pytest.fixture
async def district(add):
    """Five assets that are easily mistaken for each other."""
    return [
        await add("世纪广场东公厕", code="GC-1", name_en="Century Square East", address="府前街12号"),
        await add("世纪广场西公厕", code="GC-12", name_en="Century Square West", address="府前街21号"),
        await add("解放路公厕", name_en="Jiefang Road Toilet", address="解放路100%号", street="南汇街道"),
        await add("香樟_1", kind="street_tree", address="ABAC BABA", street="南汇街道"),
        await add("Straße ＡＢＣ café", name_en="Ünder ĞROUND", address="", street="", community="广场社区"),
    ]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("东", [0]), ("广场", [0, 1, 4]), ("世纪广场", [0, 1]), ("广场东", [0]), ("场世", []), ("路", [2]),
        ("e", [0, 1, 2, 4]), ("ea", [0]), ("SQUARE", [0, 1]), ("square east", [0]), ("east square", [0]),
        ("squarer", []), ("gc-1", [0, 1]), ("GC-12", [1]), ("12", [0, 1]), ("世纪 西", [1]), ("公厕 解放", [2]),
        ("100%", [2]), ("%", [2]), ("_", [3]), ("香樟_1", [3]), ("香樟%1", []), ("\\", []), ("abab", []), ("babac", []),
        ("baba", [3]), ("straße", [4]), ("STRASSE", [4]), ("abc", [4]), ("ＣＡＦÉ", [4]), ("ğround", [4]), ("ünd", [4]),
        ("南汇", [2, 3]), ("广场社区", [4]), ("'; DROP TABLE asset; --", []),
        ("", [0, 1, 2, 3, 4]), ("  ", [0, 1, 2, 3, 4]),
    ],
)  # fmt: skip
async def test_words_find_what_they_stand_in(district, q, found) -> None:
    assert await names(q=q) == [district[n].name for n in found]


async def test_a_changed_record_is_found_by_its_new_words_only(add, registrar) -> None:
    asset = await add("旧名字")
    await update_asset(asset.code, AssetUpdate(name="新称呼"), 1, registrar)
    assert await names(q="称呼") == ["新称呼"]
    assert await names(q="旧名") == []
    assert await names(q="府前街") == ["新称呼"]


_WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda word: word.split() == [word])  # fmt: skip


@given(word=_WORDS, span=st.tuples(st.integers(0, 30), st.integers(1, 30)))
@settings(max_examples=400, deadline=None)
def test_any_part_of_a_word_finds_it(word, span) -> None:
    part = fold(word)[span[0] : span[0] + span[1]]
    keys = search_keys(word, None, "other words")
    joined = " ".join(keys)
    if " " not in part:
        assert set(query_grams(part)) <= set(keys)
        assert all(pattern[1:-1].replace("\\", "") in joined.replace("\\", "") for pattern in like_patterns(part))
    assert fold(fold(word)) == fold(word)


@given(name=st.text("abB甲乙 %_\\'ß", min_size=1, max_size=12), q=st.text("abB甲乙 %_\\'ß", min_size=1, max_size=5))
@settings(max_examples=300, deadline=None)
def test_nothing_else_is_found(name, q) -> None:
    for text in (name, "abBA甲乙", "甲b_%"):
        keys = search_keys(text)
        told = set(query_grams(q)) <= set(keys) and all(
            fold(p[1:-1].replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")) in " ".join(keys)
            for p in like_patterns(q)
        )
        true = all(any(part in word for word in fold(text).split()) for part in fold(q).split())
        assert told == true


async def test_any_part_of_a_name_finds_it_in_the_database(add) -> None:
    name = "Ǆ甲%_\\乙ß丙'İ丁"
    await add(name, address="", street="", code="X")
    for start in range(len(name)):
        for end in range(start + 1, len(name) + 1):
            assert await names(q=name[start:end]) == [name], name[start:end]


async def test_the_longest_texts_can_be_kept_and_found(add) -> None:
    long = "ﷺ" * 200  # each becomes eighteen letters when folded
    asset = await add(long, address="𠀀" * 256)
    assert await names(q="𠀀" * 256) == [asset.name]
    assert await names(q="ﷺ" * 200) == [asset.name]
    assert await names(q="x" * 5000) == []


async def test_filters_narrow_and_can_be_put_together(add, registrar) -> None:
    one = await add("甲", status="damaged", condition=4)
    await add("乙", street="南汇街道", condition=4, community="南社区")
    await add("丙", kind="street_tree", operating_state="closed", lon=None, lat=None)
    async with transaction():
        await write_signals(one.id, open_orders=1, overdue=1, label_code="7F3K9QXDY")
    assert await names(status="damaged") == ["甲"]
    assert await names(condition=4) == ["甲", "乙"]
    assert await names(condition=4, street="南汇街道") == ["乙"]
    assert await names(community="南社区") == ["乙"]
    assert await names(kind="street_tree") == ["丙"]
    assert await names(operating_state="closed") == ["丙"]
    assert await names(only="open") == ["甲"]
    assert await names(only="overdue") == ["甲"]
    assert await names(only="no_label") == ["乙", "丙"]
    assert await names(only="no_position") == ["丙"]
    assert await names(kind="castle") == []
    assert await find_streets() == ["五马街道", "南汇街道"]
    assert await find_streets("street_tree") == ["五马街道"]


async def test_the_retired_are_out_of_sight_until_asked_for(add, registrar) -> None:
    asset = await add("旧")
    await add("新")
    await retire_asset(asset.code, "拆", 1, registrar)
    assert await names() == ["新"]
    assert await names(operating_state="retired") == ["旧"]
    assert await names(with_retired=True) == ["旧", "新"]
    assert (await asset_counts(AssetFilter())).total == 1


@pytest.mark.parametrize(
    "wanted",
    [{"status": "broken"}, {"operating_state": "asleep"}, {"condition": 0}, {"condition": 6}, {"only": "x"},
     {"limit": 0}, {"limit": 501}, {"cursor": "x"}, {"cursor": "WzEsMl0"}, {"cursor": "WzFd", "near": (1.0, 2.0)}],
)  # fmt: skip
async def test_a_filter_that_cannot_be_is_refused(database, wanted) -> None:
    with pytest.raises(Invalid):
        await find_assets(AssetFilter(**wanted))


async def test_a_box_holds_its_edges_and_nothing_else(add) -> None:
    for name, lon, lat in (("角", 120.0, 28.0), ("内", 120.05, 28.05), ("外", 120.2, 28.05), ("对", 120.1, 28.1)):
        await add(name, lon=lon, lat=lat)
    await add("无", lon=None, lat=None)
    assert await names(bbox=(120.0, 28.0, 120.1, 28.1)) == ["角", "内", "对"]
    assert await names(bbox=(120.01, 28.0, 120.1, 28.1), q="对") == ["对"]
    assert await names(bbox=(-180.0, -90.0, 180.0, 90.0)) == ["角", "内", "外", "对"]


def ground(here: tuple[float, float], lon: float, lat: float) -> float:
    return math.hypot((lon - here[0]) * math.cos(math.radians(here[1])), lat - here[1])


@pytest.mark.parametrize("here", [(120.65, 28.0), (24.9, 60.2), (13.0, -33.0), (0.0, 89.9)])
async def test_nearest_first_on_the_ground(database, registrar, here) -> None:
    spots = [(here[0] + 0.013 * (n % 7 - 3), max(-90, min(90, here[1] + 0.011 * (n // 7 - 3)))) for n in range(49)]
    new = [
        AssetCreate(kind="street_tree", name=f"{n}", code=f"T{n}", lon=lon, lat=lat)
        for n, (lon, lat) in enumerate(spots)
    ]
    await register_assets([*new, AssetCreate(kind="street_tree", name="无", code="T-")], registrar)
    got: list[float] = []
    seen: set[str] = set()
    cursor = None
    while True:
        page = await find_assets(AssetFilter(near=here, limit=10, cursor=cursor))
        got += [ground(here, asset.lon, asset.lat) for asset in page.items]
        assert seen.isdisjoint(asset.code for asset in page.items)
        seen |= {asset.code for asset in page.items}
        cursor = page.next
        if cursor is None:
            break
    assert len(got) == 49
    assert all(a <= b + 1e-9 for a, b in pairwise(got))


async def test_east_and_north_are_compared_in_metres(add) -> None:
    """At 60 degrees a degree of longitude is half of one of latitude."""
    await add("北", lon=25.0, lat=60.0150)
    await add("东", lon=25.0200, lat=60.0)
    assert await names(near=(25.0, 60.0)) == ["东", "北"]
    assert await names(near=(25.0, 60.0), limit=1) == ["东"]


async def test_many_on_one_spot_are_all_listed(add) -> None:
    for n in range(5):
        await add(f"{n}")
    first = await find_assets(AssetFilter(near=(120.65, 28.01), limit=2))
    second = await find_assets(AssetFilter(near=(120.65, 28.01), limit=2, cursor=first.next))
    third = await find_assets(AssetFilter(near=(120.65, 28.01), limit=2, cursor=second.next))
    assert [a.name for a in (*first.items, *second.items, *third.items)] == ["0", "1", "2", "3", "4"]
    assert third.next is None


@pytest.mark.parametrize("near", [None, (120.0, 28.0)])
async def test_pages_are_complete_while_rows_come_in(database, registrar, near) -> None:
    def some(start: int, count: int) -> list[AssetCreate]:
        return [
            AssetCreate(kind="street_tree", name="树", code=f"T{n}", lon=120 + n / 1000, lat=28.0)
            for n in range(start, start + count)
        ]

    await register_assets(some(0, 60), registrar)
    codes: list[str] = []
    cursor = None
    for turn in range(100):
        page = await find_assets(AssetFilter(near=near, limit=7, cursor=cursor))
        codes += [asset.code for asset in page.items]
        cursor = page.next
        if cursor is None:
            break
        await register_assets(some(1000 + turn * 3, 3), registrar)
    assert len(codes) == len(set(codes))
    assert {f"T{n}" for n in range(60)} <= set(codes)


async def test_a_long_list_is_counted_up_to_its_cap(database, registrar) -> None:
    await register_assets([AssetCreate(kind="street_tree", name="树") for _ in range(7)], registrar)
    counts = await asyncio.gather(asset_counts(AssetFilter(), 7), asset_counts(AssetFilter(), 6))
    assert [(one.total, one.capped) for one in counts] == [(7, False), (6, True)]


async def test_finding_stays_one_statement(add, statements) -> None:
    for n in range(30):
        await add(f"{n}")
    for wanted in (
        AssetFilter(), AssetFilter(q="公厕 府前街"), AssetFilter(near=(120.0, 28.0)),
        AssetFilter(only="open", limit=500),
    ):  # fmt: skip
        statements.sent.clear()
        await find_assets(wanted)
        assert len(statements.sent) == 1


async def test_the_indexes_serve_search_and_nearness(database, registrar, statements) -> None:
    await execute(
        "INSERT INTO asset (code, kind, name, lon, lat, search, created_at, updated_at)"
        " SELECT 'T-' || n, 'street_tree', '树 ' || n, 120 + n * 0.00001, 28.0, ARRAY['树', 'q' || n], now(), now()"
        " FROM generate_series(1, 20000) n"
    )
    await execute("ANALYZE asset")
    for wanted, params, indexes in (
        (AssetFilter(q="q7"), ("{q7}",), {"asset_search_ix": 1}),
        (AssetFilter(near=(120.1, 28.0)), ("120.1", "28", "0.88"), {"asset_position_ix": 2}),
    ):
        statements.sent.clear()
        await find_assets(wanted)
        sql = statements.sent[0]
        for number, value in reversed(list(enumerate(params, 1))):
            sql = sql.replace(f"${number}", f"'{value}'")
        plan = "\n".join(row[0] for row in await fetch(f"EXPLAIN {sql}"))
        assert {name: plan.count(name) for name in indexes} == indexes, plan
