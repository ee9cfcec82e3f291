"""The registry's desk pages as a registrar meets them."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from app.accounts import GrantWanted
from foundation.database import fetchval, transaction
from foundation.principals import Role
from registry.queries import find_history, get_asset
from registry.schemas import AssetCreate, AssetUpdate
from registry.service import register_assets, update_asset, write_signals

pytestmark = pytest.mark.anyio
HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "公" * 200, "مرحبا \u202eabc", "🚽🧻👨‍👩‍👧",
    "{{ 7*7 }}{% x %}", "a&b&amp;c", "--; DROP TABLE asset",
)  # fmt: skip
_DIRECTION = "\u202e"


def values(page: str) -> dict[str, str]:
    """What stands in the fields of the page's last form."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


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


async def test_an_assets_page_tells_what_it_is_and_what_was_done(desk, add, registrar) -> None:
    asset = await add("东门公厕", name_en="East Gate", attributes={"class": "first", "area": 41.5, "premium": True})
    await update_asset(asset.code, AssetUpdate(condition=4), 1, registrar)
    async with transaction():
        await write_signals(asset.id, open_requests=3, overdue=1)
    page = await desk(Role.PLANNER)
    text = (await page.get(f"/desk/assets/{asset.code}")).text
    for word in (
        "East Gate",
        "GC-0001",
        "120.650000, 28.010000",
        "41.5 m",
        "Yes",
        "Registered: 东门公厕",
        "registrar 1",
    ):
        assert word in text, word
    assert "Record changed: Condition" in text
    assert f"/desk/requests?q={asset.code}" in text
    assert "/edit" not in text  # a planner corrects nothing
    zh = (await (await desk(Role.REGISTRAR, lang="zh")).get(f"/desk/assets/{asset.code}")).text
    assert "登记入库：东门公厕" in zh
    assert "/edit" in zh
    assert (await page.get("/desk/assets/none")).status_code == 404


async def test_register_by_hand(desk) -> None:
    page = await desk(Role.REGISTRAR)
    assert "/desk/assets/new?kind=street_tree" in (await page.get("/desk/assets/new")).text
    form = (await page.get("/desk/assets/new?kind=public_toilet")).text
    assert 'name="attributes.class"' in form
    sent = await page.send_form(
        "/desk/assets/new",
        {"kind": "public_toilet", "name": "新厕", "code": "厕%1", "lon": "120.6", "lat": "28", "condition": "2",
         "attributes.class": "first", "attributes.supplies": ["paper", "soap"], "attributes.premium": "true"},
    )  # fmt: skip
    assert sent.status_code == 303
    assert sent.headers["location"] == "/desk/assets/%E5%8E%95%251?notice=registered"
    shown = await page.get(sent.headers["location"])
    assert "Registered." in shown.text
    asset = await get_asset("厕%1")
    assert asset.attributes == {"class": "first", "supplies": ["paper", "soap"], "premium": True}
    assert (asset.lon, asset.condition, asset.status) == (120.6, 2, "intact")


@pytest.mark.parametrize(
    ("fields", "wrong", "status"),
    [
        ({"name": ""}, "Enter a name.", 400),
        ({"lon": "east"}, "This is not a number.", 400),
        ({"lon": "nan", "lat": "1"}, "This is not a number.", 400),
        ({"lon": "120"}, "Give both longitude and latitude", 400),
        ({"condition": "1" * 30}, "This is not a number.", 400),
        ({"status": "broken"}, "Choose one of the list.", 400),
        ({"operating_state": "retired"}, "steps of their own", 400),
        ({"organisation_id": "77"}, "no such organisation", 400),
        ({"attributes.area": "huge"}, "is not a number", 400),
        ({"code": "GC-77"}, "already has this code", 409),
        ({"component_id": "1"}, "17 digits", 400),
        ({"name": "a\x00b"}, "cannot be shown", 400),
    ],
)
async def test_what_was_typed_stays_when_something_is_wrong(desk, add, fields, wrong, status) -> None:
    await add(code="GC-77")
    page = await desk(Role.REGISTRAR)
    typed = {
        "kind": "public_toilet",
        "name": "北门<公厕>",
        "address_en": 'Gate "7"',
        "attributes.remark": "看&看",
    } | fields
    answer = await page.send_form("/desk/assets/new", typed)
    assert answer.status_code == status
    assert wrong in html.unescape(answer.text)
    kept = values(answer.text)
    for name in ("name", "address_en", "attributes.remark", "code", "lon"):
        if name in typed and "\x00" not in typed[name]:
            assert kept[name] == typed[name]
    assert await fetchval("SELECT count(*) FROM asset") == 1


