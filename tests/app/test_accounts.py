"""The administrator's pages: accounts, roles with their scope, reset links; and what a role may not do."""

from __future__ import annotations

import re

import pytest

from app.accounts import GrantWanted
from foundation.database import fetch, fetchval
from foundation.principals import Role
from registry.schemas import AssetCreate
from registry.service import register_asset

pytestmark = pytest.mark.anyio
EN = {"accept-language": "en"}


async def grants_of(account_id: int) -> list[tuple[str, int | None, list[str]]]:
    rows = await fetch(
        "SELECT role, organisation_id, streets FROM account_grant WHERE account_id = $1 ORDER BY role", account_id
    )
    return [(row["role"], row["organisation_id"], list(row["streets"])) for row in rows]


async def organisation() -> int:
    found: int = await fetchval("INSERT INTO organisation (name) VALUES ('环卫处') RETURNING id")
    return found


async def test_an_administrator_creates_an_account_with_a_scope(signed_in, browser) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR, headers=EN)
    bureau = await organisation()
    made = await boss.send_form(
        "/desk/accounts",
        name="  li  hua ",
        display_name="<b>Li</b>",
        role=["registrar", "crew"],
        organisation_id=str(bureau),
        streets=["五马街道", "南门街道"],
    )
    assert made.status_code == 303
    account_id = int(re.findall(r"/desk/accounts/(\d+)", made.headers["location"])[0])
    scope = (bureau, ["五马街道", "南门街道"])
    found = await grants_of(account_id)
    assert [grant[0] for grant in found] == ["crew", "registrar"]
    assert all(grant[1] == bureau and set(grant[2]) == set(scope[1]) for grant in found)
    page = await boss.get(f"/desk/accounts/{account_id}")
    assert "&lt;b&gt;Li&lt;/b&gt;" in page.text
    assert "Registrar (环卫处; " in page.text
    assert "No password yet" in page.text
    assert "li hua" in (await boss.get("/desk/accounts")).text


async def test_the_reset_link_is_shown_once_and_opens_the_account(signed_in, add_account, browser) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR)
    account_id = await add_account("crew", Role.CREW, password=None)
    assert (await browser().sign_in("crew", "")).status_code == 400
    page = await boss.send_form(f"/desk/accounts/{account_id}/reset")
    assert page.headers["cache-control"] == "no-store"
    link = re.search(r"https://district\.test(/reset/[\w-]+)", page.text)
    assert link
    assert "/reset/" not in (await boss.get(f"/desk/accounts/{account_id}")).text.replace(f"{account_id}/reset", "")
    new = {"password": "a new long one", "again": "a new long one"}
    assert (await browser().post(link[1], data=new)).status_code == 303
    assert (await browser().sign_in("crew", "a new long one")).status_code == 303


async def test_what_is_wrong_comes_back_with_what_was_typed(signed_in) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR, headers=EN)
    taken = await boss.send_form("/desk/accounts", name="BOSS", display_name="Second", role="crew")
    assert taken.status_code == 409
    assert "There is an account of this name already." in taken.text
    assert 'value="Second"' in taken.text
    for fields in ({"name": "", "role": "crew"}, {"name": "x" * 61}, {"name": "x", "role": "king"}):
        assert (await boss.send_form("/desk/accounts", **fields)).status_code == 400
    for organisation_id in ("x", "99999999999999999999", "²"):
        answer = await boss.send_form("/desk/accounts", name="x", role="crew", organisation_id=organisation_id)
        assert answer.status_code == 400
    assert (await boss.send_form("/desk/accounts", name="x", role="crew", organisation_id="77")).status_code == 400
    assert await fetchval("SELECT count(*) FROM account") == 1


async def test_roles_are_given_and_taken_and_act_at_once(signed_in, add_account, browser) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR)
    desk = await signed_in("desk")
    assert (await desk.get("/desk")).status_code == 403
    account_id = await fetchval("SELECT id FROM account WHERE name = 'desk'")
    assert (await boss.send_form(f"/desk/accounts/{account_id}/grant", role="dispatcher")).status_code == 303
    assert (await desk.get("/desk")).status_code == 200
    grant = await fetchval("SELECT id FROM account_grant WHERE account_id = $1", account_id)
    assert (await boss.send_form(f"/desk/accounts/{account_id}/revoke", grant=str(grant))).status_code == 303
    assert (await desk.get("/desk")).status_code == 403


