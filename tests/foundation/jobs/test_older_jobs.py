"""Jobs of an older program: what the migrations make of their rows."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from foundation.database import execute, execute_script, fetch, fetchval
from foundation.jobs import enqueue
from tests.foundation.jobs.conftest import NOW

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


WEEK = timedelta(days=7)


@pytest.mark.parametrize(("state", "result", "expires_at", "wanted"), [
    ("done", {"file": "old.pdf"}, None, NOW + WEEK), ("done", {"file": "b.pdf"}, NOW, NOW),
    ("done", {"file": None}, None, None), ("done", {"counted": 3}, None, None), ("failed", None, None, None),
])  # fmt: skip
async def test_every_file_has_a_date(boss, state: str, result: Any, expires_at: Any, wanted: Any) -> None:
    await enqueue("large", {}, boss)
    await execute(
        "UPDATE job SET state = $1, result = $2, ended_at = $3, expires_at = $4", state, result, NOW, expires_at
    )
    await migrate("2026_11_24t08_30_00")
    assert await fetchval("SELECT expires_at FROM job") == wanted
