"""What the page and its picture weigh."""

from __future__ import annotations

import gzip
import io
import re
from typing import Any

import pytest
from PIL import Image

from foundation.database import DB, transaction
from labels.service import mark_fixed
from registry.service import write_signals
from tests.app.landing_page.material import LANGS, main_of, noise, speak

pytestmark = pytest.mark.anyio
WIRE = 10 * 1024  # bytes of the compressed page


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600)])
async def test_the_picture_everybody_gets_weighs_little(browser, marked, act, size) -> None:
    await mark_fixed(marked.label.code, act, photo=noise(size))
    page = (await browser().get(marked.path)).text
    address = re.findall(r'<img src="([^"]+)"', page)[0].replace("&amp;", "&")
    answer = await browser().get(address)
    assert len(answer.content) <= 8_000
    assert "immutable" in answer.headers["cache-control"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert 128 <= max(picture.size) <= 256


async def test_the_page_takes_one_round_trip(browser, marked, monkeypatch) -> None:
    trips = []
    ask = DB.with_connection

    async def counted(*args: Any, **kwargs: Any) -> Any:
        trips.append(args)
        return await ask(*args, **kwargs)

    monkeypatch.setattr(DB, "with_connection", counted)
    assert (await browser().get(marked.path)).status_code == 200
    assert len(trips) == 1


@LANGS
async def test_a_busy_page_with_everything_on_it_weighs_ten_kilobytes_at_most(browser, marked, act, lang) -> None:
    await mark_fixed(marked.label.code, act, photo=noise((800, 600)))
    known = [
        {"category": key, "reporters": n, "zh": zh, "en": en, "due_at": "2026-11-25T09:00:00+00:00", "state": "filed"}
        for n, (key, zh, en) in enumerate(
            [
                ("overflow", "堵塞、粪便外溢", "Blocked or overflowing"),
                ("label_wrong", "标签可疑", "The label looks wrong"),
            ],
            1,
        )
    ]
    async with transaction():
        await write_signals(marked.asset.id, known=known, last_service_at=act.at, last_service_zh="全面保洁",
                            last_service_en="Full clean", next_service_at=act.at, next_service_zh="全面保洁",
                            next_service_en="Full clean")  # fmt: skip
    headers = {**speak(lang), "accept-encoding": "gzip"}
    async with browser().stream("GET", marked.path, headers=headers) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    page = gzip.decompress(packed).decode()
    assert page.count('class="btn sec-btn"') == 2
    assert "<img" in main_of(page)
    assert len(packed) <= WIRE
