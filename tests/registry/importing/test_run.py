"""Imports into a real database: one transaction, one history line for each asset, quick."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.act import Act, public_act
from foundation.database import execute, fetch, fetchrow, fetchval
from foundation.errors import NotSignedIn
from foundation.principals import Grant, Principal, Role
from registry.history import verify
from registry.importing import ImportOptions, import_file, undo_import

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
ACT = Act(Principal("registrar 1", 1, (Grant(Role.REGISTRAR),)), datetime(2026, 11, 23, 4, tzinfo=UTC))
TREES = ImportOptions(kind="street_tree", key="id")


def write(folder: Path, *rows: str) -> Path:
    file = folder / "trees.csv"
    file.write_text("\n".join(["id,name,dbh,lon,lat", *rows]), encoding="utf-8")
    return file


async def test_twenty_thousand_rows_are_one_import(tmp_path: Path) -> None:
    rows = [f"{n},tree {n},{n % 90},{120 + n / 100000},{28 + n / 100000}" for n in range(20_000)]
    file = write(tmp_path, *rows)
    result = await import_file(file, TREES, ACT)
    assert (result.created, result.rejected) == (20_000, 0)
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'asset.imported'") == 20_000
    again = await import_file(file, TREES, ACT)
    assert (again.unchanged, again.batch) == (20_000, None)


async def test_a_change_is_written_alone_and_can_be_taken_back(tmp_path: Path) -> None:
    await import_file(write(tmp_path, "1,one,10,120,28", "2,two,20,120,28"), TREES, ACT)
    result = await import_file(write(tmp_path, "1,one,11,120,28", "2,two,,,"), TREES, ACT)
    assert (result.created, result.updated, result.unchanged) == (0, 1, 1)
    assert await fetchval("SELECT attributes->'dbh' FROM asset WHERE name = 'one'") == 11
    assert result.batch is not None
    undone = await undo_import(result.batch, ACT)
    assert (undone.removed, undone.restored, undone.kept) == (0, 1, 0)
    assert await fetchval("SELECT attributes->'dbh' FROM asset WHERE name = 'one'") == 10
    assert (await verify()).broken == []


async def test_a_retired_asset_that_is_named_again_is_back_in_service_until_that_is_undone(tmp_path: Path) -> None:
    file = write(tmp_path, "1,one,10,120,28")
    await import_file(file, TREES, ACT)
    await execute(
        "UPDATE asset SET operating_state = 'retired', retired_at = $1, retired_reason = 'felled', version = 2", ACT.at
    )
    result = await import_file(file, TREES, ACT)
    states = "SELECT operating_state, retired_at, retired_reason FROM asset"
    assert (result.updated, tuple(await fetchrow(states) or ())) == (1, ("in_service", None, None))
    await undo_import(result.batch or 0, ACT)
    assert tuple(await fetchrow(states) or ()) == ("retired", ACT.at, "felled")


@pytest.mark.parametrize("word", ["new", "..", "a/b", "a b"])
async def test_a_key_that_cannot_be_a_code_is_kept_as_the_source_has_it(tmp_path: Path, word: str) -> None:
    result = await import_file(
        write(tmp_path, f"{word},one,10,120,28"), ImportOptions(kind="street_tree", pairs=[("id", "code")]), ACT
    )
    assert result.created == 1
    assert tuple(await fetchrow("SELECT code, source_id FROM asset") or ()) == ("XDS-0001", word)


async def test_what_somebody_worked_on_since_is_kept(tmp_path: Path) -> None:
    result = await import_file(write(tmp_path, "1,one,10,120,28", "2,two,20,120,28"), TREES, ACT)
    await execute("UPDATE asset SET condition = 2, version = version + 1 WHERE name = 'two'")
    undone = await undo_import(result.batch or 0, ACT)
    assert (undone.removed, undone.kept) == (1, 1)
    assert [row["name"] for row in await fetch("SELECT name FROM asset")] == ["two"]


async def test_a_failure_half_way_leaves_nothing(tmp_path: Path) -> None:
    file = write(tmp_path, *(f"{n},tree {n},1,120,28" for n in range(6000)))

    class Interrupted(Exception):
        pass

    def interrupt(_done: int, _whole: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        await import_file(file, TREES, ACT, interrupt)
    row = await fetchrow(
        "SELECT (SELECT count(*) FROM asset) AS assets, (SELECT count(*) FROM history_line) AS lines,"
        " (SELECT count(*) FROM import_batch) AS batches"
    )
    assert row is not None
    assert tuple(row.values()) == (0, 0, 0)


async def test_a_code_of_another_facility_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "trees.csv"
    file.write_text("id,code\n1,T1\n2,T1\n3,T3\n", encoding="utf-8")
    result = await import_file(file, TREES, ACT)
    assert (result.created, result.rejected, result.rejected_rows) == (2, 1, {2})
    assert [(problem.row, problem.code) for problem in result.problems.errors] == [(2, "code_taken")]


async def test_nobody_imports_without_the_role(tmp_path: Path) -> None:
    with pytest.raises(NotSignedIn):
        await import_file(write(tmp_path, "1,one,10,120,28"), TREES, public_act())
