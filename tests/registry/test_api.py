"""The JSON API of assets as the contract promises it, through the whole program."""

from __future__ import annotations

import re

import pytest

from foundation.database import transaction
from foundation.principals import Role
from registry.queries import get_asset
from registry.service import write_signals

pytestmark = pytest.mark.anyio
ASSETS = "/api/v1/assets"
PROMISED = {
    "code", "kind", "name", "status", "operating_state", "lon", "lat", "address", "attributes", "condition", "label",
    "version",
}  # fmt: skip
CONTRACT = {
    "/api/v1/kinds": {"get"},
    "/api/v1/assets": {"get", "post"},
    "/api/v1/assets/{code}": {"get", "patch"},
    "/api/v1/assets/{code}/history": {"get"},
    "/api/v1/service-requests": {"get", "post"},
    "/api/v1/service-requests/{number}": {"get"},
    "/api/v1/work-orders": {"get", "post"},
    "/api/v1/work-orders/{number}": {"get"},
    "/api/v1/work-orders/{number}/{action}": {"post"},
    "/api/v1/plans": {"get", "post"},
    "/api/v1/plans/{id}/forecast": {"get"},
    "/api/v1/labels": {"get", "post"},
    "/api/v1/labels/{code}": {"get"},
    "/api/v1/labels/{code}/bind": {"post"},
    "/api/v1/labels/{code}/fixed": {"post"},
    "/api/v1/labels/{code}/replace": {"post"},
    "/api/v1/labels/{code}/void": {"post"},
    "/api/v1/labels/{code}/worn": {"post"},
    "/api/v1/label-jobs": {"post"},
    "/api/v1/labels/sheet.pdf": {"get"},
}


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "code"} <= body.keys()
    return body


