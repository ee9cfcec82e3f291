"""Registering by hand, and what was typed wrong."""

from __future__ import annotations

import html

import pytest

from foundation.database import fetchval
from foundation.principals import Role
from registry.queries import get_asset
from tests.registry.pages.material import values

pytestmark = pytest.mark.anyio


async def test_register_by_hand(desk) -> None:
    page = await desk(Role.REGISTRAR)
    assert "/desk/assets/new?kind=street_tree" in (await page.get("/desk/assets/new")).text
    form = (await page.get("/desk/assets/new?kind=public_toilet")).text
    assert 'name="attributes.class"' in form
    sent = await page.send_form(
        "/desk/assets/new",
        {"kind": "public_toilet", "name": "新厕", "code": "厕%1", "lon": "120.6", "lat": "28", "condition": "2",
         "attributes.class": "first", "attributes.supplies": ["paper", "soap"], "attributes.premium": "true"},
    )  # fmt: skip
    assert sent.status_code == 303
    assert sent.headers["location"] == "/desk/assets/%E5%8E%95%251?notice=registered"
    shown = await page.get(sent.headers["location"])
    assert "Registered." in shown.text
    asset = await get_asset("厕%1")
    assert asset.attributes == {"class": "first", "supplies": ["paper", "soap"], "premium": True}
    assert (asset.lon, asset.condition, asset.status) == (120.6, 2, "intact")


@pytest.mark.parametrize(
    ("fields", "wrong", "status"),
    [
        ({"name": ""}, "Enter a name.", 400),
        ({"lon": "east"}, "This is not a number.", 400),
        ({"lon": "nan", "lat": "1"}, "This is not a number.", 400),
        ({"lon": "120"}, "Give both longitude and latitude", 400),
        ({"condition": "1" * 30}, "This is not a number.", 400),
        ({"status": "broken"}, "Choose one of the list.", 400),
        ({"operating_state": "retired"}, "steps of their own", 400),
        ({"organisation_id": "77"}, "no such organisation", 400),
        ({"attributes.area": "huge"}, "is not a number", 400),
        ({"code": "GC-77"}, "already has this code", 409),
        ({"component_id": "1"}, "17 digits", 400),
        ({"name": "a\x00b"}, "cannot be shown", 400),
    ],
)
async def test_what_was_typed_stays_when_something_is_wrong(desk, add, fields, wrong, status) -> None:
    await add(code="GC-77")
    page = await desk(Role.REGISTRAR)
    typed = {
        "kind": "public_toilet",
        "name": "北门<公厕>",
        "address_en": 'Gate "7"',
        "attributes.remark": "看&看",
    } | fields
    answer = await page.send_form("/desk/assets/new", typed)
    assert answer.status_code == status
    assert wrong in html.unescape(answer.text)
    kept = values(answer.text)
    for name in ("name", "address_en", "attributes.remark", "code", "lon"):
        if name in typed and "\x00" not in typed[name]:
            assert kept[name] == typed[name]
    assert await fetchval("SELECT count(*) FROM asset") == 1
