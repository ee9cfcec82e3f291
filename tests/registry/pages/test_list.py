"""The list of assets: filters, pages, ticks, the file of it, and search."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from foundation.principals import Role
from registry.schemas import AssetCreate
from registry.service import register_assets

pytestmark = pytest.mark.anyio


async def test_the_list_filters_by_its_address(desk, add) -> None:
    page = await desk(Role.DISPATCHER)
    assert "No facility is on record yet" in (await page.get("/desk/assets")).text
    await add("东门公厕", condition=2, status="damaged", name_en="East Gate")
    await add("西门树", kind="street_tree", street="南汇街道")
    both = (await page.get("/desk/assets")).text
    assert "2 on record" in both
    assert "East Gate" in both  # the English name for an English reader
    for query, there, gone in (
        ("kind=street_tree", "西门树", "East Gate"),
        ("q=公厕", "East Gate", "西门树"),
        ("street=南汇街道", "西门树", "East Gate"),
        ("status=damaged", "East Gate", "西门树"),
        ("condition=2", "East Gate", "西门树"),
        ("kind=&q=&condition=2&only=", "East Gate", "西门树"),
    ):
        text = (await page.get(f"/desk/assets?{query}")).text
        assert there in text, query
        assert gone not in text, query
        assert "1 on record" in text
    assert "Nothing matches these filters" in (await page.get("/desk/assets?q=zzz")).text
    assert 'value="南汇街道" selected' in (await page.get("/desk/assets?street=南汇街道")).text


@pytest.mark.parametrize(
    "query", ["kind=castle", "status=broken", "condition=9", "condition=x", "only=x", "operating_state=x", "cursor=x"]
)
async def test_a_false_filter_is_told_on_a_page(desk, query) -> None:
    answer = await (await desk(Role.CREW)).get(f"/desk/assets?{query}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"].startswith("text/html")


async def test_the_list_goes_on_page_by_page(desk, registrar) -> None:
    page = await desk(Role.REGISTRAR)
    await register_assets(
        [AssetCreate(kind="street_tree", name=f"树{n:03}", street="五") for n in range(120)], registrar
    )
    seen: list[str] = []
    path = "/desk/assets?kind=street_tree&street=五"
    while path:
        text = (await page.get(path)).text
        seen += re.findall(r">(树\d{3})</a>", text)
        onward = re.search(r'href="(\?(?![^"]*lang=)[^"]*cursor=[^"]*)"', text)
        path = "/desk/assets" + html.unescape(onward[1]) if onward else ""
        assert not onward or "kind=street_tree" in path
    assert seen == [f"树{n:03}" for n in range(120)]


async def test_what_is_ticked_goes_to_the_labels(desk, add) -> None:
    await add(code="A-1")
    await add(code="A-2")
    page = await desk(Role.REGISTRAR)
    text = (await page.get("/desk/assets")).text
    assert re.search(r'<input type="checkbox" name="pick" value="A-1" form="bulk"', text)
    assert '<form class="bulk" id="bulk" method="post" action="/desk/assets/labels"' in text
    sent = await page.send_form("/desk/assets/labels", {"pick": ["A-1", "A-2"]})
    assert (sent.status_code, sent.headers["location"]) == (303, "/desk/labels?codes=A-1%2CA-2")
    shown = await page.get(sent.headers["location"])
    assert shown.status_code == 200
    assert "A-1" in shown.text
    assert 'name="pick"' not in (await (await desk(Role.CREW)).get("/desk/assets")).text
    label_link = re.search(r'href="(/desk/labels\?[^"]*A-1[^"]*)"', (await page.get("/desk/assets/A-1")).text)
    assert label_link
    assert label_link[1] == "/desk/labels?codes=A-1"  # what the page of labels reads


async def test_the_list_as_csv_with_its_filters(desk, add, registrar) -> None:
    await add("=公厕()", attributes={"class": "first"})
    await add("树", kind="street_tree")
    page = await desk(Role.CREW)
    assert "/desk/assets.csv?kind=public_toilet" in (await page.get("/desk/assets?kind=public_toilet")).text
    one = await page.get("/desk/assets.csv?kind=public_toilet")
    assert one.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="public_toilet.csv"' in one.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(one.content.decode("utf-8-sig"), newline=""))
    assert (row["code"], row["name"], row["class"], row["lon"]) == ("GC-0001", "'=公厕()", "first", "120.65")
    every = (await page.get("/desk/assets.csv")).content.decode("utf-8-sig")
    assert [row["kind"] for row in csv.DictReader(io.StringIO(every, newline=""))] == ["public_toilet", "street_tree"]
    assert (await page.get("/desk/assets.csv?status=broken")).status_code == 400
    assert (await (await desk()).get("/desk/assets.csv")).status_code == 303
    await register_assets([AssetCreate(kind="street_tree", name=f"{n}") for n in range(1200)], registrar)
    long = (await page.get("/desk/assets.csv?kind=street_tree")).content.decode("utf-8-sig")
    codes = [row["code"] for row in csv.DictReader(io.StringIO(long, newline=""))]
    assert len(codes) == len(set(codes)) == 1201


async def test_search_opens_what_is_meant(desk, add) -> None:
    page = await desk(Role.CREW)
    await add("东门公厕", code="GC-1")
    await add("西门公厕", code="GC-12")
    await add("厕", code="树 1".replace(" ", "%"))
    for q, href in (
        ("GC-1", "/desk/assets/GC-1"), (" GC-12 ", "/desk/assets/GC-12"), ("西门", "/desk/assets/GC-12"),
        ("公厕", "/desk/assets?q=%E5%85%AC%E5%8E%95"), ("树%1", "/desk/assets/%E6%A0%91%251"), ("", "/desk/assets?q="),
    ):  # fmt: skip
        answer = await page.get("/desk/search", params={"q": q})
        assert (answer.status_code, answer.headers["location"]) == (303, href)
