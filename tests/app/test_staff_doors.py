"""No door of the desk or of the crews shows anything to somebody without a role, whatever is sent to it."""

from __future__ import annotations

import re

import pytest

from app.pages import PAGES as ROOF
from labels.pages import PAGES as LABELS
from maintenance.pages import PAGES as MAINTENANCE
from registry.pages import PAGES as REGISTRY
from scheduling.pages import PAGES as SCHEDULING

pytestmark = pytest.mark.anyio
STAFF = ("/desk/", "/crew/")
DOORS = sorted(
    (str(method), re.sub(r"\{\w+:str\}", "x", re.sub(r"\{\w+:int\}", "1", path)))
    for page in (*ROOF, *LABELS, *MAINTENANCE, *REGISTRY, *SCHEDULING)
    for path in page.paths
    for method in page.http_methods & {"GET", "POST"}
    if path.startswith(STAFF)
)
NONSENSE = {"version": "x", "sheets": "x", "start": "x", "reason": "", "one": "A", "two": "A"}


def test_there_are_doors() -> None:
    assert len(DOORS) > 60
    assert ("POST", "/desk/labels/x/x") in DOORS


async def test_nobody_signed_in_is_asked_to_sign_in(browser) -> None:
    async with browser() as one:
        for method, path in DOORS:
            answer = await (one.get(path) if method == "GET" else one.post(path, data=NONSENSE))
            asked = (answer.status_code, answer.headers.get("location", "")[:8])
            assert asked in {(303, "/sign-in"), (401, ""), (403, "")}, (method, path, asked)


async def test_an_account_without_a_role_is_shown_nothing(signed_in) -> None:
    one = await signed_in("nobody")
    token = {"_csrf": await one.csrf()}
    for method, path in DOORS:
        answer = await (one.get(path) if method == "GET" else one.post(path, data=NONSENSE | token))
        assert answer.status_code == 403, (method, path, answer.status_code)
        assert "data-row" not in answer.text
