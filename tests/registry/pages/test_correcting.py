"""Correcting, retiring and bringing back by hand."""

from __future__ import annotations

import pytest

from app.accounts import GrantWanted
from foundation.principals import Role
from registry.queries import find_history, get_asset
from registry.schemas import AssetUpdate
from registry.service import update_asset
from tests.registry.pages.material import typed_again, values

pytestmark = pytest.mark.anyio


async def test_correct_by_hand(desk, add) -> None:
    asset = await add("旧", attributes={"class": "first", "supplies": ["paper"], "area": 3}, condition=2)
    page = await desk(Role.REGISTRAR)
    url = f"/desk/assets/{asset.code}/edit"
    form = values((await page.get(url)).text)
    assert form["name"] == "旧"
    assert form["version"] == "1"
    assert form["attributes.area"] == "3"
    sent = await page.send_form(url, {**typed_again(asset), "name": "新", "attributes.area": ""})
    assert sent.status_code == 303
    after = await get_asset(asset.code)
    assert (after.name, after.condition, after.version) == ("新", 2, 2)
    assert after.attributes == {"class": "first", "supplies": ["paper"]}
    assert (await find_history(asset.id)).items[0].data == {"fields": ["attributes", "name"]}


async def test_a_form_sent_back_untouched_changes_nothing(desk, add) -> None:
    asset = await add(
        attributes={"class": "first", "supplies": ["paper", "soap"], "area": 41.5, "premium": False,
                    "open_hours": "06:00-22:00", "built_on": "2001-05-01", "photos": ["a.jpg", "b.jpg"]},
        condition=3, lon=120.1234567, component_id="33030200101000001", name_en="x",
    )  # fmt: skip
    page = await desk(Role.REGISTRAR)
    sent = await page.send_form(f"/desk/assets/{asset.code}/edit", typed_again(asset))
    assert sent.status_code == 303
    assert await get_asset(asset.code) == asset


async def test_somebody_else_was_faster(desk, add, registrar) -> None:
    asset = await add("甲", address="旧址")
    page = await desk(Role.REGISTRAR)
    url = f"/desk/assets/{asset.code}/edit"
    mine = {**typed_again(asset), "name": "我的"}
    await update_asset(asset.code, AssetUpdate(address="新址"), 1, registrar)
    answer = await page.send_form(url, mine)
    assert answer.status_code == 412
    kept = values(answer.text)
    assert (kept["name"], kept["address"], kept["version"]) == ("我的", "旧址", "2")
    assert "On record now" in answer.text
    assert "新址" in answer.text
    assert (await get_asset(asset.code)).name == "甲"
    assert (await page.send_form(url, {**mine, "address": "新址", "version": kept["version"]})).status_code == 303
    assert (await get_asset(asset.code)).address == "新址"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
async def test_a_form_without_its_version_is_not_taken(desk, add, version) -> None:
    asset = await add()
    page = await desk(Role.REGISTRAR)
    for path, fields in (("edit", {"name": "x"}), ("retire", {"reason": "x"}), ("reinstate", {})):
        answer = await page.send_form(f"/desk/assets/{asset.code}/{path}", {**fields, "version": version})
        assert answer.status_code == 400
    assert await get_asset(asset.code) == asset


async def test_who_may_not_edit_sees_no_form(desk, add) -> None:
    asset = await add()
    for roles in ((Role.DISPATCHER,), (GrantWanted(Role.REGISTRAR, streets=("南汇街道",)),)):
        page = await desk(*roles)
        assert (await page.get(f"/desk/assets/{asset.code}/edit")).status_code == 403
        answer = await page.send_form(f"/desk/assets/{asset.code}/edit", {**typed_again(asset), "name": "抢"})
        assert answer.status_code == 403
        assert (
            await page.send_form(f"/desk/assets/{asset.code}/retire", {"reason": "x", "version": "1"})
        ).status_code == 403
    assert (await (await desk(Role.CREW)).get("/desk/assets/new")).status_code == 403
    assert (await (await desk()).get("/desk/assets/new")).status_code in {303, 401}
    scoped = await desk(GrantWanted(Role.REGISTRAR, streets=("南汇街道",)))
    outside = await scoped.send_form("/desk/assets/new", {"kind": "public_toilet", "name": "留着", "street": "别处"})
    assert outside.status_code == 403
    assert values(outside.text)["name"] == "留着"
    assert await get_asset(asset.code) == asset


async def test_retire_and_bring_back(desk, add) -> None:
    asset = await add()
    page = await desk(Role.REGISTRAR)
    url = f"/desk/assets/{asset.code}"
    refused = await page.send_form(f"{url}/retire", {"reason": "长" * 201, "version": "1"})
    assert refused.status_code == 400
    assert "Say why" in refused.text
    assert values(refused.text)["reason"] == "长" * 201
    assert (await page.send_form(f"{url}/retire", {"reason": "拆", "version": "9"})).status_code == 412
    gone = await page.send_form(f"{url}/retire", {"reason": "拆除<b>", "version": "1"})
    assert gone.headers["location"] == f"{url}?notice=retired"
    text = (await page.get(gone.headers["location"])).text
    assert "Retired: 拆除&lt;b&gt;" in text
    assert "Bring back into service" in text
    assert asset.name not in (await page.get("/desk/assets")).text
    assert asset.name in (await page.get("/desk/assets?operating_state=retired")).text
    edit = await page.send_form(f"{url}/edit", {**typed_again(await get_asset(asset.code)), "name": "旧址"})
    assert edit.status_code == 303  # a retired record can still be corrected, and stays retired
    assert (await get_asset(asset.code)).operating_state == "retired"
    back = await page.send_form(f"{url}/reinstate", {"version": "3"})
    assert back.headers["location"] == f"{url}?notice=reinstated"
    again = await page.send_form(f"{url}/reinstate", {"version": "4"})
    assert again.status_code == 409
    assert "not retired" in again.text
