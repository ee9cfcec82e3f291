"""Due work and the history, from the terminal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from foundation.act import system_act
from foundation.database import execute, fetchval, transaction
from scheduling.schemas import PlanCreate
from scheduling.service import create_plan

pytestmark = pytest.mark.anyio


@pytest.fixture
def bridges(facility: Any, tmp_path: Path) -> None:
    """Two footbridges on record."""
    file = tmp_path / "bridges.csv"
    file.write_text("编号,名称\nB1,一号天桥\nB2,二号天桥\n", encoding="utf-8")
    assert facility("import", file, "--kind", "pedestrian_bridge").returncode == 0


@pytest.mark.usefixtures("bridges")
async def test_what_is_due_is_opened_once(facility: Any, database: str) -> None:
    rule = {"freq": "daily", "interval": 1, "times": ["08:00"]}
    plan = PlanCreate(rule=rule, kind="pedestrian_bridge", title_en="Look at it", start_on=date(2027, 1, 4))
    await create_plan(plan, system_act())
    until = ("due", "--until", "2027-01-06")
    first = facility.json(*until)
    assert (first["opened"], first["until"]) == (6, "2027-01-06T23:59:59+08:00")
    assert facility.json(*until)["opened"] == 0
    assert await fetchval("SELECT count(*) FROM work_order") == 6
    told = facility("due")
    assert (told.returncode, "0 work orders opened" in told.stdout) == (0, True)


@pytest.mark.usefixtures("bridges")
async def test_a_changed_line_of_the_history_is_found(facility: Any, database: str) -> None:
    sound = facility.json("history", "verify")
    assert (sound["assets"], sound["lines"], sound["broken"]) == (2, 3, [])
    asset_id = await fetchval("SELECT id FROM asset WHERE code = 'B2'")
    async with transaction():
        # Only who owns the database can do this: to everybody else the table is append-only.
        await execute("SET LOCAL session_replication_role = replica")
        await execute("UPDATE history_line SET actor = 'nobody' WHERE stream = $1", asset_id)
    broken = facility.json("history", "verify", code=1)
    assert broken["broken"] == [{"code": "B2", "seq": 1}]
    told = facility("history", "verify")
    assert told.returncode == 1
    assert "B2: line 1" in told.stdout
