"""A template that this version of the program cannot read: it hides nothing, and is fetched and withdrawn."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from foundation.act import Act
from foundation.database import execute
from foundation.settings import load_settings, use_settings
from labels.pages import PAGES
from labels.queries import find_templates
from labels.service.means import draft_template, publish_template
from labels.template import stored_files
from tests.labels.means_material import PUBLIC_URL, template_files
from tests.web import room_client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(database: str, registrar: Act, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    use_settings(load_settings({"FACILITY_PUBLIC_URL": PUBLIC_URL}, data_dir=tmp_path))
    async with room_client(PAGES, {"registrar": registrar}, who="registrar", lang="en") as client:
        yield client


async def spoil(act: Act, key: str) -> None:
    """Publish a template whose HTML names a field that this version does not have."""
    await draft_template(template_files(key), act)
    await publish_template(key, 1, act)
    files = template_files(key, html="<p>{{ of_later }}</p>")
    await execute(
        "UPDATE label_template SET files = $2, version = version + 1 WHERE key = $1", key, stored_files(files)
    )


@pytest.mark.parametrize("key", ["own-label", "sheet-label"])
async def test_it_hides_nothing_and_nothing_takes_its_place(desk, registrar, key) -> None:
    await spoil(registrar, key)
    found = await find_templates()
    assert key not in found
    assert len(found) >= 5
    listed = await desk.get("/desk/labels/templates")
    assert listed.status_code == 200
    assert f"/desk/labels/templates/{key}/1/files.zip" in listed.text
    assert (await desk.get("/desk/labels")).status_code == 200
    printed = await desk.post("/desk/labels/preprint", data={"sheets": "1", "template": key})
    assert printed.status_code == 400
    assert "of_later" in printed.text


async def test_it_says_why_and_is_fetched_and_withdrawn(desk, registrar) -> None:
    await spoil(registrar, "own-label")
    page = await desk.get("/desk/labels/templates/own-label")
    assert page.status_code == 200
    assert "of_later" in page.text
    assert 'action="/desk/labels/templates/own-label/withdraw"' in page.text
    assert "Add a stock" not in page.text
    sent = await desk.get("/desk/labels/templates/own-label/1/files.zip")
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert any(b"of_later" in archive.read(name) for name in archive.namelist())
    done = await desk.post("/desk/labels/templates/own-label/withdraw", data={"revision": "1"})
    assert done.status_code == 303
    listed = await desk.get("/desk/labels/templates")
    assert "/desk/labels/templates/own-label/1/files.zip" in listed.text
    assert (await desk.get("/desk/labels/templates/own-label/1/files.zip")).status_code == 200
