"""The photo of where the label hangs."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from foundation.database import fetchval
from foundation.files import FileStore
from labels.photos import photo_store
from labels.service import mark_fixed, void_label
from tests.app.landing_page.material import mark, noise, speak

pytestmark = pytest.mark.anyio


async def test_the_photo_is_small_and_kept_for_ever_by_its_key(browser, marked, act, settings) -> None:
    await mark_fixed(marked.label.code, act, photo=noise())
    key = await fetchval("SELECT photo FROM label WHERE id = $1", marked.label.id)
    one = browser()
    answer = await one.get(f"{marked.path}/photo?k={key[:16]}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "cookie" not in answer.headers["vary"].lower()
    assert len(answer.content) <= 30_000
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert 160 <= max(picture.size) <= 400
    assert (settings.data_dir / "thumbnails" / f"{key}-400.jpg").read_bytes() == answer.content
    assert (await one.get(f"{marked.path.lower()}/photo?k={key[:16]}")).content == answer.content
    for stale in (f"{marked.path}/photo", f"{marked.path}/photo?k={'0' * 16}"):
        assert "immutable" not in (await one.get(stale)).headers["cache-control"]


async def test_a_quiet_photo_keeps_its_four_hundred_pixels(browser, marked, act) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1200, 1600), (20, 90, 80)).save(file, "PNG")
    await mark_fixed(marked.label.code, act, photo=file.getvalue())
    answer = await browser().get(f"{marked.path}/photo")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (300, 400)


async def test_no_other_file_than_that_labels_photo(browser, marked, act, settings) -> None:
    other = await mark(act, "西门公厕")
    one = browser(headers=speak("en"))
    secret = FileStore(settings.files_dir).put(noise())
    assert (await one.get(f"{marked.path}/photo?k={secret[:16]}")).status_code == 404
    await mark_fixed(other.label.code, act, photo=noise((800, 600)))
    assert (await one.get(f"{marked.path}/photo")).status_code == 404
    assert (await one.get("/A/00000001D/photo")).status_code == 404
    assert (await one.get("/A/hello/photo")).status_code == 400
    assert (await one.get(f"{other.path}/photo")).status_code == 200
    await void_label(other.label.code, "stolen", act)
    assert (await one.get(f"{other.path}/photo")).status_code == 404


async def test_a_photo_that_was_deleted_is_gone_though_its_copy_is_left(browser, marked, act, settings) -> None:
    await mark_fixed(marked.label.code, act, photo=noise((800, 600)))
    assert (await browser().get(f"{marked.path}/photo")).status_code == 200
    photo_store().delete(await fetchval("SELECT photo FROM label WHERE id = $1", marked.label.id))
    assert (await browser().get(f"{marked.path}/photo")).status_code == 404
