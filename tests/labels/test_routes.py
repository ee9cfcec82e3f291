"""The JSON API of labels as a client meets it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pypdfium2
import pytest

from foundation.act import Act
from foundation.database import fetchrow, fetchval
from foundation.settings import load_settings, use_settings
from labels.routes import ROUTES
from labels.service import issue_labels
from labels.service.issue import make_blank_labels
from tests.web import room_client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(database: str, registrar: Act, crew: Act) -> AsyncIterator[httpx.AsyncClient]:
    people = {"registrar": registrar, "crew": crew}
    use_settings(load_settings({"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}))
    async with room_client(ROUTES, people, who="registrar") as client:
        yield client


async def test_issue_then_list(client, add_asset) -> None:
    one, two = await add_asset("一"), await add_asset("二")
    made = await client.post("/api/v1/labels", json={"assets": [two.code, one.code]})
    assert made.status_code == 201
    assert [item["asset"] for item in made.json()["items"]] == [two.code, one.code]
    again = await client.post("/api/v1/labels", json={"assets": [two.code, one.code]})
    assert again.json() == made.json()
    listed = await client.get("/api/v1/labels", params={"limit": 1, "state": "printed"})
    body = listed.json()
    assert len(body["items"]) == 1
    rest = await client.get("/api/v1/labels", params={"limit": 1, "cursor": body["next"]})
    assert {body["items"][0]["asset"], rest.json()["items"][0]["asset"]} == {one.code, two.code}
    assert rest.json()["next"] is None
    item = body["items"][0]
    assert item["printed"].replace("-", "") == item["code"]


async def test_bind_a_blank_label_under_its_version(client, add_asset, registrar) -> None:
    asset = await add_asset()
    (blank,) = await make_blank_labels(1, registrar, job="x", stock="a4-3x8")
    code = blank.code
    url = f"/api/v1/labels/{code[:4]}-{code[4:8]}-{code[8:]}/bind"
    stale = await client.post(url, json={"asset": asset.code}, headers={"If-Match": '"7"', "who": "crew"})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    bound = await client.post(url, json={"asset": asset.code}, headers={"If-Match": '"1"', "who": "crew"})
    assert (bound.status_code, bound.json()["state"], bound.headers["etag"]) == (200, "fixed", '"2"')
    twice = await client.post(url, json={"asset": asset.code})
    assert twice.status_code == 409


async def test_one_label_is_read_with_its_version_whatever_its_state(client, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    one = await client.get(f"/api/v1/labels/{code.lower()}")
    assert (one.status_code, one.json()["state"], one.json()["asset"]) == (200, "printed", asset.code)
    assert one.headers["etag"] == '"1"'
    await client.post(f"/api/v1/labels/{code}/void", json={"reason": "spoilt"})
    assert (await client.get(f"/api/v1/labels/{code}")).json()["state"] == "void"
    assert (await client.get("/api/v1/labels/7F3K9QXDY")).status_code == 404
    assert (await client.get("/api/v1/labels/7F3K9QXDZ")).json()["code"] == "bad_check_character"
    assert (await client.get(f"/api/v1/labels/{code}", headers={"who": "nobody"})).status_code == 401


async def test_the_life_of_a_label_each_step_under_its_version(client, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    steps = [("fixed", {"lon": 120.65, "lat": 28.01}), ("worn", None), ("fixed", None), ("replace", None)]
    for version, (step, body) in enumerate(steps, 1):
        url = f"/api/v1/labels/{code}/{step}"
        stale = await client.post(url, json=body, headers={"If-Match": f'"{version + 1}"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale"), step
        done = await client.post(url, json=body, headers={"If-Match": f'"{version}"'})
        assert done.status_code == 200, step
        assert done.headers["etag"] == f'"{done.json()["version"]}"'
    place = await fetchrow("SELECT fixed_lon, fixed_lat FROM label WHERE code = $1", code)
    assert tuple(place) == (120.65, 28.01)
    new = done.json()["code"]
    assert (done.json()["state"], done.json()["asset"]) == ("printed", asset.code)
    assert (await client.get(f"/api/v1/labels/{code}")).json()["successor"] == new
    gone = await client.post(f"/api/v1/labels/{new}/void", json={"reason": "stolen"}, headers={"If-Match": "W/x"})
    assert gone.json()["code"] == "bad_if_match"
    assert (await client.post(f"/api/v1/labels/{new}/void", json={"reason": " "})).json()["code"] == "bad_reason"
    assert (await client.post(f"/api/v1/labels/{new}/void", json={"reason": "stolen"})).json()["state"] == "void"


async def test_the_doors_of_a_label_refuse_as_the_verbs_do(client, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    half = await client.post(f"/api/v1/labels/{code}/fixed", json={"lon": 120.65})
    assert (half.status_code, half.json()["code"]) == (400, "bad_position")
    for step, body in (("fixed", {}), ("worn", None), ("replace", None), ("void", {"reason": "x"})):
        url = f"/api/v1/labels/{code}/{step}"
        assert (await client.post(url, json=body, headers={"who": "nobody"})).status_code == 401, step
        crew = await client.post(url, json=body, headers={"who": "crew"})
        assert crew.status_code == (200 if step in {"fixed", "worn"} else 403), step
        unknown = await client.post(f"/api/v1/labels/7F3K9QXDY/{step}", json=body)
        assert unknown.status_code == 404, step
    await client.post(f"/api/v1/labels/{code}/void", json={"reason": "x"})
    for step, body in (("fixed", None), ("worn", None), ("replace", None), ("void", {"reason": "x"})):
        late = await client.post(f"/api/v1/labels/{code}/{step}", json=body)
        assert (late.status_code, late.json()["code"]) == (409, "no_such_move"), step


async def test_the_sheet_is_a_pdf_of_the_right_labels(client, add_asset, registrar) -> None:
    one = await add_asset("一")
    await add_asset("二", street="南门街道")
    code = (await issue_labels([one.id], registrar))[one.id].code
    sheet = await client.get("/api/v1/labels/sheet.pdf", params={"codes": f"{one.code}, {code}", "start": 24})
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "application/pdf")
    assert (sheet.headers["x-label-count"], sheet.headers["x-page-count"]) == ("1", "1")
    text = pypdfium2.PdfDocument(sheet.content)[0].get_textpage().get_text_range()
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in text
    both = await client.get("/api/v1/labels/sheet.pdf", params={"kind": "public_toilet"})
    assert both.headers["x-label-count"] == "2"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "no_selection"),
        ({"codes": "NOPE"}, "unknown_codes"),
        ({"street": "没有"}, "no_labels"),
        ({"kind": "public_toilet", "stock": "a0"}, "bad_stock"),
        ({"kind": "public_toilet", "start": 99}, "bad_start"),
    ],
)
async def test_a_sheet_that_cannot_be_made_says_why(client, params, code) -> None:
    refused = await client.get("/api/v1/labels/sheet.pdf", params=params)
    assert (refused.status_code, refused.json()["code"]) == (400, code)


async def test_wrong_words_are_refused(client, add_asset) -> None:
    asset = await add_asset()
    assert (await client.post("/api/v1/labels", json={"assets": []})).status_code == 400
    assert (await client.post("/api/v1/labels", json={"assets": ["NOPE"]})).status_code == 400
    assert (await client.get("/api/v1/labels", params={"state": "lost"})).status_code == 400
    wrong = await client.post("/api/v1/labels/7F3K9QXDZ/bind", json={"asset": asset.code})
    assert wrong.json()["code"] == "bad_check_character"
    unknown = await client.post("/api/v1/labels/7F3K9QXDY/bind", json={"asset": asset.code})
    assert unknown.status_code == 404
    header = await client.post(
        "/api/v1/labels/7F3K9QXDY/bind", json={"asset": asset.code}, headers={"If-Match": "yesterday"}
    )
    assert header.json()["code"] == "bad_if_match"


async def test_nobody_without_a_role_gets_in(client, add_asset) -> None:
    asset = await add_asset()
    calls = [
        ("GET", "/api/v1/labels", None),
        ("GET", "/api/v1/labels/sheet.pdf?kind=public_toilet", None),
        ("POST", "/api/v1/labels", {"assets": [asset.code]}),
        ("POST", "/api/v1/labels/7F3K9QXDY/bind", {"asset": asset.code}),
    ]
    for method, url, body in calls:
        assert (await client.request(method, url, json=body, headers={"who": "nobody"})).status_code == 401
    for method, url, body in calls[1:3]:
        assert (await client.request(method, url, json=body, headers={"who": "crew"})).status_code == 403


async def test_the_rest_of_a_batch_becomes_void(client, registrar) -> None:
    await make_blank_labels(3, registrar, job="B1", stock="a4-3x8")
    made = await client.post("/api/v1/label-batches/B1/void", json={"reason": "lost"})
    assert (made.status_code, made.json()) == (200, {"voided": 3})
    assert (await client.post("/api/v1/label-batches/B1/void", json={"reason": "lost"})).status_code == 409
    assert (await client.post("/api/v1/label-batches/B2/void", json={"reason": "lost"})).status_code == 404
    assert (await client.post("/api/v1/label-batches/B1/void", json={"reason": ""})).status_code == 400


async def test_a_request_with_a_key_prints_once(client, add_asset) -> None:
    asset = await add_asset()
    for _ in range(2):
        key = {"idempotency-key": "k"}
        sheet = await client.get("/api/v1/labels/sheet.pdf", params={"codes": asset.code}, headers=key)
        assert sheet.status_code == 200
    assert await fetchval("SELECT count(*) FROM label_print") == 1


async def test_an_unknown_template_and_form_are_refused(client, add_asset) -> None:
    asset = await add_asset()
    refused = [
        await client.get("/api/v1/labels/sheet.pdf", params={"codes": asset.code} | wrong)
        for wrong in ({"template": "none"}, {"form": "docx"}, {"printer": "none"}, {"stock": "a5-poster"})
    ]
    assert [answer.status_code for answer in refused] == [404, 400, 400, 400]


async def test_a_print_job_of_any_size_is_asked_for(client, add_asset, tmp_path) -> None:
    use_settings(load_settings({"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}, data_dir=tmp_path))
    asset = await add_asset()
    key = {"idempotency-key": "k"}
    made = [await client.post("/api/v1/label-jobs", json={"codes": [asset.code]}, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    blank = await client.post("/api/v1/label-jobs", json={"blank": 1000}, headers=key)
    assert blank.json() != made[0].json()
    for wrong in ({}, {"blank": 10_001}, {"kind": "public_toilet", "template": "none"}, {"kind": "x", "start": 99}):
        assert (await client.post("/api/v1/label-jobs", json=wrong)).status_code in {400, 404}
    crew = await client.post("/api/v1/label-jobs", json={"blank": 8}, headers={"who": "crew"})
    assert crew.status_code == 403
