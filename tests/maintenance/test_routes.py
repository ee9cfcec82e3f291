"""The JSON API as a client meets it."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx
import pytest

from maintenance.schemas import Reported
from registry.schemas import AssetRead

pytestmark = pytest.mark.anyio
REQUESTS, ORDERS = "/api/v1/service-requests", "/api/v1/work-orders"


async def test_report_then_list_then_read(web: httpx.AsyncClient, toilet: AssetRead) -> None:
    made = await web.post(REQUESTS, json={"asset": toilet.code, "category": "overflow", "description": "二号厕位"})
    assert made.status_code == 201
    assert made.headers["etag"] == '"1"'
    assert set(made.json()) == {"number", "token", "state", "priority", "due_at", "version"}
    listed = (await web.get(REQUESTS, params={"only": "open"})).json()
    assert (len(listed["items"]), listed["next"]) == (1, None)
    one = await web.get(f"{REQUESTS}/{made.json()['number']}")
    assert one.headers["etag"] == '"1"'
    body = one.json()
    assert body == listed["items"][0]
    assert (body["state"], body["channel"], body["asset"]) == ("reported", "api", toilet.code)
    assert "二号厕位" not in one.text, "a citizen's words are looked at by name only"
    assert made.json()["token"] not in one.text


async def test_lists_are_paged(web: httpx.AsyncClient, toilet: AssetRead) -> None:
    for category in ("overflow", "odour", "dirty"):
        await web.post(REQUESTS, json={"asset": toilet.code, "category": category})
    seen, cursor = [], None
    for _ in range(3):
        page = (await web.get(REQUESTS, params={"limit": 1} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["category"] for item in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == (["dirty", "overflow", "odour"], None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"category": "overflow"}, 400, None),
        ({"asset": "NOPE-1", "category": "overflow"}, 404, "not_found"),
        ({"category": "overflow", "asset": None}, 400, None),
        ({"category": "nonsense"}, 400, "invalid_fields"),
        ({"category": "overflow", "colour": "red"}, 400, None),
        ({"category": "overflow", "phone": "x"}, 400, "invalid_fields"),
    ],
)
async def test_bad_bodies(web: httpx.AsyncClient, toilet: AssetRead, body: dict, status: int, code: str | None) -> None:
    given = body if "asset" in body or code is None else body | {"asset": toilet.code}
    if body == {"category": "overflow", "colour": "red"}:
        given = body | {"asset": toilet.code}
    answer = await web.post(REQUESTS, json=given)
    assert answer.status_code == status
    if code:
        assert answer.json()["code"] == code


async def test_an_order_through_its_life(web: httpx.AsyncClient, filed: Reported, crew_id: int) -> None:
    made = await web.post(ORDERS, json={"request": filed.number})
    assert (made.status_code, made.json()["state"], made.headers["etag"]) == (201, "open", '"1"')
    url = f"{ORDERS}/{made.json()['number']}"
    assigned = await web.post(f"{url}/assign", json={"crew_id": crew_id}, headers={"If-Match": '"1"'})
    assert (assigned.status_code, assigned.json()["state"], assigned.headers["etag"]) == (200, "assigned", '"2"')
    stale = await web.post(f"{url}/assign", json={"crew_id": crew_id}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    in_body = await web.post(f"{url}/accept", json={"version": 1}, headers={"who": "crew"})
    assert in_body.status_code == 412
    accepted = await web.post(f"{url}/accept", headers={"who": "crew"})
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted"), "an action needs no body"
    again = await web.post(f"{url}/accept", headers={"who": "crew"})
    assert (again.status_code, again.json()["code"]) == (409, "bad_move")
    foreign = await web.post(f"{url}/start", headers={"who": "other_crew"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "other_crew")
    assert (await web.get(f"{REQUESTS}/{filed.number}")).json()["state"] == "dispatched"
    assert [item["number"] for item in (await web.get(ORDERS, params={"crew": crew_id})).json()["items"]] == [
        made.json()["number"]
    ]


async def test_the_work_is_completed_with_a_photo_and_closed(
    web: httpx.AsyncClient, filed: Reported, crew_id: int, picture: Callable[..., bytes]
) -> None:
    made = await web.post(ORDERS, json={"request": filed.number})
    url, crew = f"{ORDERS}/{made.json()['number']}", {"who": "crew"}
    await web.post(f"{url}/assign", json={"crew_id": crew_id})
    for action in ("accept", "start"):
        await web.post(f"{url}/{action}", headers=crew)
    bare = await web.post(f"{url}/complete", headers=crew)
    assert bare.status_code == 400, "a repair shows its work"
    half = {"photos": [base64.b64encode(picture()[:300]).decode()]}
    assert (await web.post(f"{url}/complete", json=half, headers=crew)).json()["code"] == "photo_broken"
    assert (await web.post(f"{url}/complete", json={"photos": ["%"]}, headers=crew)).status_code == 400
    whole = {"photos": [base64.b64encode(picture()).decode()]}
    done = await web.post(f"{url}/complete", json=whole, headers=crew)
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert (await web.post(f"{url}/verify", headers={"who": "inspector"})).json()["state"] == "verified"
    assert (await web.post(f"{url}/close")).json()["state"] == "closed"
    assert (await web.get(f"{REQUESTS}/{filed.number}")).json()["state"] == "closed"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("WO-2026-00009/accept", 404, "not_found"),
        ("WO-2026-00009/explode", 400, "bad_action"),
    ],
)
async def test_what_there_is_not(web: httpx.AsyncClient, path: str, status: int, code: str) -> None:
    answer = await web.post(f"{ORDERS}/{path}", json={})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("header", ["nonsense", '"1', "*", '"-1"'])
async def test_a_version_is_a_number(web: httpx.AsyncClient, filed: Reported, header: str) -> None:
    number = (await web.post(ORDERS, json={"request": filed.number})).json()["number"]
    answer = await web.post(f"{ORDERS}/{number}/cancel", json={"reason": "x"}, headers={"If-Match": header})
    assert answer.status_code == (400 if header != '"1' else 200), "a missing quote is forgiven"


@pytest.mark.parametrize("path", [REQUESTS, ORDERS, f"{REQUESTS}/SR-2026-00001", f"{ORDERS}/WO-2026-00001"])
async def test_a_stranger_reads_nothing(web: httpx.AsyncClient, filed: Reported, path: str) -> None:
    assert (await web.get(path, headers={"who": "nobody"})).status_code == 401


@pytest.mark.parametrize("query", ["only=nonsense", "state=nonsense", "limit=0", "limit=9999", "cursor=x", "limit=x"])
async def test_a_wrong_filter_is_said_so(web: httpx.AsyncClient, query: str) -> None:
    for path in (REQUESTS, ORDERS):
        assert (await web.get(f"{path}?{query}")).status_code == 400


async def test_a_report_is_moved_by_hand_under_its_version(
    web: httpx.AsyncClient, toilet: AssetRead, report_of: Callable
) -> None:
    number = (await web.post(REQUESTS, json={"asset": toilet.code, "category": "odour"})).json()["number"]
    refused = await web.post(f"{REQUESTS}/{number}/refuse", json={})
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_needed")
    filed = await web.post(f"{REQUESTS}/{number}/file", headers={"If-Match": '"1"'})
    assert (filed.status_code, filed.json()["state"], filed.headers["etag"]) == (200, "filed", '"2"')
    assert (await web.post(f"{REQUESTS}/{number}/file", headers={"who": "crew"})).status_code == 403
