"""The page of one asset, and what every page must bear: hostile names, few statements."""

from __future__ import annotations

import re

import pytest

from foundation.database import transaction
from foundation.principals import Role
from registry.queries import get_asset
from registry.schemas import AssetUpdate
from registry.service import update_asset, write_signals
from tests.registry.pages.material import typed_again, values

pytestmark = pytest.mark.anyio
HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "公" * 200, "مرحبا \u202eabc", "🚽🧻👨‍👩‍👧",
    "{{ 7*7 }}{% x %}", "a&b&amp;c", "--; DROP TABLE asset",
)  # fmt: skip


async def test_an_assets_page_tells_what_it_is_and_what_was_done(desk, add, registrar) -> None:
    asset = await add("东门公厕", name_en="East Gate", attributes={"class": "first", "area": 41.5, "premium": True})
    await update_asset(asset.code, AssetUpdate(condition=4), 1, registrar)
    async with transaction():
        await write_signals(asset.id, open_requests=3, overdue=1)
    page = await desk(Role.PLANNER)
    text = (await page.get(f"/desk/assets/{asset.code}")).text
    for word in (
        "East Gate",
        "GC-0001",
        "120.650000, 28.010000",
        "41.5 m",
        "Yes",
        "Registered: 东门公厕",
        "registrar 1",
    ):
        assert word in text, word
    assert "Record changed: Condition" in text
    assert f"/desk/requests?q={asset.code}" in text
    assert "/edit" not in text  # a planner corrects nothing
    zh = (await (await desk(Role.REGISTRAR, lang="zh")).get(f"/desk/assets/{asset.code}")).text
    assert "登记入库：东门公厕" in zh
    assert "/edit" in zh
    assert (await page.get("/desk/assets/none")).status_code == 404


async def test_hostile_names_are_only_text(desk, add) -> None:
    page = await desk(Role.REGISTRAR)
    for n, name in enumerate(HOSTILE):
        code = f"'\"<{n}>&"
        await add(name, code=code, street=name[:100], address=name, name_en=name, attributes={"remark": name})
        url = "/desk/assets/" + "".join(f"%{byte:02X}" for byte in code.encode())
        for path in ("/desk/assets", url, f"{url}/edit", f"/desk/assets?q={'%22%3E'}&street=x"):
            answer = await page.get(path)
            assert answer.status_code == 200, (path, name)
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "49" not in re.findall(r">\s*(49)\s*<", answer.text)
        kept = values((await page.get(f"{url}/edit")).text)
        assert kept["name"] == name
        sent = await page.send_form(f"{url}/edit", {**typed_again(await get_asset(code)), "condition": "3"})
        assert sent.status_code == 303
        assert (await get_asset(code)).name == name


async def test_pages_take_few_statements(desk, add, statements) -> None:
    page = await desk(Role.REGISTRAR)
    counted: dict[str, list[int]] = {}
    await page.get("/desk/assets")  # the first visit also notes when the session was last seen
    for n in range(2):
        for m in range(20):
            await add(f"{n}-{m}")
        for path in ("/desk/assets", "/desk/assets/GC-0001", "/desk/assets/GC-0001/edit", "/desk/imports"):
            statements.sent.clear()
            assert (await page.get(path)).status_code == 200
            counted.setdefault(path, []).append(len(statements.sent))
    assert all(first == second for first, second in counted.values()), counted
    assert max(max(each) for each in counted.values()) <= 6
