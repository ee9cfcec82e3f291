"""Somebody who prints, in a district of thirty toilets."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.act import Act, system_act
from foundation.principals import Role
from foundation.settings import load_settings, use_settings
from registry.schemas import AssetCreate
from registry.service import register_assets
from tests.labels.background.material import account


@pytest.fixture
async def asker(tmp_path: Path) -> Act:
    """Somebody who prints, in a district of thirty toilets."""
    use_settings(load_settings({}, data_dir=tmp_path, public_url="https://qr.example.cn"))
    await register_assets([AssetCreate(kind="public_toilet", name=f"公厕{n}") for n in range(30)], system_act())
    return await account(system_act(), Role.REGISTRAR)