async def test_correct_by_hand(desk, add) -> None:
    asset = await add("旧", attributes={"class": "first", "supplies": ["paper"], "area": 3}, condition=2)
    page = await desk(Role.REGISTRAR)
    url = f"/desk/assets/{asset.code}/edit"
    form = values((await page.get(url)).text)
    assert form["name"] == "旧"
    assert form["version"] == "1"
    assert form["attributes.area"] == "3"
    sent = await page.send_form(url, {**typed_again(asset), "name": "新", "attributes.area": ""})
    assert sent.status_code == 303
    after = await get_asset(asset.code)
    assert (after.name, after.condition, after.version) == ("新", 2, 2)
    assert after.attributes == {"class": "first", "supplies": ["paper"]}
    assert (await find_history(asset.id)).items[0].data == {"fields": ["attributes", "name"]}


def typed_again(asset) -> dict[str, object]:
    """A browser's answer to the edit form, nothing touched."""
    from registry.pages.form import typed_of

    return dict(typed_of(asset))


async def test_a_form_sent_back_untouched_changes_nothing(desk, add) -> None:
    asset = await add(
        attributes={"class": "first", "supplies": ["paper", "soap"], "area": 41.5, "premium": False,
                    "open_hours": "06:00-22:00", "built_on": "2001-05-01", "photos": ["a.jpg", "b.jpg"]},
        condition=3, lon=120.1234567, component_id="33030200101000001", name_en="x",
    )  # fmt: skip
    page = await desk(Role.REGISTRAR)
    sent = await page.send_form(f"/desk/assets/{asset.code}/edit", typed_again(asset))
    assert sent.status_code == 303
    assert await get_asset(asset.code) == asset


async def test_somebody_else_was_faster(desk, add, registrar) -> None:
    asset = await add("甲", address="旧址")
    page = await desk(Role.REGISTRAR)
    url = f"/desk/assets/{asset.code}/edit"
    mine = {**typed_again(asset), "name": "我的"}
    await update_asset(asset.code, AssetUpdate(address="新址"), 1, registrar)
    answer = await page.send_form(url, mine)
    assert answer.status_code == 412
    kept = values(answer.text)
    assert (kept["name"], kept["address"], kept["version"]) == ("我的", "旧址", "2")
    assert "On record now" in answer.text
    assert "新址" in answer.text
    assert (await get_asset(asset.code)).name == "甲"
    assert (await page.send_form(url, {**mine, "address": "新址", "version": kept["version"]})).status_code == 303
    assert (await get_asset(asset.code)).address == "新址"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
async def test_a_form_without_its_version_is_not_taken(desk, add, version) -> None:
    asset = await add()
    page = await desk(Role.REGISTRAR)
    for path, fields in (("edit", {"name": "x"}), ("retire", {"reason": "x"}), ("reinstate", {})):
        answer = await page.send_form(f"/desk/assets/{asset.code}/{path}", {**fields, "version": version})
        assert answer.status_code == 400
    assert await get_asset(asset.code) == asset


async def test_who_may_not_edit_sees_no_form(desk, add) -> None:
    asset = await add()
    for roles in ((Role.DISPATCHER,), (GrantWanted(Role.REGISTRAR, streets=("南汇街道",)),)):
        page = await desk(*roles)
        assert (await page.get(f"/desk/assets/{asset.code}/edit")).status_code == 403
        answer = await page.send_form(f"/desk/assets/{asset.code}/edit", {**typed_again(asset), "name": "抢"})
        assert answer.status_code == 403
        assert (
            await page.send_form(f"/desk/assets/{asset.code}/retire", {"reason": "x", "version": "1"})
        ).status_code == 403
    assert (await (await desk(Role.CREW)).get("/desk/assets/new")).status_code == 403
    assert (await (await desk()).get("/desk/assets/new")).status_code in {303, 401}
    scoped = await desk(GrantWanted(Role.REGISTRAR, streets=("南汇街道",)))
    outside = await scoped.send_form("/desk/assets/new", {"kind": "public_toilet", "name": "留着", "street": "别处"})
    assert outside.status_code == 403
    assert values(outside.text)["name"] == "留着"
    assert await get_asset(asset.code) == asset


async def test_retire_and_bring_back(desk, add) -> None:
    asset = await add()
    page = await desk(Role.REGISTRAR)
    url = f"/desk/assets/{asset.code}"
    refused = await page.send_form(f"{url}/retire", {"reason": "长" * 201, "version": "1"})
    assert refused.status_code == 400
    assert "Say why" in refused.text
    assert values(refused.text)["reason"] == "长" * 201
    assert (await page.send_form(f"{url}/retire", {"reason": "拆", "version": "9"})).status_code == 412
    gone = await page.send_form(f"{url}/retire", {"reason": "拆除<b>", "version": "1"})
    assert gone.headers["location"] == f"{url}?notice=retired"
    text = (await page.get(gone.headers["location"])).text
    assert "Retired: 拆除&lt;b&gt;" in text
    assert "Bring back into service" in text
    assert asset.name not in (await page.get("/desk/assets")).text
    assert asset.name in (await page.get("/desk/assets?operating_state=retired")).text
    edit = await page.send_form(f"{url}/edit", {**typed_again(await get_asset(asset.code)), "name": "旧址"})
    assert edit.status_code == 303  # a retired record can still be corrected, and stays retired
    assert (await get_asset(asset.code)).operating_state == "retired"
    back = await page.send_form(f"{url}/reinstate", {"version": "3"})
    assert back.headers["location"] == f"{url}?notice=reinstated"
    again = await page.send_form(f"{url}/reinstate", {"version": "4"})
    assert again.status_code == 409
    assert "not retired" in again.text


