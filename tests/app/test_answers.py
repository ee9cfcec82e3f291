"""Answers at the edges of HTTP: the head alone, numbers out of bounds, unchanged files, faults without their inside."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlencode

import pytest
import structlog

from app.web.logs import configure_logs
from foundation.errors import Invalid
from foundation.principals import Role

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/nowhere", "/static/favicon.svg"])
async def test_the_head_is_that_of_the_whole_answer(browser, path) -> None:
    one = browser(headers={"accept-encoding": "identity"})
    whole, head = await one.get(path), await one.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "content-security-policy"):
        assert head.headers[name] == whole.headers[name]


async def test_a_head_does_nothing_a_post_would(browser) -> None:
    assert (await browser().head("/sign-out")).status_code == 405


async def test_text_says_its_charset_once(browser, bearer) -> None:
    header = await bearer(Role.REGISTRAR)
    asset = await browser().post("/api/v1/assets", json={"kind": "public_toilet", "name": "东门公厕"}, headers=header)
    asked = {"assets": [asset.json()["code"]]}
    label = (await browser().post("/api/v1/labels", json=asked, headers=header)).json()["items"][0]["code"]
    for path in ("/sign-in", "/nowhere", "/metrics", f"/A/{label}"):
        assert (await browser().get(path)).headers["content-type"].count("charset") == 1


async def test_an_unchanged_file_is_not_sent_again(browser) -> None:
    one = browser()
    first = await one.get("/static/favicon.svg")
    again = await one.get("/static/favicon.svg", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await one.get("/static/favicon.svg", headers={"if-none-match": '"other"'})).status_code == 200


async def test_numbers_and_letters_no_database_holds_are_refused(signed_in) -> None:
    one = await signed_in("boss", Role.ADMINISTRATOR, Role.REGISTRAR, headers={"accept-language": "en"})
    for path in ("/desk/accounts/99999999999999999999", "/desk/search?q=%00", "/api/v1/assets?q=%00"):
        answer = await one.get(path)
        assert answer.status_code in {400, 404}, path
        if answer.status_code == 400 and not path.startswith("/api"):
            assert "cannot be read" in answer.text
    odd = await one.get("/desk/assets?limit=x")
    assert odd.status_code < 500


async def test_a_sign_in_page_returns_to_where_one_wanted_to_go(browser) -> None:
    wanted = "/desk/requests?late=1&street=%E4%BA%94%E9%A9%AC"
    answer = await browser().get(wanted)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?" + urlencode({"next": wanted})


def _lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_fault_is_written_without_what_it_was_about(capsys) -> None:
    configure_logs("info")
    log = structlog.get_logger("web")
    try:
        raise ValueError("13800138000")
    except ValueError as error:
        log.error("fault", exc_info=error)
    try:
        raise Invalid("No number in {text}", text="13800138000")
    except Invalid:
        logging.getLogger("labels").exception("the flush failed")
    told = capsys.readouterr().err
    assert "13800138000" not in told
    first, second = _lines(told)
    assert first["fault"][0]["type"] == "ValueError"
    assert "test_a_fault_is_written" in first["fault"][0]["at"][-1]
    assert (second["event"], second["level"]) == ("the flush failed", "error")
    assert second["fault"][0]["text"] == "No number in {text}"


def test_at_debug_a_fault_is_told_whole(capsys) -> None:
    configure_logs("debug")
    try:
        raise ValueError("the whole story")
    except ValueError as error:
        structlog.get_logger("web").error("fault", exc_info=error)
    assert "the whole story" in capsys.readouterr().err
    configure_logs("info")
