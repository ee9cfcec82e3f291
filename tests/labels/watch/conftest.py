"""Labels to hang where they belong or elsewhere, and the pages that watch over them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from foundation.act import Act
from foundation.settings import load_settings, use_settings
from labels.pages import PAGES
from labels.routes import ROUTES
from labels.service import issue_labels, mark_fixed
from registry.schemas import AssetRead
from tests.labels.watch.material import LON, Add, later, north
from tests.web import room_client


@pytest.fixture
def hang(add_asset: Add, registrar: Act) -> Callable[..., Awaitable[tuple[AssetRead, str]]]:
    """A facility ``at`` metres north of the place, its label fixed ``seen`` metres north (None: nowhere)."""

    async def make(name: str, at: float, seen: float | None, **values: object) -> tuple[AssetRead, str]:
        asset = await add_asset(name, lon=LON, lat=north(at), **values)
        code = (await issue_labels([asset.id], registrar))[asset.id].code
        if seen is not None:
            await mark_fixed(code, registrar, lon=LON, lat=north(seen))
        return asset, code

    return make


@pytest.fixture
async def client(database: str, registrar: Act, crew: Act) -> AsyncIterator[httpx.AsyncClient]:
    people = {"registrar": registrar, "crew": crew, "month": later(registrar, days=40)}
    use_settings(load_settings({"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}))
    async with room_client([*ROUTES, *PAGES], people, who="registrar") as client:
        yield client
