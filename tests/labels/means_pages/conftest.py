"""The desk pages and the JSON API of templates, stock and printers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from foundation.act import Act
from foundation.settings import load_settings, use_settings
from labels.pages import PAGES
from labels.routes import ROUTES
from tests.labels.means_material import PUBLIC_URL
from tests.web import room_client


@pytest.fixture
async def desk(database: str, registrar: Act, crew: Act, scoped_registrar: Act, tmp_path: Path) -> AsyncIterator:
    people = {"registrar": registrar, "crew": crew, "scoped": scoped_registrar}
    use_settings(load_settings({"FACILITY_PUBLIC_URL": PUBLIC_URL}, data_dir=tmp_path))
    async with room_client([*PAGES, *ROUTES], people, who="registrar") as client:
        yield client
