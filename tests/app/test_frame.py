"""What surrounds every answer: origin and token of forms, headers, sizes, proxies, compression, languages, logs."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from app.accounts import make_reset_link
from app.web.client import client_hash, client_of, networks
from foundation.act import system_act
from foundation.database import close_database, fetchval, open_database
from foundation.principals import Role

pytestmark = pytest.mark.anyio
EN = {"accept-language": "en"}


def problem(answer: httpx.Response) -> dict:
    assert answer.headers["content-type"] == "application/problem+json"
    found = json.loads(answer.text)
    assert found["status"] == answer.status_code
    assert found["title"]
    assert found["detail"]
    assert found["code"]
    return found


async def test_a_form_without_its_token_changes_nothing(signed_in) -> None:
    one = await signed_in("boss", Role.ADMINISTRATOR)
    for fields in ({}, {"_csrf": ""}, {"_csrf": "x" * 32}, {"_csrf": "语"}):
        answer = await one.post("/desk/accounts", data={"name": "thief", "role": "crew", **fields}, headers=EN)
        assert answer.status_code == 403
        assert "grown old" in answer.text
    assert await fetchval("SELECT count(*) FROM account") == 1
    assert (await one.send_form("/desk/accounts", name="friend", role="crew")).status_code == 303


async def test_the_token_of_one_session_is_no_use_in_another(signed_in) -> None:
    one = await signed_in("boss", Role.ADMINISTRATOR)
    other = await signed_in("boss 2", Role.ADMINISTRATOR)
    stolen = await other.csrf()
    assert (await one.post("/desk/accounts", data={"name": "x", "role": "crew", "_csrf": stolen})).status_code == 403


async def test_json_with_a_session_needs_the_token_too(signed_in) -> None:
    one = await signed_in("reg", Role.REGISTRAR)
    body = {"kind": "public_toilet", "name": "东门公厕"}
    refused = await one.post("/api/v1/assets", json=body)
    assert (refused.status_code, problem(refused)["code"]) == (403, "csrf")
    text = await one.post("/api/v1/assets", content=json.dumps(body), headers={"content-type": "text/plain"})
    assert text.status_code == 403
    made = await one.post("/api/v1/assets", json=body, headers={"x-csrf-token": await one.csrf()})
    assert made.status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"}, {"origin": "http://district.test.evil.test"},
    ],
)  # fmt: skip
async def test_a_form_sent_from_another_site_is_refused(signed_in, add_account, browser, headers) -> None:
    one = await signed_in("boss", Role.ADMINISTRATOR)
    fields = {"name": "friend", "role": "crew", "_csrf": await one.csrf()}
    assert (await one.post("/desk/accounts", data=fields, headers=headers)).status_code == 403
    nobody = browser(headers=EN)
    answer = await nobody.post("/sign-in", data={"name": "boss", "password": "three brown horses"}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "set-cookie" not in answer.headers
    own = {"origin": "http://district.test", "sec-fetch-site": "same-origin"}
    assert (await one.post("/desk/accounts", data=fields, headers=own)).status_code == 303


async def test_a_bearer_token_needs_no_form_token_and_a_false_one_is_refused(bearer, browser) -> None:
    header = await bearer(Role.REGISTRAR)
    body = {"kind": "public_toilet", "name": "东门公厕"}
    assert (await browser().post("/api/v1/assets", json=body, headers=header)).status_code == 201
    for wrong in ("Bearer fr_nonsense", "bearer ", "Bearer \xff".encode("latin-1")):
        answer = await browser().get("/api/v1/assets", headers={"authorization": wrong})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        problem(answer)


PUBLIC = (
    "/", "/sign-in", "/first-run", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/nowhere", "/api/v1/nowhere",
    "/static/nothing.css", "/A/0", "/R/0", "/map/data", "/api/docs", "/desk", "/reset/0",
)  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
async def test_every_answer_carries_the_security_headers(browser, path) -> None:
    answer = await browser().get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in answer.headers
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    assert "server" not in answer.headers
    secure = await browser(base_url="https://district.test").get(path)
    assert secure.headers["strict-transport-security"].startswith("max-age=")
    assert answer.status_code < 500


async def test_pages_of_a_session_are_kept_by_no_cache(signed_in) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    assert (await one.get("/desk")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "一次提交的内容过多"), ("en", "That is too much at once.")])
async def test_twenty_megabytes_are_refused_in_words(browser, bearer, signed_in, lang, words) -> None:
    header = await bearer(Role.REGISTRAR)
    one = await signed_in("boss", Role.ADMINISTRATOR)
    big = b"x" * (20 * 1024 * 1024)
    spoken = {"accept-language": lang}
    page = await browser().post(
        "/sign-in", content=big, headers=spoken | {"content-type": "application/x-www-form-urlencoded"}
    )
    assert page.status_code == 413
    assert words in page.text
    assert "12 MB" in page.text
    own = await one.post("/desk/accounts", files={"photo": big}, headers=spoken)
    assert own.status_code == 413
    assert words in own.text
    for extra in ({}, {"idempotency-key": "big"}):
        told = await browser().post("/api/v1/assets", content=big, headers=spoken | header | extra)
        assert told.status_code == 413
        assert words in problem(told)["detail"]


async def test_a_stream_without_a_length_is_cut_off_too(browser) -> None:
    async def endless():
        for _ in range(20):
            yield b"name=" + b"x" * 1024 * 1024

    answer = await browser().post(
        "/sign-in", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "没有这个页面"), ("en", "There is no such page.")])
async def test_a_missing_page_is_told_in_the_readers_language(browser, lang, words) -> None:
    one = browser(headers={"accept-language": lang})
    page = await one.get("/nowhere")
    assert page.status_code == 404
    assert words in page.text
    assert f'<html lang="{lang}"' in page.text
    assert problem(await one.get("/api/v1/nowhere"))["detail"] == words.rstrip("。") + ("。" if lang == "zh-CN" else "")


async def test_the_address_asks_for_a_language_and_the_browser_keeps_it(browser) -> None:
    one = browser(headers={"accept-language": "zh-CN"})
    first = await one.get("/sign-in?lang=en")
    assert '<html lang="en"' in first.text
    assert "lang=en" in first.headers["set-cookie"]
    assert '<html lang="en"' in (await one.get("/sign-in")).text
    assert '<html lang="zh-CN"' in (await one.get("/sign-in?lang=xx", headers={"cookie": "lang=\x00"})).text


async def test_a_wrong_method_is_refused_in_words(browser) -> None:
    answer = await browser(headers=EN).put("/sign-in")
    assert answer.status_code == 405
    assert "PUT" in answer.text


async def test_a_trusted_proxy_is_believed_and_nobody_else(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "198.51.100.9"}
    through = await browser(peer="10.1.2.3").post(
        "/sign-in", data={"name": "desk", "password": "three brown horses"}, headers=forwarded
    )
    assert through.headers["set-cookie"].startswith("__Host-session=")
    direct = await browser(peer="203.0.113.9").post(
        "/sign-in", data={"name": "desk", "password": "three brown horses"}, headers=forwarded
    )
    assert direct.headers["set-cookie"].startswith("session=")


def test_the_client_is_the_nearest_hop_that_is_not_a_proxy() -> None:
    trusted = networks("10.0.0.0/8, fd00::/8")
    assert client_of("10.0.0.1", ["1.1.1.1, 198.51.100.9, 10.0.0.2"], "https", "http", trusted) == (
        "198.51.100.9",
        "https",
    )
    assert client_of("10.0.0.1", ["1.1.1.1", "198.51.100.9"], None, "http", trusted) == ("198.51.100.9", "http")
    assert client_of("10.0.0.1", ["<script>"], "https", "http", trusted) == ("10.0.0.1", "https")
    assert client_of("203.0.113.7", ["1.1.1.1"], "https", "http", trusted) == ("203.0.113.7", "http")
    assert client_of("10.0.0.1", ["1.1.1.1"], "https", "http", ()) == ("10.0.0.1", "http")
    assert client_of("fd00::1", ["2001:db8::9"], "http", "http", trusted) == ("2001:db8::9", "http")


def test_one_holder_of_many_addresses_is_one_client() -> None:
    assert client_hash("2001:db8:1:2::1") == client_hash("2001:db8:1:2:ffff::9")
    assert client_hash("2001:db8:1:2::1") != client_hash("2001:db8:1:3::1")
    assert client_hash("::ffff:203.0.113.7") == client_hash("203.0.113.7") != client_hash("203.0.113.8")
    assert client_hash("fe80::1%eth0")
    assert client_hash("nonsense")


async def test_a_changing_forwarded_for_does_not_escape_the_throttle(add_account, browser) -> None:
    codes = []
    for n in range(32):
        answer = await browser().post(
            "/sign-in", data={"name": f"n{n}", "password": "x"}, headers={"x-forwarded-for": f"198.51.100.{n}"}
        )
        codes.append(answer.status_code)
    assert 429 in codes


async def test_pages_are_compressed_for_whoever_reads_it(browser) -> None:
    async with browser().stream("GET", "/sign-in", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(raw)
    assert b"<html" in gzip.decompress(raw)
    plain = await browser().get("/sign-in", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


async def test_built_files_are_kept_for_a_year_and_nothing_else_is_reachable(browser) -> None:
    one = browser()
    css = re.search(r'href="(/static/build/message[^"]+)"', (await one.get("/sign-in")).text)
    assert css
    answer = await one.get(css[1], headers={"accept-encoding": "identity"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    assert (await one.get(css[1], headers={"accept-encoding": "gzip"})).headers["content-encoding"] == "gzip"
    for path in (
        "/static/../composition.py", "/static/%2e%2e/composition.py", "/static/..%2fcomposition.py",
        "/static/build/../../composition.py", "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/build/.stamp",
        "/static/build", "/static/", css[1] + ".gz", "/static/build/%00", "/static/" + "a" * 5000,
    ):  # fmt: skip
        request = httpx.Request("GET", "http://district.test/x")
        request.url = httpx.URL("http://district.test").copy_with(raw_path=path.encode())
        assert (await one.send(request)).status_code in {404, 405}, path[:80]


async def test_the_log_holds_routes_and_no_persons(signed_in, browser, clock, capsys, program) -> None:
    import structlog

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    one = await signed_in("Wang Xiaoming", Role.ADMINISTRATOR, headers={"user-agent": "Pocket 9"})
    account_id = await fetchval("SELECT id FROM account")
    secret = await make_reset_link(account_id, system_act(clock.now))
    await browser().get(f"/reset/{secret}")
    await browser().get("/R/a-very-secret-token?phone=13800138000")
    await browser().get("/A/7F3K9QXDY")
    await browser().get("/nowhere/13800138000")
    await browser().sign_in("Wang Xiaoming", "wrong password here")
    await one.get("/desk/search?q=13800138000")
    told = capsys.readouterr()
    lines = told.err + told.out
    assert '"route": "/R/{token}"' in lines
    assert '"status"' in lines
    for private in (
        secret, "a-very-secret-token", "13800138000", "Wang", "Pocket", "203.0.113.7", "7F3K9QXDY", "wrong password",
        one.token(),
    ):  # fmt: skip
        assert private not in lines


async def test_a_database_that_goes_away_is_told_and_comes_back(browser, database, pg_url, tmp_path) -> None:
    parts = urlsplit(database)
    where = parse_qs(parts.query)
    socket = f".s.PGSQL.{where['port'][0]}"
    door = tmp_path / socket  # a way to the server that can be shut
    door.symlink_to(Path(where["host"][0]) / socket)
    await close_database()
    await open_database(urlunsplit(parts._replace(query=urlencode({"host": tmp_path, "port": where["port"][0]}))))
    one = browser(headers=EN)
    assert (await one.get("/readyz")).status_code == 200
    door.unlink()
    keeper = await asyncpg.connect(pg_url)
    await keeper.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", parts.path.lstrip("/")
    )
    await keeper.close()
    assert (await one.get("/healthz")).status_code == 200
    assert (await one.get("/readyz")).status_code == 503
    page = await one.post("/sign-in", data={"name": "a", "password": "b"})
    assert page.status_code == 503
    assert "try again in a moment" in page.text
    for headers in ({}, {"idempotency-key": "one"}):
        told = await one.post("/api/v1/assets", json={}, headers={"authorization": "Bearer fr_x"} | headers)
        assert told.status_code == 503
        problem(told)
    door.symlink_to(Path(where["host"][0]) / socket)
    assert (await one.get("/readyz")).status_code == 200


async def test_the_figures_name_routes_only(browser) -> None:
    one = browser()
    await one.get("/R/a-very-secret-token")
    await one.get("/nowhere/else")
    figures = (await one.get("/metrics")).text
    assert 'route="/R/{token}"' in figures
    assert "secret" not in figures
    assert "nowhere" not in figures