async def test_register_read_change_read_history(api) -> None:
    client = await api()
    given = {"kind": "public_toilet", "name": "东门公厕", "lon": 120.65, "lat": 28.01, "attributes": {"class": "一类"}}
    made = await client.post(ASSETS, json=given)
    assert made.status_code == 201
    body = made.json()
    assert body.keys() >= PROMISED
    assert (body["code"], body["attributes"], body["label"], body["version"]) == (
        "GC-0001",
        {"class": "first"},
        None,
        1,
    )
    assert (body["status"], body["operating_state"], body["condition"]) == ("intact", "in_service", None)
    assert made.headers["etag"] == '"1"'
    read = await client.get(f"{ASSETS}/GC-0001")
    assert (read.json(), read.headers["etag"]) == (body, '"1"')
    changed = await client.patch(f"{ASSETS}/GC-0001", json={"name": "西门公厕"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["name"]) == (200, '"2"', "西门公厕")
    history = (await client.get(f"{ASSETS}/GC-0001/history")).json()
    assert history["next"] is None
    assert [line["seq"] for line in history["items"]] == [2, 1]
    line = history["items"][1]
    assert line.keys() == {"seq", "at", "kind", "audience", "actor", "summary", "data", "hash"}
    assert (line["kind"], line["audience"]) == ("asset.registered", "public")
    assert line["summary"] == {"zh": "登记入库：东门公厕", "en": "Registered: 东门公厕"}
    assert line["at"] == "2026-11-23T04:00:00Z"
    assert re.fullmatch("[0-9a-f]{64}", line["hash"])


async def test_a_label_is_told_in_its_printed_form(api, add) -> None:
    asset = await add()
    async with transaction():
        await write_signals(asset.id, label_code="7F3K9QXDY")
    assert (await (await api()).get(f"{ASSETS}/{asset.code}")).json()["label"] == "7F3K-9QXD-Y"


async def test_versions_are_asked_for(api, add) -> None:
    client = await api()
    url = f"{ASSETS}/{(await add()).code}"
    change = {"name": "新"}
    assert problem(await client.patch(url, json=change), 428)["code"] == "version_needed"
    for header in ("x", '"x"', "1.0", "*", "", "-1", "٣"):
        problem(await client.patch(url, json=change, headers={"If-Match": header.encode()}), 400)
    assert problem(await client.patch(url, json=change, headers={"If-Match": '"7"'}), 412)["code"] == "stale"
    assert (await client.get(url)).json()["version"] == 1
    assert (await client.patch(url, json=change, headers={"If-Match": 'W/"1"'})).status_code == 200


async def test_wrong_fields_are_named_in_both_languages(api) -> None:
    wrong = {"kind": "street_tree", "name": "", "lon": 200, "lat": 1, "attributes": {"dbh": "thick"}}
    en = problem(await (await api()).post(ASSETS, json=wrong), 400)
    assert {error["field"] for error in en["errors"]} == {"name", "lon", "attributes.dbh"}
    assert "Enter a name." in {error["detail"] for error in en["errors"]}
    zh = problem(await (await api(lang="zh")).post(ASSETS, json=wrong), 400)
    assert zh["code"] == en["code"] == "invalid_fields"
    assert all(re.search("[一-鿿]", error["detail"]) for error in zh["errors"])
    assert re.search("[一-鿿]", zh["detail"] + zh["title"])


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "[]", "{", '"x"', "{}", '{"kind": "public_toilet"}', '{"kind": "public_toilet", "name": null}',
        '{"kind": "public_toilet", "name": "a", "status": "broken"}', '{"kind": "public_toilet", "name": 1}',
        '{"kind": "public_toilet", "name": "a", "adress": "typo"}', '{"kind": 1, "name": "a"}',
        '{"kind": "public_toilet", "name": "a", "lon": "x", "lat": 28}',
        '{"kind": "public_toilet", "name": "\\ud800"}',
        '{"kind": "public_toilet", "name": "a", "organisation_id": 99999999999999999999}',
        '{"kind": "public_toilet", "name": "a", "organisation_id": 99}',
        '{"kind": "public_toilet", "name": "a", "condition": 99999999999}',
        '{"kind": "public_toilet", "name": "a\\u0000b"}', '{"kind": "public_toilet", "name": "a", "attributes": [1]}',
        '{"kind": "public_toilet", "name": "a", "attributes": {"area": {"x": 1}}}',
        '{"kind": "public_toilet", "name": "a", "attributes": {"area": 1e999}}',
        '{"kind": "public_toilet", "name": "a", "geometry": {"type": "Point", "coordinates": "x"}}',
    ],
)  # fmt: skip
async def test_an_unreadable_body_is_refused_in_words(api, body) -> None:
    client = await api()
    answer = await client.post(ASSETS, content=body, headers={"content-type": "application/json"})
    problem(answer, 400)
    assert (await client.get(ASSETS)).json()["items"] == []


async def test_taken_and_unknown(api, add) -> None:
    client = await api()
    asset = await add(code="A-1")
    given = {"kind": "public_toilet", "name": "x", "code": "A-1"}
    taken = problem(await client.post(ASSETS, json=given), 409)
    assert [error["field"] for error in taken["errors"]] == ["code"]
    problem(await client.get(f"{ASSETS}/nothing"), 404)
    problem(await client.get(f"{ASSETS}/nothing/history"), 404)
    problem(await client.patch(f"{ASSETS}/nothing", json={}, headers={"If-Match": '"1"'}), 404)
    problem(await client.post(ASSETS, json={"kind": "castle", "name": "x"}), 404)
    problem(await client.get(ASSETS, params={"kind": "castle"}), 404)
    problem(await client.put(f"{ASSETS}/{asset.code}", json={}), 405)


async def test_nobody_without_a_role(api, add) -> None:
    asset = await add()
    nobody = await api(None)
    stranger = {"authorization": "Bearer nonsense"}
    for path in (ASSETS, f"{ASSETS}/{asset.code}", f"{ASSETS}/{asset.code}/history"):
        assert (await nobody.get(path)).headers["www-authenticate"] == "Bearer"
        problem(await nobody.get(path), 401)
        problem(await nobody.get(path, headers=stranger), 401)
    problem(await nobody.post(ASSETS, json={"kind": "public_toilet", "name": "x"}), 401)
    problem(await nobody.patch(f"{ASSETS}/{asset.code}", json={}, headers={"If-Match": '"1"'}), 401)
    assert await get_asset(asset.code) == asset


