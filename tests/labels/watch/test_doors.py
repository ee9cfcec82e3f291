"""The lists and the swap over JSON and on the page."""

from __future__ import annotations

import pytest

from labels.queries import get_label
from tests.labels.watch.material import two_swapped

pytestmark = pytest.mark.anyio
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
    assert again.status_code == 412
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
