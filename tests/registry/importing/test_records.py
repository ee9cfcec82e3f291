"""Rows as records: each is taken whole or leaves its problems."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue import catalogue
from registry.importing.mapping import build_mapping
from registry.importing.problems import KEPT, Problems
from registry.importing.records import Reader, Record
from registry.importing.source import Row

TREE = catalogue().kind("street_tree")
COLUMNS = ["code", "name", "dbh", "planted_on", "lon", "lat", "geometry"]
NASTY = (
    "", "None", "1", "-1", "999999", "120.66", "28", "2021-02-30", "NaN", "１２", "POINT (1 2)", "公厕",
    '{"type":"Point"}', "a/b", "x" * 300, "=1+1", "{value}",
)  # fmt: skip
WILD = st.sampled_from(NASTY) | st.text(max_size=8)


def read(rows: list[dict[str, str]], crs: str = "wgs84", key: str = "code") -> tuple[list[Record], Problems]:
    problems = Problems()
    reader = Reader(TREE, build_mapping(COLUMNS, [], TREE), key, crs, problems)
    return list(reader.records([Row(number, cells) for number, cells in enumerate(rows, 1)])), problems


def one(**cells: str) -> tuple[Record | None, list[tuple[str, str | None]]]:
    records, problems = read([{"code": "T1"} | cells])
    found = [(problem.code, problem.column) for problem in problems.errors]
    return records[0] if records else None, found


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), WILD), max_size=6))
def test_every_row_is_taken_or_tells_why(rows: list[dict[str, str]]) -> None:
    records, problems = read(rows)
    taken = {record.row for record in records}
    told = {problem.row for problem in problems.errors}
    assert taken | told == set(range(1, len(rows) + 1))
    assert not taken & told
    assert len({record.import_key for record in records}) == len(records)
    for record in records:
        assert ("lon" in record.values) == ("lat" in record.values)
        assert record.code is None or not set(record.code) & set("/?# ")
    for problem in problems.first():
        assert problem.read("zh-CN")["message"]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"code": ""}, ("missing_key", "code")),
        ({"code": "None"}, ("missing_key", "code")),
        ({"code": "x" * 201}, ("bad_key", "code")),
        ({"planted_on": "2021-02-30"}, ("bad_date", "planted_on")),
        ({"dbh": "thick"}, ("bad_number", "dbh")),
        ({"name": "n" * 201}, ("too_long", "name")),
        ({"lon": "181", "lat": "28"}, ("bad_position", "lon")),
        ({"lon": "120", "lat": ""}, ("bad_position", "lon")),
        ({"geometry": "POINT (hello)"}, ("bad_geometry", "geometry")),
    ],
)
def test_what_cannot_be_read_rejects_the_row(cells: dict[str, str], problem: tuple[str, str]) -> None:
    assert one(**cells) == (None, [problem])


def test_a_missing_position_is_a_warning() -> None:
    for cells in ({}, {"lon": "0", "lat": "0"}, {"lon": "None", "lat": "nan"}):
        record, errors = one(**cells)
        assert (record is not None, errors) == (True, [])


def test_a_code_that_cannot_stand_in_an_address_is_kept_beside() -> None:
    record, errors = one(code="node/123")
    assert record is not None
    assert (record.code, record.key, record.values["source_id"], errors) == (None, "node/123", "node/123", [])


def test_the_key_keeps_its_column_unless_it_is_the_code() -> None:
    by_code, _ = read([{"code": "T1", "name": "n"}])
    by_name, _ = read([{"code": "T1", "name": "n"}], key="name")
    assert (by_code[0].import_key, by_name[0].import_key) == ("T1", "name=n")


def test_the_second_of_two_equal_keys_is_rejected() -> None:
    records, problems = read([{"code": "T1"}, {"code": "T1"}, {"code": "T2"}])
    assert [record.row for record in records] == [1, 3]
    assert [(problem.row, problem.code) for problem in problems.errors] == [(2, "duplicate_key")]


def test_a_shape_gives_its_own_place() -> None:
    record, _ = one(geometry="POLYGON ((120 28, 120.002 28, 120.002 28.002, 120 28.002, 120 28))")
    assert record is not None
    assert 120 < record.values["lon"] < 120.002
    assert record.values["geometry"]["type"] == "Polygon"


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_errors_are_never_crowded_out_by_warnings(warnings: int, errors: int) -> None:
    problems = Problems()
    for number in range(warnings):
        problems.add(number, "a", "w", "warned", severity="warning")
    for number in range(errors):
        problems.add(number, "a", "e", "wrong")
    first: list[Any] = problems.first()
    assert (problems.total, problems.error_total) == (warnings + errors, errors)
    assert len(first) == min(KEPT, warnings + errors)
    assert sum(problem.severity == "error" for problem in first) == min(KEPT, errors)
