"""Signing in and out: sessions, throttle, redirects, the first run, reset links."""

from __future__ import annotations

import asyncio

import pytest

from app.accounts import disable_account, make_reset_link
from app.pages.account import device_words
from app.pages.signing_in import local_path
from app.sessions import token_hash
from foundation.act import public_act, system_act
from foundation.database import execute, fetchval
from foundation.principals import Role

pytestmark = pytest.mark.anyio


async def test_sign_in_leads_each_role_to_its_work(add_account, browser) -> None:
    await add_account("crew", Role.CREW)
    await add_account("desk", Role.DISPATCHER, Role.CREW)
    await add_account("new")
    for name, home in (("crew", "/crew"), ("desk", "/desk"), ("new", "/account")):
        answer = await browser().sign_in(name)
        assert (answer.status_code, answer.headers["location"]) == (303, home)


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_hosts(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    plain = (await browser().sign_in("desk")).headers["set-cookie"]
    assert plain.startswith("session=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    assert "Domain" not in plain
    secure = (await browser(base_url="https://district.test").sign_in("desk")).headers["set-cookie"]
    assert secure.startswith("__Host-session=")
    assert "Secure" in secure
    assert "HttpOnly" in secure
    assert "Path=/" in secure


async def test_a_planted_session_is_never_taken_over(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    one = browser()
    one.cookies.set("session", "planted-by-somebody-else")
    first = (await one.sign_in("desk")).cookies["session"]
    assert first != "planted-by-somebody-else"
    one.cookies.clear()
    one.cookies.set("session", first)
    answer = await one.sign_in("desk")  # again, with the old session still there
    assert answer.status_code == 303
    second = answer.cookies["session"]
    assert second != first
    assert await fetchval("SELECT count(*) FROM session") == 1
    assert await fetchval("SELECT true FROM session WHERE token_hash = $1", token_hash(second))


async def test_only_a_hash_of_the_token_is_kept(signed_in) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    kept = await fetchval("SELECT row_to_json(s)::text FROM session s")
    assert one.token() not in kept


async def test_wrong_name_and_wrong_password_are_told_apart_by_nobody(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    pages = []
    for name, password in (("desk", "wrong"), ("nobody", "wrong"), ("desk", "")):
        answer = await browser(headers={"accept-language": "en"}).sign_in(name, password)
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers
        pages.append(answer.text.replace(f'value="{name}"', ""))
    assert pages[0] == pages[1] == pages[2]
    assert "Name or password is not right." in pages[0]


async def test_the_throttle_counts_by_name_and_waits_longer_each_time(add_account, browser, clock) -> None:
    await add_account("desk", Role.DISPATCHER)
    for _ in range(5):
        assert (await browser().sign_in("desk", "wrong")).status_code == 400
    blocked = await browser(peer="198.51.100.1", headers={"accept-language": "en"}).sign_in("DESK")
    assert (blocked.status_code, blocked.headers["retry-after"]) == (429, "1")
    assert "Please wait 1 seconds" in blocked.text
    waits = []
    for _ in range(12):
        clock.on(hours=0.3)
        assert (await browser().sign_in("desk", "wrong")).status_code == 400
        waits.append(int((await browser().sign_in("desk")).headers["retry-after"]))
    assert waits == sorted(waits)
    assert waits[0] == 2
    assert waits[-1] == 900
    clock.on(seconds=900)
    assert (await browser().sign_in("desk")).status_code == 303


async def test_the_throttle_holds_against_guesses_at_the_same_moment(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    answers = await asyncio.gather(*(browser().sign_in("desk", f"guess {n}") for n in range(20)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [400] * 5 + [429] * 15


async def test_one_address_cannot_try_many_names(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    codes = [(await browser().sign_in(f"name {n}", "wrong")).status_code for n in range(32)]
    assert codes[:30] == [400] * 30
    assert 429 in codes[30:]
    assert (await browser(peer="198.51.100.1").sign_in("desk")).status_code == 303


async def test_a_right_password_forgets_the_failures(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    for _ in range(3):
        for _ in range(4):
            assert (await browser().sign_in("desk", "wrong")).status_code == 400
        assert (await browser().sign_in("desk")).status_code == 303


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.test/", "//evil.test/", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b", " //evil.test", "evil.test", "/" + "x" * 600, "///evil.test",
    ],
)  # fmt: skip
async def test_no_address_of_another_site_is_gone_to(add_account, browser, goal) -> None:
    await add_account("desk", Role.DISPATCHER)
    assert local_path(goal) is None
    one = browser()
    page = await one.get("/sign-in", params={"next": goal})
    assert 'name="next" value=""' in page.text
    answer = await one.sign_in("desk", next=goal)
    assert answer.headers["location"] == "/desk"
    assert (await one.get("/sign-in", params={"next": goal})).headers["location"] == "/desk"


async def test_after_signing_in_the_page_wanted_is_shown(add_account, browser) -> None:
    await add_account("desk", Role.DISPATCHER)
    one = browser()
    turned = await one.get("/desk/assets?kind=public_toilet&q=a")
    assert turned.status_code == 303
    form = await one.get(turned.headers["location"])
    assert 'name="next" value="/desk/assets?kind=public_toilet&amp;q=a"' in form.text
    answer = await one.sign_in("desk", next="/desk/assets?kind=public_toilet&q=a")
    assert answer.headers["location"] == "/desk/assets?kind=public_toilet&q=a"


async def test_signing_out_ends_the_session_itself(signed_in, browser) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    stolen = one.token()
    answer = await one.send_form("/sign-out")
    assert answer.headers["location"].startswith("/sign-in")
    assert not one.token()
    again = browser()
    again.cookies.set("session", stolen)
    assert (await again.get("/account")).status_code == 303


async def test_a_session_ends_by_itself(signed_in, clock) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    clock.on(hours=11.9)
    assert (await one.get("/account")).status_code == 200
    clock.on(hours=0.2)
    assert (await one.get("/account")).status_code == 303


async def test_a_disabled_account_is_out_at_once(signed_in, add_account, browser, clock) -> None:
    await add_account("boss", Role.ADMINISTRATOR)
    one = await signed_in("desk", Role.DISPATCHER)
    account_id = await fetchval("SELECT id FROM account WHERE name = 'desk'")
    await disable_account(account_id, system_act(clock.now))
    assert (await one.get("/account")).status_code == 303
    assert (await browser().sign_in("desk")).status_code == 400


async def test_the_first_run_makes_one_administrator_and_closes_for_good(browser, program) -> None:
    one, late = browser(), browser(headers={"accept-language": "en"})
    assert "/first-run" in (await one.get("/sign-in")).text
    assert (await one.get("/first-run")).status_code == 200
    weak = await one.post("/first-run", data={"name": "boss", "password": "short", "again": "short"})
    assert weak.status_code == 400
    assert 'value="boss"' in weak.text
    uneven = await one.post("/first-run", data={"name": "boss", "password": "long enough 1", "again": "long enough 2"})
    assert uneven.status_code == 400
    fields = {"name": "boss", "password": "long enough 1", "again": "long enough 1"}
    made = await one.post("/first-run", data=fields)
    assert (made.status_code, made.headers["location"]) == (303, "/desk")
    assert (await one.get("/desk")).status_code == 200
    assert (await late.get("/first-run")).headers["location"] == "/sign-in"
    assert "/first-run" not in (await late.get("/sign-in")).text
    refused = await late.post("/first-run", data=fields | {"name": "thief"})
    assert refused.status_code == 409
    assert "has its administrator already" in refused.text
    assert await fetchval("SELECT count(*) FROM account") == 1


async def test_two_first_runs_at_once_make_one_administrator(browser) -> None:
    fields = [{"name": f"boss {n}", "password": "long enough 1", "again": "long enough 1"} for n in range(4)]
    answers = await asyncio.gather(*(browser().post("/first-run", data=one) for one in fields))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]


async def test_a_reset_link_works_once_and_ends_every_session(signed_in, browser, clock) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    account_id = await fetchval("SELECT id FROM account WHERE name = 'desk'")
    token = await make_reset_link(account_id, system_act(clock.now))
    other = browser(headers={"accept-language": "en"})
    page = await other.get(f"/reset/{token}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    new = {"password": "a new long one", "again": "a new long one"}
    assert (await other.post(f"/reset/{token}", data=new | {"again": "x"})).status_code == 400
    assert (
        await other.post(f"/reset/{token}", data={"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"})
    ).status_code == 400
    assert (await other.post(f"/reset/{token}", data=new)).status_code == 303
    assert (await one.get("/account")).status_code == 303
    assert (await other.post(f"/reset/{token}", data=new)).status_code == 404
    assert (await other.get(f"/reset/{token}")).status_code == 404
    assert (await other.sign_in("desk", "a new long one")).status_code == 303


async def test_a_reset_link_ends_after_a_day_and_when_a_newer_one_is_made(add_account, browser, clock) -> None:
    account_id = await add_account("desk", Role.DISPATCHER)
    first = await make_reset_link(account_id, system_act(clock.now))
    second = await make_reset_link(account_id, system_act(clock.now))
    assert (await browser().get(f"/reset/{first}")).status_code == 404
    assert (await browser().get(f"/reset/{second}")).status_code == 200
    clock.on(hours=25)
    new = {"password": "a new long one", "again": "a new long one"}
    assert (await browser().post(f"/reset/{second}", data=new)).status_code == 404


async def test_a_new_password_lifts_the_wait_of_the_throttle(add_account, browser, clock) -> None:
    account_id = await add_account("desk", Role.DISPATCHER)
    for _ in range(6):
        await browser().sign_in("desk", "wrong")
    token = await make_reset_link(account_id, system_act(clock.now))
    new = {"password": "a new long one", "again": "a new long one"}
    await browser(peer="198.51.100.1").post(f"/reset/{token}", data=new)
    assert (await browser(peer="198.51.100.1").sign_in("desk", "a new long one")).status_code == 303


async def test_the_account_page_ends_other_sessions_and_changes_the_password(signed_in, browser) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    other = browser(headers={"user-agent": "<b>Phone</b>"})
    await other.sign_in("desk")
    page = await one.get("/account")
    assert "&lt;b&gt;Phone&lt;/b&gt;" in page.text
    theirs = await fetchval("SELECT id FROM session WHERE token_hash = $1", token_hash(other.token()))
    assert (await one.send_form(f"/account/sessions/{theirs}/end")).status_code == 303
    assert (await other.get("/account")).status_code == 303
    await other.sign_in("desk")
    new = {"password": "a new long one", "again": "a new long one"}
    assert (await one.send_form("/account/password", old="wrong", **new)).status_code == 400
    assert (await one.send_form("/account/password", old="three brown horses", **new)).status_code == 303
    assert (await one.get("/account")).status_code == 200
    assert (await other.get("/account")).status_code == 303


async def test_nobody_ends_the_session_of_another(signed_in) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    other = await signed_in("plan", Role.PLANNER)
    theirs = await fetchval("SELECT id FROM session WHERE token_hash = $1", token_hash(other.token()))
    await one.send_form(f"/account/sessions/{theirs}/end")
    assert (await other.get("/account")).status_code == 200


async def test_the_language_stays_with_the_account(signed_in, browser) -> None:
    one = await signed_in("desk", Role.DISPATCHER)
    assert "我的账号" in (await one.get("/account")).text
    answer = await one.send_form("/account/language", lang="en")
    assert "My account" in (await one.get(answer.headers["location"])).text
    assert "My account" in (await one.get("/account")).text
    other = browser()
    await other.sign_in("desk")
    assert "My account" in (await other.get("/account")).text
    assert (await one.send_form("/account/language", lang="fr")).status_code == 400


async def test_expired_sessions_are_swept_away(signed_in, browser, clock) -> None:
    await signed_in("desk", Role.DISPATCHER)
    await execute("UPDATE session SET expires_at = $1", clock.now)
    clock.on(minutes=1)
    await browser().sign_in("desk")
    assert await fetchval("SELECT count(*) FROM session") == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_two_words(agent, words) -> None:
    assert device_words(agent, public_act(lang="en")) == words