async def test_the_last_administrator_stays(signed_in) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR, headers=EN)
    account_id = await fetchval("SELECT id FROM account")
    grant = await fetchval("SELECT id FROM account_grant")
    for deed, fields in (("disable", {}), ("revoke", {"grant": str(grant)})):
        refused = await boss.send_form(f"/desk/accounts/{account_id}/{deed}", **fields)
        assert refused.status_code == 409
        assert "needs an administrator" in refused.text
    assert (await boss.get("/desk/accounts")).status_code == 200


async def test_disabling_and_enabling(signed_in, browser) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR)
    desk = await signed_in("desk", Role.DISPATCHER)
    account_id = await fetchval("SELECT id FROM account WHERE name = 'desk'")
    await boss.send_form(f"/desk/accounts/{account_id}/disable")
    assert (await desk.get("/desk")).status_code == 303
    await boss.send_form(f"/desk/accounts/{account_id}/enable")
    assert (await desk.get("/desk")).status_code == 303  # the old session stays dead
    assert (await browser().sign_in("desk")).status_code == 303


async def test_an_account_joins_and_leaves_crews(signed_in, add_account) -> None:
    boss = await signed_in("boss", Role.ADMINISTRATOR, headers=EN)
    account_id = await add_account("crew", Role.CREW)
    crews = [await fetchval("INSERT INTO crew (name) VALUES ($1) RETURNING id", name) for name in ("一班", "二班")]
    await boss.send_form(f"/desk/accounts/{account_id}/crews", crew=[str(crew) for crew in crews])
    page = await boss.get(f"/desk/accounts/{account_id}")
    assert page.text.count(" checked") == 2
    await boss.send_form(f"/desk/accounts/{account_id}/crews", crew=str(crews[1]))
    assert await fetchval("SELECT crew_id FROM account_crew WHERE account_id = $1", account_id) == crews[1]
    for wrong in ("77", "²", "9" * 30):
        answer = await boss.send_form(f"/desk/accounts/{account_id}/crews", crew=wrong)
        assert answer.status_code == 400
    assert (await boss.send_form(f"/desk/accounts/{account_id}/polish")).status_code == 400
    assert (await boss.get("/desk/accounts/77")).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_no_other_role_sees_or_changes_accounts(signed_in, role) -> None:
    one = await signed_in("one", role, headers=EN)
    account_id = await fetchval("SELECT id FROM account")
    assert (await one.get("/desk/accounts")).status_code == 403
    assert (await one.get(f"/desk/accounts/{account_id}")).status_code == 403
    assert (await one.send_form("/desk/accounts", name="x", role="administrator")).status_code == 403
    for deed in ("grant", "revoke", "reset", "disable", "enable", "crews"):
        answer = await one.send_form(f"/desk/accounts/{account_id}/{deed}", role="administrator")
        assert answer.status_code == 403
    assert "/desk/accounts" not in (await one.get("/desk")).text


async def test_a_scope_holds_through_pages_and_the_api(signed_in, program, clock, bearer) -> None:
    from foundation.act import system_act

    bureau = await organisation()
    wanted = GrantWanted(Role.REGISTRAR, bureau, ("五马街道",))
    one = await signed_in("reg", wanted)
    for street, organisation_id, status in (
        ("五马街道", bureau, 200),
        ("南门街道", bureau, 403),
        ("五马街道", None, 403),
    ):
        created = AssetCreate(kind="public_toilet", name="公厕", street=street, organisation_id=organisation_id)
        asset = await register_asset(created, system_act(clock.now))
        header = {"x-csrf-token": await one.csrf(), "if-match": f'"{asset.version}"'}
        answer = await one.patch(f"/api/v1/assets/{asset.code}", json={"name": "东门公厕"}, headers=header)
        assert answer.status_code == status
        page = await one.send_form(f"/desk/assets/{asset.code}/retire", reason="x", version=str(asset.version + 1))
        assert page.status_code in ({303} if status == 200 else {403})


async def test_a_token_of_a_low_role_is_refused_in_words(bearer, browser) -> None:
    header = await bearer(Role.CREW) | EN
    answer = await browser().post("/api/v1/assets", json={"kind": "public_toilet", "name": "x"}, headers=header)
    assert answer.status_code == 403
    assert "registrar" in answer.json()["detail"]
    assert (await browser().get("/desk/accounts", headers=header)).status_code == 403
