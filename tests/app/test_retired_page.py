"""The page behind the label of a retired facility: nothing more to repair, but the sticker may be wrong."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.act import system_act
from labels.service import issue_labels
from registry.schemas import AssetCreate
from registry.service import register_asset, retire_asset

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("lang", "state"), [("zh-CN", "停用"), ("en", "Retired")])
async def test_a_sticker_on_a_demolished_toilet_is_told_and_no_fault_of_the_toilet(
    browser: Any, program: Any, clock: Any, lang: str, state: str
) -> None:
    act = system_act(clock.now)
    asset = await register_asset(AssetCreate(kind="public_toilet", name="东门公厕", street="五马街道"), act)
    code = (await issue_labels([asset.id], act))[asset.id].code
    one = browser(headers={"accept-language": lang, "accept": "text/html"})
    assert 'id="report"' in (await one.get(f"/A/{code}")).text
    await retire_asset(asset.code, "拆除", asset.version, act)
    page = (await one.get(f"/A/{code}")).text
    assert state in page
    assert 'id="report"' not in page
    assert 'id="label"' in page
    assert (await one.post(f"/A/{code}/report", data={"category": "overflow"})).status_code == 409
    wrong = await one.post(f"/A/{code}/report", data={"category": "label_wrong", "phone": "call me"})
    assert (wrong.status_code, 'id="report"' in wrong.text) == (400, False)
    sent = await one.post(f"/A/{code}/report", data={"category": "label_wrong"})
    assert (sent.status_code, sent.headers["location"][:3]) == (303, "/R/")
