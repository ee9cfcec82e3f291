"""Templates, stock and printers over the JSON API."""

from __future__ import annotations

import base64

import msgspec
import pytest

from labels.queries.inventory import measures_of
from labels.stock import STOCKS
from tests.labels.means_material import template_files

pytestmark = pytest.mark.anyio


async def test_a_program_brings_a_template_publishes_and_withdraws_it(desk) -> None:
    files = {name: base64.b64encode(data).decode() for name, data in template_files().items()}
    made = await desk.post("/api/v1/label-templates", json={"files": files})
    assert (made.status_code, made.headers["etag"], made.json()["state"]) == (201, '"1"', "draft")
    where = "/api/v1/label-templates/own-label"
    stale = await desk.post(f"{where}/publish", json={"revision": 1}, headers={"if-match": '"9"'})
    assert stale.status_code == 412
    used = await desk.post(f"{where}/publish", json={"revision": 1}, headers={"if-match": '"1"'})
    assert (used.status_code, used.json()["in_use"]) == (200, True)
    listed = (await desk.get("/api/v1/label-templates")).json()["items"]
    assert [one["revision"] for one in listed if one["key"] == "own-label"] == [1]
    assert {one["key"] for one in listed if one["state"] == "shipped"} >= {"sheet-label"}
    assert (await desk.post(f"{where}/withdraw")).json()["state"] == "withdrawn"
    assert (await desk.post(f"{where}/withdraw")).status_code == 409
    refused = await desk.post("/api/v1/label-templates", json={"files": files}, headers={"who": "crew"})
    assert refused.status_code == 403
    assert (await desk.get("/api/v1/label-templates", headers={"who": ""})).status_code == 401
    bad = await desk.post("/api/v1/label-templates", json={"files": files | {"x.exe": ""}})
    assert (bad.status_code, bad.json()["code"]) == (400, "template_files")


async def test_a_program_keeps_stock_and_printers_under_if_match(desk) -> None:
    measures = msgspec.to_builtins(measures_of(STOCKS["a4-3x8"]))
    where = "/api/v1/label-stocks/ours"
    made = await desk.put(where, json=measures)
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    assert (await desk.put(where, json=measures)).status_code == 409
    assert (await desk.put(where, json=measures, headers={"if-match": '"7"'})).status_code == 412
    changed = await desk.put(where, json=measures | {"corner": 2.0}, headers={"if-match": '"1"'})
    assert (changed.headers["etag"], changed.json()["measures"]["corner"]) == ('"2"', 2.0)
    assert (await desk.get(where)).headers["etag"] == '"2"'
    assert (await desk.put(where, json=measures | {"colour": "red"})).status_code == 400
    assert (await desk.delete(where, headers={"who": "crew"})).status_code == 403
    assert (await desk.delete(where, headers={"if-match": '"1"'})).status_code == 412
    assert (await desk.delete(where, headers={"if-match": '"2"'})).status_code == 204
    assert (await desk.delete(where)).status_code == 404
    assert "ours" not in {one["key"] for one in (await desk.get("/api/v1/label-stocks")).json()["items"]}
    where = "/api/v1/label-printers/office"
    made = await desk.put(where, json={"name": "Office", "right": 1.5})
    assert (made.status_code, made.json()["right"], made.headers["etag"]) == (200, 1.5, '"1"')
    assert (await desk.put(where, json={"name": "Office"})).status_code == 409
    assert (await desk.put(where, json={"name": "Office"}, headers={"if-match": '"1"'})).json()["right"] == 0
    assert (await desk.get(where)).json()["version"] == 2
    assert len((await desk.get("/api/v1/label-printers")).json()["items"]) == 1
    assert (await desk.delete(where, headers={"who": "scoped"})).status_code == 403
    assert (await desk.delete(where)).status_code == 204
