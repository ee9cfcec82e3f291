"""First contentful paint under the slow profile, in real Chromium."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from foundation.database import close_database, fetchval, open_database
from foundation.database.embedded import running_database
from foundation.settings import load_settings

_LINE = {"offline": False, "latency": 800, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def first_paint_ms(port: int, folder: Path, lang: str) -> float:
    """Milliseconds to the first paint of a toilet with an open fault; the middle of three."""
    code = asyncio.run(_code(folder))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        found = sorted(_paint(browser, f"http://127.0.0.1:{port}/A/{code}", lang) for _ in range(3))
        browser.close()
    return found[1]


def _paint(browser: object, address: str, lang: str) -> float:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale=lang)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(address, wait_until="load")
    page.wait_for_function(f"({_PAINT}) > 0")
    paint = float(page.evaluate(_PAINT))
    context.close()
    return paint


async def _code(folder: Path) -> str:
    async with running_database(load_settings({}, data_dir=folder)) as url:
        await open_database(url)
        code = await fetchval(
            "SELECT label_code FROM asset_signals s JOIN asset a ON a.id = s.asset_id"
            " WHERE a.kind = 'public_toilet' ORDER BY open_requests DESC LIMIT 1"
        )
        await close_database()
    return str(code)
