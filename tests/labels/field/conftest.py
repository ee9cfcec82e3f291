"""The pages of a crew in the field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from foundation.act import Act
from foundation.principals import Grant, Principal, Role
from foundation.settings import load_settings, use_settings
from labels.pages import PAGES
from labels.routes import ROUTES
from tests.web import room_client


@pytest.fixture
async def field(database: str, registrar: Act, crew: Act, dispatcher: Act, tmp_path: Path) -> AsyncIterator:
    street = Act(Principal("crew 9", 9, (Grant(Role.CREW, streets=frozenset({"南门街道"})),)), crew.at)
    people = {"registrar": registrar, "crew": crew, "dispatcher": dispatcher, "street": street}
    use_settings(load_settings({"FACILITY_UPLOAD_MAX_MB": "1"}, data_dir=tmp_path))
    async with room_client([*PAGES, *ROUTES], people, who="crew", lang="en") as client:
        yield client
