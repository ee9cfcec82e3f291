"""Imports from the terminal: real files, broken rows, and nothing half-written."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from foundation.geometry import Position, distance_metres
from foundation.geometry.frames import wgs84_to_gcj02

TREES = "id,name,planted_on,dbh,lon,lat\n"


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """Three trees, the second planted on a day that never was."""
    file = tmp_path / "trees.csv"
    file.write_text(
        TREES + "1,one,2020-03-12,12,120.66,28.0\n2,two,2021-02-30,14,120.67,28.01\n3,three,,16,120.68,28.02\n",
        encoding="utf-8",
    )
    return file


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("read", "created", "updated", "unchanged", "rejected"))


@pytest.mark.parametrize(
    ("file", "arguments", "rows"),
    [
        (
            "trees/newyork_census_5000.csv",
            "--kind street_tree --key tree_id --map tree_dbh=dbh:in --map spc_latin=species_latin "
            "--map spc_common=species_en --map address=address --map longitude=lon --map latitude=lat",
            5000,
        ),
        ("trees/sanfrancisco_sample.csv", "--kind street_tree --key TreeID --map DBH=dbh:in", 9831),
        ("toilets/taipei_toilets.csv", "--kind public_toilet --key number --map name=name", 6994),
        ("toilets/hongkong_public_toilets.geojson", "--kind public_toilet --key OBJECTID --map NAME_TC=name", 809),
    ],
    ids=["newyork", "sanfrancisco", "taipei", "hongkong"],
)
def test_a_real_file_needs_nothing_but_a_mapping(
    facility: Any, outside_data: Path, file: str, arguments: str, rows: int
) -> None:
    command = ("import", outside_data / file, *arguments.split())
    assert counts(facility.json(*command)) == (rows, rows, 0, 0, 0)
    again = facility.json(*command)
    assert counts(again) == (rows, 0, 0, rows, 0)
    assert again["batch"] is None


def test_two_sources_with_the_same_numbers_do_not_overwrite_each_other(facility: Any, tmp_path: Path) -> None:
    for name in ("tree_id", "TreeID"):
        (tmp_path / f"{name}.csv").write_text(f"{name},name\n1,a tree of {name}\n", encoding="utf-8")
        answer = facility.json("import", tmp_path / f"{name}.csv", "--kind", "street_tree", "--key", name)
        assert counts(answer) == (1, 1, 0, 0, 0)


def test_inches_become_centimetres(facility: Any, outside_data: Path, tmp_path: Path) -> None:
    with (outside_data / "trees/newyork_census_5000.csv").open(encoding="utf-8", newline="") as lines:
        head = list(islice(lines, 300))
    file, out = tmp_path / "trees.csv", tmp_path / "trees.geojson"
    file.write_text("".join(head), encoding="utf-8", newline="")
    facility.json("import", file, "--kind", "street_tree", "--key", "tree_id", "--map", "tree_dbh=dbh:in")
    assert facility("export", "--kind", "street_tree", "--format", "geojson", "--out", out).returncode == 0
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    expected = [round(float(row["tree_dbh"]) * 2.54, 2) for row in csv.DictReader(head)]
    assert len(features) == 299
    assert [feature["properties"]["dbh"] for feature in features] == expected


def test_a_dry_run_writes_nothing(facility: Any, trees: Path) -> None:
    command = ("import", trees, "--kind", "street_tree", "--key", "id")
    for _ in range(2):
        dry = facility.json(*command, "--dry-run", code=1)
        assert counts(dry) == (3, 2, 0, 0, 1)
        assert dry["batch"] is None
    assert "2 new" in facility(*command).stdout


def test_a_bad_date_rejects_its_row_by_number_and_column(facility: Any, trees: Path) -> None:
    answer = facility.json("import", trees, "--kind", "street_tree", "--key", "id", code=1)
    assert counts(answer) == (3, 2, 0, 0, 1)
    errors = [problem for problem in answer["problems"] if problem["severity"] == "error"]
    assert [(one["row"], one["column"], one["code"]) for one in errors] == [(2, "planted_on", "bad_date")]
    assert set(errors[0]) == {"row", "column", "code", "severity", "message"}
    assert answer["problems_total"] == len(answer["problems"])
    told = facility("import", trees, "--kind", "street_tree", "--key", "id", LC_ALL="zh_CN.UTF-8")
    assert told.returncode == 1
    assert "第 2 行，planted_on：“2021-02-30”" in told.stdout


def test_strict_refuses_all_rows(facility: Any, trees: Path) -> None:
    answer = facility.json("import", trees, "--kind", "street_tree", "--key", "id", "--strict", code=1)
    assert (answer["created"], answer["rejected"], answer["batch"]) == (0, 1, None)
    assert counts(facility.json("import", trees, "--kind", "street_tree", "--key", "id", code=1))[1] == 2


def test_rejected_rows_can_be_mended_and_imported(facility: Any, trees: Path, tmp_path: Path) -> None:
    out = tmp_path / "rejected.csv"
    command = ("import", trees, "--kind", "street_tree", "--key", "id")
    assert facility(*command, "--rejected-to", out).returncode == 1
    text = out.read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(text.splitlines())
    assert row["id"] == "2"
    assert "2021-02-30" in row["problems"]
    out.write_text(text.replace("2,two,2021-02-30", "2,two,2021-02-28"), encoding="utf-8-sig")
    mended = facility.json("import", out, "--kind", "street_tree", "--key", "id", "--map", "problems=")
    assert counts(mended) == (1, 1, 0, 0, 0)


def test_an_import_can_be_taken_back_once(facility: Any, trees: Path, sentence: Any) -> None:
    command = ("import", trees, "--kind", "street_tree", "--key", "id")
    batch = facility.json(*command, code=1)["batch"]
    undone = facility("import", "undo", batch)
    assert (undone.returncode, "2 taken off record" in undone.stdout) == (0, True)
    assert "undone already" in sentence(facility("import", "undo", batch))
    assert "no import batch 99" in sentence(facility("import", "undo", 99))
    assert facility.json(*command, code=1)["created"] == 2
    assert facility.json("history", "verify")["broken"] == []


UNMEANT = (
    ("--kind street_tree --key id --map dbh=girth", "There is no field “girth” for street_tree. Fields: code,"),
    ("--kind street_tree --key id --map dbh=dbh:kg", "kg cannot be converted to the unit of dbh"),
    ("--kind street_tree --key id --map height=height", "The file has no column “height”. It has: id, name,"),
    ("--kind street_tree --key id --map dbh=height --map lon=height", "Two columns are mapped to height"),
    ("--kind street_tree", "No column holds a code"),
    ("--kind lamp_post --key id", "lamp_post"),
    ("--kind street_tree --key id --crs mars", "mars is no coordinate system"),
    ("--kind street_tree --key id --encoding klingon", "There is no encoding named klingon"),
)


def test_what_cannot_be_meant_refuses_the_whole_file(facility: Any, trees: Path, sentence: Any) -> None:
    for arguments, words in UNMEANT:
        assert words in sentence(facility("import", trees, *arguments.split()))
    assert facility.json("history", "verify")["lines"] == 0


def test_a_shifted_frame_is_set_right(facility: Any, tmp_path: Path) -> None:
    file = tmp_path / "toilets.csv"
    file.write_text("编号,名称,经度,纬度\nG1,世纪广场公厕,120.699366,27.994267\n", encoding="utf-8")
    assert counts(facility.json("import", file, "--kind", "public_toilet", "--crs", "gcj02"))[1] == 1
    out = tmp_path / "out.geojson"
    facility("export", "--kind", "public_toilet", "--format", "geojson", "--out", out)
    (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert wgs84_to_gcj02(lon, lat) == pytest.approx((120.699366, 27.994267), abs=1e-6)
    assert 300 < distance_metres(Position(lon, lat), Position(120.699366, 27.994267)) < 700


def test_a_mapping_may_stand_in_a_file(facility: Any, trees: Path, tmp_path: Path, sentence: Any) -> None:
    mapping = tmp_path / "trees.toml"
    mapping.write_text('[map]\n"dbh" = "height:dm"\nplanted_on = ""\n', encoding="utf-8")
    command = ("import", trees, "--kind", "street_tree", "--key", "id", "--mapping", mapping)
    assert counts(facility.json(*command)) == (3, 3, 0, 0, 0)
    assert "dbh → height:dm" in facility(*command).stdout
    mapping.write_text("[map\n", encoding="utf-8")
    assert "is not TOML" in sentence(facility(*command))
    mapping.write_text("map = 1\n", encoding="utf-8")
    assert "needs a table [map]" in sentence(facility(*command))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_back_in_unchanged(facility: Any, trees: Path, tmp_path: Path, form: str) -> None:
    facility("import", trees, "--kind", "street_tree", "--key", "id")
    out = tmp_path / f"out.{form}"
    done = facility("export", "--kind", "street_tree", "--format", form, "--out", out)
    assert (done.returncode, "2 facilities written" in done.stdout) == (0, True)
    assert counts(facility.json("import", out, "--kind", "street_tree")) == (2, 0, 0, 2, 0)


def test_an_export_that_cannot_be_written_says_so(facility: Any, sentence: Any, tmp_path: Path) -> None:
    for out in (tmp_path / "none" / "out.csv", tmp_path):
        command = ("export", "--kind", "street_tree", "--format", "csv", "--out", out)
        assert f"{out} cannot be written" in sentence(facility(*command))
        assert not list(tmp_path.glob(".*"))


def test_nothing_is_imported_where_rejected_rows_cannot_be_kept(
    facility: Any, trees: Path, tmp_path: Path, sentence: Any
) -> None:
    command = ("import", trees, "--kind", "street_tree", "--key", "id", "--rejected-to", tmp_path / "none" / "out.csv")
    assert "cannot be written" in sentence(facility(*command))
    assert facility.json("history", "verify")["lines"] == 0
