"""The description of the JSON API: whole, honest about its paths, and read with files of our own."""

from __future__ import annotations

import re

import pytest

from foundation.principals import Role

pytestmark = pytest.mark.anyio
PROMISED = {
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
    "/api/v1/plans/{plan_id}/forecast": {"get"},
    "/api/v1/labels": {"get", "post"},
    "/api/v1/labels/{code}": {"get"},
    "/api/v1/labels/{code}/bind": {"post"},
    "/api/v1/labels/{code}/fixed": {"post"},
    "/api/v1/labels/{code}/replace": {"post"},
    "/api/v1/labels/{code}/void": {"post"},
    "/api/v1/labels/{code}/worn": {"post"},
    "/api/v1/label-jobs": {"post"},
    "/api/v1/labels/sheet.pdf": {"get"},
    "/api/v1/label-templates": {"get", "post"},
    "/api/v1/label-templates/{key}/publish": {"post"},
    "/api/v1/label-templates/{key}/withdraw": {"post"},
    "/api/v1/label-stocks/{key}": {"get", "put", "delete"},
    "/api/v1/label-printers/{key}": {"get", "put", "delete"},
    "/api/v1/jobs/{job_id}": {"get"},
    "/api/v1/jobs/{job_id}/cancel": {"post"},
    "/api/v1/jobs/{job_id}/resume": {"post"},
    "/api/v1/jobs/{job_id}/file": {"get"},
}


async def test_every_promised_address_is_described(browser) -> None:
    described = (await browser().get("/api/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    for path, methods in PROMISED.items():
        assert methods <= set(described["paths"][path]), path
    assert all(path.startswith("/api/v1/") for path in described["paths"])


async def test_the_reading_page_loads_nothing_from_elsewhere(browser, signed_in) -> None:
    page = await browser().get("/api/docs")
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert loaded
    assert all(address.startswith("/") for address in loaded)
    for address in loaded:
        assert (await browser().get(address)).status_code == 200, address
    assert "<style" not in page.text
    assert not re.search(r"<script[^>]*>[^<]", page.text)
    one = await signed_in("reg", Role.REGISTRAR)
    assert f'data-csrf="{await one.csrf()}"' in (await one.get("/api/docs")).text


async def test_an_unknown_address_of_the_api_is_a_problem_in_the_readers_language(browser) -> None:
    answer = await browser().get("/api/nowhere", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no such page."


async def test_every_refusal_is_described_as_the_problem_it_is(browser, bearer) -> None:
    described = (await browser().get("/api/openapi.json")).json()
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, item in described["paths"].items():
        for method, operation in item.items():
            refusals = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
            assert {"400", "401", "403"} <= set(refusals), (path, method)
            assert all(answer["content"] == problem for answer in refusals.values())
            assert operation["tags"] == [path.split("/")[3]]
            keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
            assert keyed == (method == "post")
    said = (await browser().get("/api/v1/assets")).json()
    schema = described["components"]["schemas"]["Problem"]
    assert set(schema["required"]) <= set(said) <= set(schema["properties"])
    assert {"412", "428"} <= set(described["paths"]["/api/v1/assets/{code}"]["patch"]["responses"])


async def test_what_is_said_to_carry_a_version_carries_it(browser, bearer) -> None:
    header = await bearer(Role.REGISTRAR)
    made = await browser().post("/api/v1/assets", json={"kind": "public_toilet", "name": "东门公厕"}, headers=header)
    labels = await browser().post("/api/v1/labels", json={"assets": [made.json()["code"]]}, headers=header)
    code = labels.json()["items"][0]["code"]
    described = (await browser().get("/api/openapi.json")).json()["paths"]
    for path, sent in (("", None), ("/fixed", {"lon": 120.65, "lat": 28.01}), ("/worn", None), ("/replace", None)):
        method = "get" if not path else "post"
        one = await browser().request(method, f"/api/v1/labels/{code}{path}", json=sent, headers=header)
        assert one.headers["etag"] == f'"{one.json()["version"]}"'
        assert "ETag" in described[f"/api/v1/labels/{{code}}{path}"][method]["responses"]["200"]["headers"]
    for coding in ("gzip", "identity"):
        headers = header | {"accept-encoding": coding}
        one = await browser().get(f"/api/v1/assets/{made.json()['code']}", headers=headers)
        assert one.headers["etag"] == f'"{one.json()["version"]}"'