@pytest.mark.parametrize("role", [role for role in Role if role != Role.REGISTRAR])
async def test_others_read_only(api, add, role) -> None:
    asset = await add()
    client = await api(role)
    url = f"{ASSETS}/{asset.code}"
    assert (await client.get(ASSETS)).status_code == 200
    assert (await client.get(url)).status_code == 200
    problem(await client.post(ASSETS, json={"kind": "public_toilet", "name": "x"}), 403)
    problem(await client.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'}), 403)
    problem(await client.post(f"{url}/retire", json={"reason": "x"}, headers={"If-Match": '"1"'}), 403)
    problem(await client.post(f"{url}/reinstate", headers={"If-Match": '"1"'}), 403)
    assert await get_asset(asset.code) == asset


async def test_retire_and_reinstate(api, add) -> None:
    client = await api()
    url = f"{ASSETS}/{(await add()).code}"
    problem(await client.post(f"{url}/retire", json={"reason": "拆"}), 428)
    problem(await client.post(f"{url}/retire", json={}, headers={"If-Match": '"1"'}), 400)
    assert problem(await client.post(f"{url}/retire", json={"reason": " "}, headers={"If-Match": '"1"'}), 400)["errors"]
    problem(await client.patch(url, json={"operating_state": "retired"}, headers={"If-Match": '"1"'}), 400)
    gone = await client.post(f"{url}/retire", json={"reason": "拆"}, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.headers["etag"], gone.json()["operating_state"]) == (200, '"2"', "retired")
    assert (await client.get(ASSETS)).json()["items"] == []
    assert len((await client.get(ASSETS, params={"operating_state": "retired"})).json()["items"]) == 1
    problem(await client.post(f"{url}/reinstate", headers={"If-Match": '"1"'}), 412)
    back = await client.post(f"{url}/reinstate", headers={"If-Match": '"2"'})
    assert (back.status_code, back.json()["operating_state"]) == (200, "in_service")
    problem(await client.post(f"{url}/reinstate", headers={"If-Match": '"3"'}), 409)


@pytest.mark.parametrize(
    "params",
    [
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "2,0,1,1"}, {"bbox": "0,0,0,nan"}, {"bbox": "0,0,500,1"},
        {"near": "1"}, {"near": "x,y"}, {"near": "500,1"}, {"near": "nan,1"}, {"near": "1,2,3"}, {"near": "28.0,120.0"},
        {"cursor": "!!"}, {"cursor": "e30"}, {"limit": 0}, {"limit": 501}, {"limit": "many"}, {"limit": -1},
        {"condition": 6}, {"condition": "bad"}, {"condition": 99999999999}, {"status": "broken"},
        {"operating_state": "asleep"}, {"q": "a\0b"}, {"street": "a\0b"}, {"limit": "9" * 30},
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_told_so(api, params) -> None:
    for lang in ("en", "zh"):
        body = problem(await (await api(lang=lang)).get(ASSETS, params=params), 400)
        assert bool(re.search("[一-鿿]", body["title"])) is (lang == "zh")


async def test_filters_of_the_contract(api, add) -> None:
    client = await api()
    await add("东门公厕", condition=2, status="damaged")
    await add("西门树", kind="street_tree", lon=120.7, lat=28.02, street="南汇街道")

    async def found(**params) -> list[str]:
        return [item["name"] for item in (await client.get(ASSETS, params=params)).json()["items"]]

    assert await found() == ["东门公厕", "西门树"]
    assert await found(kind="street_tree") == ["西门树"]
    assert await found(q="门") == ["东门公厕", "西门树"]
    assert await found(q="公厕") == ["东门公厕"]
    assert await found(bbox="120.6,28,120.66,28.1") == ["东门公厕"]
    assert await found(near="120.7,28.02") == ["西门树", "东门公厕"]
    assert await found(status="damaged") == ["东门公厕"]
    assert await found(condition=2) == ["东门公厕"]
    assert await found(street="南汇街道") == ["西门树"]
    assert await found(limit=1) == ["东门公厕"]
    page = (await client.get(ASSETS, params={"limit": 1})).json()
    assert page.keys() == {"items", "next"}
    rest = (await client.get(ASSETS, params={"limit": 1, "cursor": page["next"]})).json()
    assert ([item["name"] for item in rest["items"]], rest["next"]) == (["西门树"], None)


async def test_history_in_pages(api, add) -> None:
    client = await api()
    asset = await add()
    for version in range(1, 4):
        await client.patch(f"{ASSETS}/{asset.code}", json={"name": f"{version}"}, headers={"If-Match": f'"{version}"'})
    url = f"{ASSETS}/{asset.code}/history"
    first = (await client.get(url, params={"limit": 3})).json()
    rest = (await client.get(url, params={"limit": 3, "cursor": first["next"]})).json()
    assert [line["seq"] for line in first["items"] + rest["items"]] == [4, 3, 2, 1]
    assert rest["next"] is None
    for params in ({"limit": 0}, {"cursor": "x"}, {"limit": "x"}):
        problem(await client.get(url, params=params), 400)


async def test_odd_codes_travel_in_addresses(api, add) -> None:
    client = await api()
    for code in ("树-1", "A%20B", "a+b&c=d", "'\"<x>", "A;B,C"):
        await add(code=code)
        read = await client.get(f"{ASSETS}/" + "".join(f"%{byte:02X}" for byte in code.encode()))
        assert read.json()["code"] == code


async def test_the_same_post_twice_registers_once(api) -> None:
    client = await api()
    given, key = {"kind": "public_toilet", "name": "一次"}, {"Idempotency-Key": "k-1"}
    one, two = [await client.post(ASSETS, json=given, headers=key) for _ in range(2)]
    assert one.json() == two.json()
    assert len((await client.get(ASSETS)).json()["items"]) == 1


async def test_the_catalogue(api) -> None:
    body = (await (await api()).get("/api/v1/kinds")).json()
    assert body["next"] is None
    assert [kind["key"] for kind in body["items"]][:6] == [
        "public_toilet", "love_station", "garbage_room", "transfer_station", "street_tree", "pedestrian_bridge",
    ]  # fmt: skip
    assert all({"attributes", "faults", "plans"} <= kind.keys() for kind in body["items"])


async def test_the_document_tells_every_promised_address(api) -> None:
    answer = await (await api(None)).get("/api/openapi.json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")

    def shape(path: str) -> str:
        return re.sub(r"\{[^}]+\}", "{}", path)

    told = {
        shape(path): {method for method in verbs if method != "parameters"} for path, verbs in document["paths"].items()
    }
    assert {path: methods - told.get(shape(path), set()) for path, methods in CONTRACT.items()} == {
        path: set() for path in CONTRACT
    }
    assert [path for path in told if not path.startswith("/api/v1/")] == []
    references = set(re.findall(r'"\$ref":"#/components/([^"]+)"', answer.text))
    for reference in references:
        section, name = reference.split("/", 1)
        assert name in document["components"][section]
    names = [operation["operationId"] for verbs in document["paths"].values() for operation in verbs.values()]
    assert len(names) == len(set(names))
    for path, verbs in document["paths"].items():
        for operation in verbs.values():
            placed = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            assert placed == set(re.findall(r"\{([^}]+)\}", path)), path


async def test_lists_and_records_take_few_statements(api, add, statements) -> None:
    client = await api()
    for n in range(30):
        await add(f"{n}")
    counted = []
    await client.get(ASSETS)  # the first visit also notes when the token was last seen
    for path in (ASSETS, f"{ASSETS}?limit=3", f"{ASSETS}/GC-0001", f"{ASSETS}/GC-0001/history"):
        statements.sent.clear()
        assert (await client.get(path)).status_code == 200
        counted.append(len(statements.sent))
    assert counted[0] == counted[1]
    assert max(counted) <= 5
