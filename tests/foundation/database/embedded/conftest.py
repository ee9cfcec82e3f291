"""Our own PostgreSQL, oldest and newest."""

from pathlib import Path

import pytest

from foundation.database.embedded import Binaries
from foundation.settings import Settings
from tests.foundation.database.embedded.material import installed


@pytest.fixture(params=[15, 18])
def binaries(request: pytest.FixtureRequest) -> Binaries:
    return installed(request.param)


@pytest.fixture
def settings(open_folder: Path, binaries: Binaries) -> Settings:
    return Settings(data_dir=open_folder / "data", pg_bin=binaries.folder)
