"""Who asks for jobs, and kinds of jobs that last for one test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.act import Act
from foundation.jobs.kinds import KINDS
from foundation.principals import Grant, Principal, Role
from foundation.settings import Settings, use_settings

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def act_of(account: int, *roles: Role) -> Act:
    return Act(Principal(f"account {account}", account_id=account, grants=tuple(map(Grant, roles))), NOW)


@pytest.fixture
def boss() -> Act:
    return act_of(1, Role.REGISTRAR)


@pytest.fixture
def other() -> Act:
    return act_of(2, Role.REGISTRAR)


@pytest.fixture
def admin() -> Act:
    return act_of(3, Role.ADMINISTRATOR)


@pytest.fixture
def fresh_kinds() -> Iterator[None]:
    kept = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(kept)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the jobs, in a data folder of the test's own."""
    use_settings(Settings(data_dir=tmp_path))
    (tmp_path / "jobs").mkdir(mode=0o700)
    return tmp_path / "jobs"
