"""Photos of labels stay with the label, whatever becomes of the same picture elsewhere."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from foundation.act import Act, system_act
from foundation.database import fetchval
from foundation.files import FileStore
from foundation.settings import Settings
from labels.service import issue_labels, mark_fixed
from maintenance.service import purge_contacts
from registry.schemas import AssetCreate
from registry.service import register_asset

pytestmark = pytest.mark.anyio


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (30, 90, 120)).save(file, "PNG")
    return file.getvalue()


async def test_a_labels_photo_outlives_the_report_that_sent_the_same_picture(
    browser: Any, program: Any, settings: Settings, clock: Any
) -> None:
    act: Act = system_act(clock.now)
    asset = await register_asset(AssetCreate(kind="public_toilet", name="东门公厕", street="五马街道"), act)
    code = (await issue_labels([asset.id], act))[asset.id].code
    await mark_fixed(code, act, photo=_picture())
    one = browser()
    photo = {"photo": ("a.png", _picture(), "image/png")}
    sent = await one.post(f"/A/{code}/report", data={"category": "label_wrong"}, files=photo)
    story = sent.headers["location"].split("?")[0]
    assert (await one.post(f"{story}/withdraw")).status_code == 303
    key = await fetchval("SELECT file_key FROM photo")
    assert key == await fetchval("SELECT photo FROM label"), "the same picture"
    await purge_contacts(system_act(clock.now + timedelta(days=settings.photo_retention_days, seconds=1)))
    assert list(FileStore(settings.files_dir).keys()) == [], "the report's own copy is gone"
    kept = await one.get(f"/A/{code}/photo")
    assert (kept.status_code, kept.headers["content-type"]) == (200, "image/jpeg")
