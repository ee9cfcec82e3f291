"""Accounts and tokens from the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts import verify_password
from foundation.database import fetchval

pytestmark = pytest.mark.anyio


async def kept_password(name: str) -> str:
    return str(await fetchval("SELECT password_hash FROM account WHERE name = $1", name))


async def test_the_password_is_the_first_line_of_standard_input(facility: Any, database: str) -> None:
    done = facility("account", "add", "chen", "--role", "registrar", said="three brown horses\nand more\n")
    assert done.returncode == 0
    assert "three" not in done.stdout + done.stderr
    assert await verify_password("three brown horses", await kept_password("chen"))


async def test_without_one_it_is_made_up_and_shown_once(facility: Any, database: str) -> None:
    done = facility("account", "add", "li", "--role", "crew", "--role", "inspector")
    password = done.stdout.strip().rsplit(" ", 1)[1]
    assert await verify_password(password, await kept_password("li"))
    roles = await fetchval("SELECT string_agg(role, ' ' ORDER BY role) FROM account_grant")
    assert roles == "crew inspector"


async def test_a_weak_password_and_a_name_in_use_are_refused(facility: Any, database: str, sentence: Any) -> None:
    assert "password" in sentence(facility("account", "add", "wu", "--role", "crew", said="1234\n"))
    assert facility("account", "add", "wu", "--role", "crew").returncode == 0
    assert "already" in sentence(facility("account", "add", "WU", "--role", "crew"))
    assert await fetchval("SELECT count(*) FROM account") == 1


async def test_a_token_is_answered_as_json_alone(facility: Any, database: str) -> None:
    answer = facility.json("token", "add", "city platform", "--role", "registrar")
    assert list(answer) == ["token"]
    assert await fetchval("SELECT count(*) FROM api_token") == 1
    assert (
        await fetchval("SELECT count(*) FROM api_token WHERE token_hash::text LIKE '%' || $1 || '%'", answer["token"])
        == 0
    )
