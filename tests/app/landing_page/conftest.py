"""A toilet with its label in a district with a duty phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foundation.act import Act, system_act
from foundation.settings import Settings
from tests.app.landing_page.material import DUTY, Marked, mark


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, public_url="https://qr.district.test", duty_phone=DUTY)


@pytest.fixture
def act(program: Any, clock: Any) -> Act:
    return system_act(clock.now)


@pytest.fixture
async def marked(act: Act) -> Marked:
    return await mark(act)