async def test_hostile_names_are_only_text(desk, add) -> None:
    page = await desk(Role.REGISTRAR)
    for n, name in enumerate(HOSTILE):
        code = f"'\"<{n}>&"
        await add(name, code=code, street=name[:100], address=name, name_en=name, attributes={"remark": name})
        url = "/desk/assets/" + "".join(f"%{byte:02X}" for byte in code.encode())
        for path in ("/desk/assets", url, f"{url}/edit", f"/desk/assets?q={'%22%3E'}&street=x"):
            answer = await page.get(path)
            assert answer.status_code == 200, (path, name)
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "49" not in re.findall(r">\s*(49)\s*<", answer.text)
        kept = values((await page.get(f"{url}/edit")).text)
        assert kept["name"] == name
        sent = await page.send_form(f"{url}/edit", {**typed_again(await get_asset(code)), "condition": "3"})
        assert sent.status_code == 303
        assert (await get_asset(code)).name == name


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


async def test_import_look_write_and_take_back(desk) -> None:
    page = await desk(Role.REGISTRAR)
    table = "编码,名称,街道,经度,纬度,等级\nA-1,<b>甲</b>,五马街道,120.6,28.0,一类\nA-2,乙,五马街道,很远,28.0,一类\n"

    async def send(act: str, text: str = table):
        files = {"file": ("厕所.csv", text.encode(), "text/csv")}
        return await page.send_form("/desk/imports", {"kind": "public_toilet", "crs": "wgs84", "act": act}, files=files)

    looked = await send("check")
    assert looked.status_code == 200
    assert "This is what would happen. Nothing is written yet." in looked.text
    assert "row rejected" in looked.text
    assert await fetchval("SELECT count(*) FROM asset") == 0
    written = await send("write")
    assert "Imported as batch 1" in written.text
    assert await fetchval("SELECT count(*) FROM asset") == 1
    assert "&lt;b&gt;甲" in (await page.get("/desk/assets")).text
    again = await send("write")
    assert "Nothing was written: the file says nothing new." in again.text
    undone = await page.send_form("/desk/imports/1/undo", {})
    assert undone.headers["location"] == "/desk/imports?notice=undone"
    assert await fetchval("SELECT count(*) FROM asset") == 0
    assert "undone" in (await page.get("/desk/imports")).text
    assert (await page.send_form("/desk/imports/1/undo", {})).status_code == 409
    assert (await page.send_form("/desk/imports/9/undo", {})).status_code == 404


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"kind": "public_toilet"}, None),
        ({"kind": "castle"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet"}, b""),
        ({"kind": "public_toilet"}, b"\x00\x01\x02\x03"),
        ({"kind": "public_toilet"}, b"PK\x03\x04broken"),
        ({"kind": "public_toilet", "map": "nonsense"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "map": "name=no_such_field"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "key": "none"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "crs": "moon"}, b"code,name\n1,a\n"),
        ({"kind": "public_toilet", "encoding": "klingon"}, b"code,name\n1,a\n"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_above_the_form(desk, fields, content) -> None:
    page = await desk(Role.REGISTRAR)
    files = {"file": ("x.csv", content, "text/csv")} if content is not None else {"none": ("", b"", "text/plain")}
    answer = await page.send_form("/desk/imports", {**fields, "act": "write"}, files=files)
    assert answer.status_code == 400
    assert 'type="file"' in answer.text
    if "map" in fields:
        assert fields["map"] in answer.text
    assert await fetchval("SELECT count(*) FROM import_batch") == 0


async def test_only_registrars_import(desk) -> None:
    page = await desk(Role.DISPATCHER)
    assert 'type="file"' not in (await page.get("/desk/imports")).text
    files = {"file": ("x.csv", b"code,name\n1,a\n", "text/csv")}
    answer = await page.send_form("/desk/imports", {"kind": "public_toilet", "act": "write"}, files=files)
    assert answer.status_code == 403
    assert (await page.send_form("/desk/imports/1/undo", {})).status_code == 403


async def test_pages_take_few_statements(desk, add, statements) -> None:
    page = await desk(Role.REGISTRAR)
    counted: dict[str, list[int]] = {}
    await page.get("/desk/assets")  # the first visit also notes when the session was last seen
    for n in range(2):
        for m in range(20):
            await add(f"{n}-{m}")
        for path in ("/desk/assets", "/desk/assets/GC-0001", "/desk/assets/GC-0001/edit", "/desk/imports"):
            statements.sent.clear()
            assert (await page.get(path)).status_code == 200
            counted.setdefault(path, []).append(len(statements.sent))
    assert all(first == second for first, second in counted.values()), counted
    assert max(max(each) for each in counted.values()) <= 6
