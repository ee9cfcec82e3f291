"""A POST sent again with its key: answered again, done once."""

from __future__ import annotations

import asyncio

import pytest

from foundation.database import fetchval
from foundation.principals import Role

pytestmark = pytest.mark.anyio
BODY = {"kind": "public_toilet", "name": "东门公厕"}


async def test_a_repeat_answers_as_before_and_does_nothing(bearer, browser) -> None:
    header = await bearer(Role.REGISTRAR) | {"idempotency-key": "one"}
    first = await browser().post("/api/v1/assets", json=BODY, headers=header)
    again = await browser().post("/api/v1/assets", json=BODY, headers=header)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers.get("etag") == first.headers.get("etag")
    assert again.headers.get("location") == first.headers.get("location")
    assert await fetchval("SELECT count(*) FROM asset") == 1


async def test_a_refusal_is_repeated_too(bearer, browser) -> None:
    header = await bearer(Role.REGISTRAR) | {"idempotency-key": "one"}
    for _ in range(2):
        answer = await browser().post("/api/v1/assets", json={"kind": "nothing", "name": "x"}, headers=header)
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"


async def test_the_same_key_with_another_content_is_refused(bearer, browser) -> None:
    header = await bearer(Role.REGISTRAR) | {"idempotency-key": "one", "accept-language": "en"}
    await browser().post("/api/v1/assets", json=BODY, headers=header)
    other = await browser().post("/api/v1/assets", json=BODY | {"name": "西门公厕"}, headers=header)
    assert other.status_code == 422
    assert "another content" in other.json()["detail"]


async def test_the_same_key_of_another_token_is_another_key(bearer, browser) -> None:
    for name in ("a", "b"):
        header = await bearer(Role.REGISTRAR, name) | {"idempotency-key": "one"}
        assert (await browser().post("/api/v1/assets", json=BODY, headers=header)).status_code == 201
    assert await fetchval("SELECT count(*) FROM asset") == 2


async def test_a_session_keeps_its_keys_when_another_cookie_changes(signed_in) -> None:
    one = await signed_in("reg", Role.REGISTRAR)
    header = {"idempotency-key": "one", "x-csrf-token": await one.csrf()}
    assert (await one.post("/api/v1/assets", json=BODY, headers=header)).status_code == 201
    one.cookies.set("lang", "en")
    assert (await one.post("/api/v1/assets", json=BODY, headers=header)).headers["idempotency-replayed"] == "true"
    assert await fetchval("SELECT count(*) FROM asset") == 1


async def test_five_at_once_do_it_once(bearer, browser) -> None:
    header = await bearer(Role.REGISTRAR) | {"idempotency-key": "one"}
    answers = await asyncio.gather(*(browser().post("/api/v1/assets", json=BODY, headers=header) for _ in range(5)))
    codes = {answer.status_code for answer in answers}
    assert codes <= {201, 409}
    assert 201 in codes
    assert await fetchval("SELECT count(*) FROM asset") == 1


async def test_a_first_request_still_running_answers_409(bearer, browser, program) -> None:
    header = await bearer(Role.REGISTRAR) | {"idempotency-key": "one"}
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def held(scope, receive, send) -> None:
        begun.set()
        await go_on.wait()
        await inner(scope, receive, send)

    inner, program.app.app = program.app.app, held
    first = asyncio.create_task(browser().post("/api/v1/assets", json=BODY, headers=header))
    await begun.wait()
    program.app.app = inner
    second = await browser().post("/api/v1/assets", json=BODY, headers=header)
    go_on.set()
    assert ((await first).status_code, second.status_code) == (201, 409)
    assert (await browser().post("/api/v1/assets", json=BODY, headers=header)).status_code == 201
    assert await fetchval("SELECT count(*) FROM asset") == 1


async def test_what_breaks_after_the_deed_undoes_it_and_may_be_sent_again(bearer, browser, program) -> None:
    header = await bearer(Role.REGISTRAR) | {"idempotency-key": "one"}

    async def breaks(scope, receive, send) -> None:
        async def take(_message) -> None: ...

        await inner(scope, receive, take)
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    inner, program.app.app = program.app.app, breaks
    assert (await browser().post("/api/v1/assets", json=BODY, headers=header)).status_code == 500
    program.app.app = inner
    assert await fetchval("SELECT count(*) FROM asset") == 0
    assert (await browser().post("/api/v1/assets", json=BODY, headers=header)).status_code == 201
    assert await fetchval("SELECT count(*) FROM asset") == 1


async def test_a_key_nobody_can_use_is_refused(bearer, browser) -> None:
    header = await bearer(Role.REGISTRAR)
    for key in (b"\x00", b"k" * 256, b"\xff", b"a\tb"):
        answer = await browser().post("/api/v1/assets", json=BODY, headers={**header, "idempotency-key": key})
        assert answer.status_code == 400
        assert answer.json()["code"] == "bad_key"
    answer = await browser().post("/api/v1/assets", json=BODY, headers={**header, "idempotency-key": "k" * 255})
    assert answer.status_code == 201
