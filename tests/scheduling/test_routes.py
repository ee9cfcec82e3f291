"""The JSON API of plans as a client meets it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from foundation.act import Act
from registry.schemas import AssetRead
from scheduling.routes import ROUTES
from scheduling.service import end_of_today, open_due
from tests.web import room_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("calendar")]

NewAsset = Callable[..., Awaitable[AssetRead]]
PLAN = {
    "kind": "public_toilet",
    "title_zh": "化粪池检查",
    "title_en": "Septic check",
    "rule": {"freq": "monthly", "monthday": 31, "times": ["09:00"]},
    "start_on": "2026-11-24",
}


@pytest.fixture
async def client(database: str, planner: Act) -> AsyncIterator[httpx.AsyncClient]:
    async with room_client(ROUTES, {"planner": planner}, who="planner", lang="en") as client:
        yield client


async def test_make_read_change_and_look_ahead(client: httpx.AsyncClient, new_asset: NewAsset) -> None:
    await new_asset("GC-1")
    made = await client.post("/api/v1/plans", json=PLAN)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    body = made.json()
    assert (body["targets"], body["next_due_at"], body["when"]["zh"]) == (
        1, "2026-11-30T01:00:00Z", "每月31日（不足时为月末） 09:00",
    )  # fmt: skip
    address = f"/api/v1/plans/{body['id']}"
    assert (await client.get(address)).json() == body
    ahead = (await client.get(f"{address}/forecast", params={"until": "2027-02-28"})).json()
    assert [item["due_on"] for item in ahead["items"]] == ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]
    assert ahead["items"][-1] == {
        "due_at": "2027-02-28T01:00:00Z",
        "due_on": "2027-02-28",
        "asset": "GC-1",
        "assumed": False,
        "why": [
            "every month on the 31st (or the last day) at 09:00",
            "this month has no day 31, so its last day counts",
        ],
    }
    paused = await client.patch(address, json={"active": False}, headers={"If-Match": '"1"'})
    assert (paused.status_code, paused.headers["etag"], paused.json()["next_due_at"]) == (200, '"2"', None)


async def test_lists_are_paged_and_filtered(client: httpx.AsyncClient, new_asset: NewAsset) -> None:
    await new_asset("GC-1")
    for _ in range(3):
        await client.post("/api/v1/plans", json=PLAN)
    first = (await client.get("/api/v1/plans", params={"limit": 2, "asset": "GC-1"})).json()
    rest = (await client.get("/api/v1/plans", params={"limit": 2, "cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert (await client.get("/api/v1/plans", params={"active": "false"})).json()["items"] == []


async def test_adopt_in_one_step(client: httpx.AsyncClient, new_asset: NewAsset, planner: Act) -> None:
    await new_asset("GC-1")
    done = await client.post("/api/v1/plans/adoptions", json={"kind": "public_toilet"})
    assert done.status_code == 201
    again = (await client.post("/api/v1/plans/adoptions", json={"kind": "public_toilet"})).json()
    assert (again["created"], again["existing"]) == (0, done.json()["created"])
    assert (await open_due(end_of_today(planner), planner)).opened > 0


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("POST", "/api/v1/plans", PLAN | {"rule": {"freq": "weekly", "weekdays": ["XX"]}}, 400),
        ("POST", "/api/v1/plans", PLAN | {"kind": "lighthouse"}, 404),
        ("POST", "/api/v1/plans", PLAN | {"mode": "sometimes"}, 400),
        ("POST", "/api/v1/plans", PLAN | {"colour": "red"}, 400),
        ("POST", "/api/v1/plans/adoptions", {"knid": "public_toilet"}, 400),
        ("GET", "/api/v1/plans/4711", None, 404),
        ("GET", "/api/v1/plans/4711/forecast", None, 404),
        ("GET", "/api/v1/plans?kind=lighthouse", None, 404),
        ("GET", "/api/v1/plans?cursor=nonsense", None, 400),
        ("GET", "/api/v1/plans?limit=0", None, 400),
    ],
)
async def test_nonsense_has_its_status(
    client: httpx.AsyncClient, method: str, path: str, given: dict[str, Any] | None, status: int
) -> None:
    assert (await client.request(method, path, json=given)).status_code == status


async def test_versions_and_roles(client: httpx.AsyncClient) -> None:
    address = f"/api/v1/plans/{(await client.post('/api/v1/plans', json=PLAN)).json()['id']}"
    assert (await client.patch(address, json={"title_en": "X"})).status_code == 428
    assert (await client.patch(address, json={"title_en": "X"}, headers={"If-Match": '"9"'})).status_code == 412
    for method, path in (("GET", "/api/v1/plans"), ("GET", address), ("GET", f"{address}/forecast")):
        assert (await client.request(method, path, headers={"who": "nobody"})).status_code == 401
    assert (await client.post("/api/v1/plans", json=PLAN, headers={"who": "nobody"})).status_code == 401
