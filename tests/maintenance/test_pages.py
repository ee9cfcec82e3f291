"""The pages of desk and crew, through the real templates, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from foundation.act import Act
from foundation.database import fetchval
from maintenance.queries import get_order, get_request
from maintenance.schemas import OrderCreate, PreventiveOrder, Reported
from maintenance.service import open_order, open_preventive_orders, report_fault
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


async def get(web: httpx.AsyncClient, path: str, who: str = "dispatcher", lang: str = "en") -> str:
    page = await web.get(path, headers={"who": who, "accept-language": lang})
    assert page.status_code == 200, (path, page.text[:300])
    assert "style=" not in page.text
    assert "onclick" not in page.text
    return page.text


@BOTH
@pytest.mark.parametrize("path", ["/desk/requests", "/desk/orders", "/desk/orders?only=all", "/crew"])
async def test_an_empty_page_says_what_to_do_next(web: httpx.AsyncClient, path: str, lang: str) -> None:
    text = await get(web, path, "crew" if path == "/crew" else "dispatcher", lang)
    assert 'class="none"' in text


@BOTH
async def test_the_queue_tells_what_where_and_by_when(web: httpx.AsyncClient, filed: Reported, lang: str) -> None:
    text = await get(web, "/desk/requests?only=open", lang=lang)
    assert filed.number in text
    assert ("堵塞、粪便外溢" if lang == "zh" else "Blocked or overflowing") in text
    assert ("解放路公厕") in text
    assert "data-row" in text, "J and K move along the rows"


async def test_the_usual_three_steps_are_one_press(
    web: httpx.AsyncClient, toilet: AssetRead, citizen: Act, crew_id: int, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of("odour"), citizen)
    page = await get(web, f"/desk/requests/{made.number}")
    assert f"/desk/requests/{made.number}/dispatch" in page
    wrong = await web.post(f"/desk/requests/{made.number}/dispatch", data={"crew_id": "", "note": "后门进"})
    assert (wrong.status_code, "后门进" in wrong.text, "Choose a crew." in wrong.text) == (400, True, True)
    assert (await get_request(made.number)).state == "reported", "all or nothing"
    sent = await web.post(f"/desk/requests/{made.number}/dispatch", data={"crew_id": str(crew_id), "note": "后门进"})
    assert sent.status_code == 303
    order = await get_order("WO-2026-00001")
    assert (order.state, order.note, (await get_request(made.number)).state) == ("assigned", "后门进", "dispatched")


async def test_a_stale_press_says_so_and_changes_nothing(web: httpx.AsyncClient, filed: Reported, crew_id: int) -> None:
    data = {"crew_id": str(crew_id), "version": "1"}
    answer = await web.post(f"/desk/requests/{filed.number}/dispatch", data=data)
    assert answer.status_code == 412
    assert "Somebody changed this report" in answer.text
    assert (await get_request(filed.number)).order is None


async def test_a_refusal_without_a_reason_comes_back(
    web: httpx.AsyncClient, toilet: AssetRead, citizen: Act, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of("odour"), citizen)
    answer = await web.post(f"/desk/requests/{made.number}/act/refuse", data={"reason": "  ", "version": "1"})
    assert (answer.status_code, 'href="#f-reason"' in answer.text, 'id="f-reason"' in answer.text) == (400, True, True)
    done = await web.post(f"/desk/requests/{made.number}/act/refuse", data={"reason": "误报", "version": "1"})
    assert done.status_code == 303
    assert (await get_request(made.number)).reason == "误报"


async def test_words_and_phone_are_shown_on_request_only(
    web: httpx.AsyncClient, toilet: AssetRead, citizen: Act, report_of: Callable
) -> None:
    words = '<script>alert("x")</script>'
    made = await report_fault(toilet.id, report_of("odour", description=words, phone="13800138000"), citizen)
    page = await get(web, f"/desk/requests/{made.number}")
    assert "13800138000" not in page
    assert "script&gt;" not in page
    shown = await web.post(f"/desk/requests/{made.number}/contact")
    assert "13800138000" in shown.text
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;" in shown.text
    assert "uri.amap.com" not in shown.text
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'service_request.contact_seen'") == 1
    assert (await web.post(f"/desk/requests/{made.number}/contact", headers={"who": "crew"})).status_code == 403


async def test_where_a_report_was_sent_from_is_shown_with_the_words(
    web: httpx.AsyncClient, toilet: AssetRead, citizen: Act, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of("odour", lon=120.654321, lat=28.012345), citizen)
    assert "28.01" not in (await get(web, f"/desk/requests/{made.number}")).partition('id="main"')[2]
    shown = await web.post(f"/desk/requests/{made.number}/contact")
    assert "Where the report was sent from" in shown.text
    assert "geo:28.012345,120.654321" in shown.text
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'service_request.contact_seen'") == 1


async def test_buttons_are_those_the_reader_may_press(
    web: httpx.AsyncClient, filed: Reported, dispatcher: Act, walk: Callable
) -> None:
    order = await open_order(OrderCreate(request=filed.number), dispatcher)
    url = f"/desk/orders/{order.number}"

    async def buttons(who: str) -> set[str]:
        return set(re.findall(rf'action="{url}/act/(\w+)"', await get(web, url, who)))

    assert await buttons("dispatcher") == {"assign", "cancel"}
    assert await buttons("far_dispatcher") == await buttons("crew") == await buttons("inspector") == set()
    await walk(order.number, "assign", "accept", "start", "complete")
    assert await buttons("inspector") == {"verify", "reject"}
    assert await buttons("crew") == set()
    request_buttons = await get(web, f"/desk/requests/{filed.number}")
    assert "/act/close" not in request_buttons


@BOTH
async def test_the_crew_does_its_job_with_one_thumb(
    web: httpx.AsyncClient, filed: Reported, dispatcher: Act, crew_id: int, picture: Callable, lang: str
) -> None:
    order = await open_order(OrderCreate(request=filed.number, crew_id=crew_id, note="带工具"), dispatcher)
    url = f"/crew/orders/{order.number}"
    assert url in await get(web, "/crew", "crew", lang)
    page = await get(web, url, "crew", lang)
    assert "带工具" in page
    assert ("先关闭该厕位并放置提示牌" if lang == "zh" else "Close the cubicle and put up a notice first") in page
    assert 'form="finish"' in page
    begun = await web.post(f"{url}/begin", headers={"who": "crew"})
    assert (begun.status_code, (await get_order(order.number)).state) == (303, "in_progress")
    assert (await get_request(filed.number)).state == "in_progress"
    bare = await web.post(f"{url}/finish", data={}, headers={"who": "crew", "accept-language": lang})
    assert bare.status_code == 400
    assert 'href="#f-photo"' in bare.text
    files = {"photo": ("after.jpg", picture(), "image/jpeg")}
    done = await web.post(f"{url}/finish", files=files, headers={"who": "crew"})
    assert (done.status_code, done.headers["location"]) == (303, "/crew?notice=done")
    assert (await get_order(order.number)).state == "done"
    empty = await get(web, "/crew", "crew", lang)
    assert re.search(r"<b>1</b>", empty) or "1" in empty
    assert 'form="finish"' not in await get(web, url, "crew", lang)


async def test_what_was_ticked_and_typed_comes_back(
    web: httpx.AsyncClient, toilet: AssetRead, dispatcher: Act, crew_id: int
) -> None:
    checklist = [
        {"key": "clean", "zh": "干净", "en": "Clean", "input": "tick"},
        {"key": "ppm", "zh": "氨", "en": "Ammonia", "input": "number", "unit": "ppm", "min": 0, "max": 25},
        {"key": "more", "zh": "其他", "en": "More", "input": "text", "required": False},
    ]
    stops = [(toilet.id, "plan:1:1:a")]
    order = PreventiveOrder(
        title_zh="保洁", title_en="Clean", stops=stops, due_at=dispatcher.at, checklist=checklist, crew_id=crew_id
    )
    await open_preventive_orders([order], dispatcher)
    url = "/crew/orders/WO-2026-00001/finish"
    wrong = await web.post(url, data={"c-clean": "1", "c-ppm": "40", "c-more": "漏水"}, headers={"who": "crew"})
    assert wrong.status_code == 400
    assert 'href="#f-c-ppm"' in wrong.text
    assert 'id="f-c-ppm"' in wrong.text
    assert 'value="40"' in wrong.text
    assert "漏水" in wrong.text
    assert re.search(r'name="c-clean" value="1" checked', wrong.text)
    right = await web.post(url, data={"c-clean": "1", "c-ppm": "4"}, headers={"who": "crew"})
    assert right.status_code == 303
    assert (await get_order("WO-2026-00001")).state == "closed"
    answers = await get(web, "/desk/orders/WO-2026-00001")
    assert "4.0 ppm" in answers or "4 ppm" in answers


async def test_a_round_is_walked_place_by_place(
    web: httpx.AsyncClient, add_asset: Callable, dispatcher: Act, crew_id: int
) -> None:
    assets = [await add_asset(f"公厕 {n}", lon=120.65, lat=28.01) for n in range(2)]
    checklist = [{"key": "clean", "zh": "干净", "en": "Clean", "input": "tick"}]
    stops = [(asset.id, f"plan:1:{asset.id}:a") for asset in assets]
    order = PreventiveOrder(
        title_zh="保洁", title_en="Clean", stops=stops, due_at=dispatcher.at, checklist=checklist, crew_id=crew_id
    )
    await open_preventive_orders([order], dispatcher)
    url = "/crew/orders/WO-2026-00001"
    ids = re.findall(r"\?stop=(\d+)", await get(web, url, "crew"))
    assert len(ids) == 2
    here = await get(web, f"{url}?asset={assets[1].code}", "crew")
    assert f"{url}/stops/" in here, "a scan on site leads to this very place"
    wrong = await web.post(f"{url}/stops/{ids[0]}", data={}, headers={"who": "crew"})
    assert (wrong.status_code, 'href="#f-c-clean"' in wrong.text) == (400, True)
    first = await web.post(f"{url}/stops/{ids[0]}", data={"c-clean": "1"}, headers={"who": "crew"})
    assert first.headers["location"] == f"{url}?notice=done"
    assert re.findall(r"\?stop=(\d+)", await get(web, url, "crew")) == ids[1:]
    await get(web, f"{url}?stop={ids[0]}", "crew")
    last = await web.post(f"{url}/stops/{ids[1]}", data={"c-clean": "1"}, headers={"who": "crew"})
    assert last.headers["location"] == "/crew?notice=done"


async def test_giving_back_needs_a_reason_and_leaves_the_day(
    web: httpx.AsyncClient, filed: Reported, dispatcher: Act, crew_id: int
) -> None:
    order = await open_order(OrderCreate(request=filed.number, crew_id=crew_id), dispatcher)
    url = f"/crew/orders/{order.number}"
    assert (await web.post(f"{url}/act/return", data={"reason": ""}, headers={"who": "crew"})).status_code == 400
    back = await web.post(f"{url}/act/return", data={"reason": "缺配件"}, headers={"who": "crew"})
    assert back.status_code == 303
    assert order.number not in await get(web, "/crew", "crew")
    assert "缺配件" in await get(web, f"/desk/orders/{order.number}")
    assert (await get_request(filed.number)).state == "filed"


async def test_another_crew_looks_but_does_not_touch(
    web: httpx.AsyncClient, filed: Reported, dispatcher: Act, crew_id: int
) -> None:
    order = await open_order(OrderCreate(request=filed.number, crew_id=crew_id), dispatcher)
    page = await get(web, f"/crew/orders/{order.number}", "other_crew")
    assert "This order belongs to another crew." in page
    assert 'form="finish"' not in page
    answer = await web.post(f"/crew/orders/{order.number}/finish", data={}, headers={"who": "other_crew"})
    assert answer.status_code == 403


async def test_a_photo_is_served_to_whom_it_may_be(
    web: httpx.AsyncClient, toilet: AssetRead, citizen: Act, picture: Callable, report_of: Callable
) -> None:
    made = await report_fault(toilet.id, report_of(photos=[picture()]), citizen)
    seen = await web.get("/photos/1.jpg", headers={"who": "crew"})
    assert (seen.status_code, seen.headers["content-type"], seen.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    for query in ("", "?token=x", "?token="):
        assert (await web.get(f"/photos/1.jpg{query}", headers={"who": "nobody"})).status_code == 404
    assert (await web.get(f"/photos/1.jpg?token={made.token}", headers={"who": "nobody"})).status_code == 200
    for name in ("99.jpg", "x.jpg", "..jpg", "-1.jpg", "9" * 30):
        assert (await web.get(f"/photos/{name}")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk/requests", "/desk/orders", "/crew", "/desk/requests/SR-2026-00001", "/crew/orders/WO-2026-00001"]
)
async def test_a_stranger_is_sent_to_sign_in(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path, headers={"who": "nobody"})).status_code == 401


@pytest.mark.parametrize("path", ["/desk/requests/SR-2026-09999", "/desk/orders/WO-2026-09999", "/crew/orders/x"])
async def test_what_there_is_not_is_not_found(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == 404


async def test_no_chinese_in_english_but_names(
    web: httpx.AsyncClient, add_asset: Callable, citizen: Act, dispatcher: Act, crew_id: int, report_of: Callable
) -> None:
    asset = await add_asset("Toilet", name_en="Toilet", street="Main", address="1 Main St")
    made = await report_fault(asset.id, report_of(), citizen)
    await web.post(f"/desk/requests/{made.number}/dispatch", data={"crew_id": str(crew_id)})
    for path, who in (
        ("/desk/requests?only=all", "dispatcher"),
        (f"/desk/requests/{made.number}", "dispatcher"),
        ("/desk/orders", "dispatcher"),
        ("/desk/orders/WO-2026-00001", "dispatcher"),
        ("/crew", "crew"),
        ("/crew/orders/WO-2026-00001", "crew"),
    ):
        found = set(CHINESE.findall(await get(web, path, who)))
        allowed = {"中文", "市政设施台账", "示范区", "高德地图", "腾讯地图", "百度地图"}
        assert not {words for words in found if words not in allowed}, path


async def test_many_orders_go_to_a_crew_at_once(
    web: httpx.AsyncClient, add_asset: Callable, dispatcher: Act, crew_id: int
) -> None:
    assets = [await add_asset(f"公厕 {n}") for n in range(3)]
    elsewhere = await add_asset("别处", street="南汇街道")
    orders = [
        PreventiveOrder(title_zh="保洁", title_en="Clean", stops=[(one.id, f"plan:1:{one.id}:a")], due_at=dispatcher.at)
        for one in [*assets, elsewhere]
    ]
    await open_preventive_orders(orders, dispatcher)
    listed = await get(web, "/desk/orders?only=unassigned")
    assert listed.count('name="pick"') == 4
    assert 'name="pick"' not in await get(web, "/desk/orders?only=unassigned", "crew")
    picked = ["WO-2026-00001", "WO-2026-00002"]
    url = "/desk/orders/assign"
    assert (await web.post(url, data={"pick": picked, "crew_id": ""})).json()["code"] == "crew_needed"
    assert (await web.post(url, data={"crew_id": str(crew_id)})).json()["code"] == "bad_pick"
    assert (await web.post(url, data={"pick": picked, "crew_id": str(crew_id)})).status_code == 303
    assert [(await get_order(number)).state for number in picked] == ["assigned", "assigned"]
    mixed = {"pick": ["WO-2026-00003", "WO-2026-00004", "WO-2026-00099"], "crew_id": str(crew_id)}
    partly = await web.post(url, data=mixed, headers={"who": "far_dispatcher"})
    assert partly.status_code == 200
    assert "1 orders went to the crew" in partly.text
    states = [(await get_order(f"WO-2026-0000{n}")).state for n in (3, 4)]
    assert states == ["open", "assigned"], "only what lies in this dispatcher's street"
