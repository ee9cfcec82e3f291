"""Jobs of an older program: what the migrations make of their rows."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from foundation.database import execute, execute_script, fetch
from foundation.jobs import enqueue

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def migrate(instant: str) -> None:
    await execute_script(import_module(f"foundation.piccolo_migrations.foundation_{instant}").SQL)


@pytest.mark.parametrize(("saved", "left", "deaths"), [
    (None, None, 0), ({"done": 2}, {"done": 2}, 0), ({"deaths": 1}, None, 1), ({"a": 2, "deaths": 3}, {"a": 2}, 3),
])  # fmt: skip
async def test_deaths_are_no_longer_among_what_was_saved(boss, saved: Any, left: Any, deaths: int) -> None:
    await enqueue("large", {}, boss)
    await execute_script("ALTER TABLE job DROP COLUMN deaths")
    await execute("UPDATE job SET saved = $1", saved)
    await migrate("2026_11_24t08_00_00")
    assert [tuple(row) for row in await fetch("SELECT saved, deaths FROM job")] == [(left, deaths)]
