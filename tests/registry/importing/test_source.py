"""Files as columns and rows: encodings, broken tables, and what no file may do to the reader."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from foundation.errors import Invalid
from registry.importing.source import parse_source, read_source, unique_names

TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
TABLE = "编号,名称\nG1,世纪广场公厕\n"


def table(columns: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([columns, *rows])
    return out.getvalue()


@given(st.lists(TEXT, min_size=2, max_size=5, unique=True), st.data())
def test_a_written_table_is_read_back(columns: list[str], data: st.DataObject) -> None:
    row = st.lists(TEXT, min_size=len(columns), max_size=len(columns))
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    source = parse_source(table(columns, rows).encode(), ".csv", "utf-8")
    assert source.columns == columns
    assert [list(one.cells.values()) for one in source.rows] == rows
    assert [one.number for one in source.rows] == list(range(1, len(rows) + 1))


@given(st.binary(max_size=300), st.sampled_from([".csv", ".json", ".geojson", ".xlsx", ".tsv", ""]))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    with suppress(Invalid):
        source = parse_source(data, suffix)
        assert all("\x00" not in cell for row in source.rows for cell in row.cells.values())
        assert len(set(source.columns)) == len(source.columns)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "features", "properties", "geometry", "id", "a"]), inner, max_size=4
            )
        ),
    )
)
def test_any_json_is_read_or_refused(document: object) -> None:
    with suppress(Invalid):
        source = parse_source(json.dumps(document).encode(), ".geojson")
        assert all(set(row.cells) <= set(source.columns) for row in source.rows)


@given(st.lists(st.sampled_from(["", " ", "a", "a (2)", "b", "column 1"]), max_size=8))
def test_columns_never_hide_each_other(names: list[str]) -> None:
    found = unique_names(names)
    assert len(set(found)) == len(found) == len(names)
    assert all(name.strip() for name in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_common_encodings_need_no_name(encoding: str) -> None:
    source = parse_source(TABLE.encode(encoding), ".csv")
    assert source.columns == ["编号", "名称"]
    assert source.rows[0].cells == {"编号": "G1", "名称": "世纪广场公厕"}


@pytest.mark.parametrize("encoding", ["big5", "utf-16-le", "utf-16-be"])
def test_others_are_read_by_their_name(encoding: str) -> None:
    data = "編號,名稱\nG1,玩具反斗城\n".encode(encoding)
    assert parse_source(data, ".csv", encoding).rows[0].cells == {"編號": "G1", "名稱": "玩具反斗城"}


def test_a_wrong_or_unknown_encoding_is_refused() -> None:
    for name in ("ascii", "utf-8"):
        with pytest.raises(Invalid, match=f"not in {name}"):
            parse_source(TABLE.encode("gb18030"), ".csv", name)
    for name in ("klingon", "rot13", "base64", "a\x00b"):
        with pytest.raises(Invalid, match="no encoding named"):
            parse_source(TABLE.encode(), ".csv", name)


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(mark: str) -> None:
    assert parse_source(f"a{mark}b\r\n1{mark}2\r\n".encode(), ".csv").rows[0].cells == {"a": "1", "b": "2"}


def test_ragged_rows_are_kept_apart_from_broken_ones() -> None:
    source = parse_source(b"a,b\n1\n\n , \n2,3,,\n4,5,6\n", ".csv")
    assert [(row.number, row.cells, row.too_wide) for row in source.rows] == [
        (1, {"a": "1"}, False),
        (2, {"a": "2", "b": "3"}, False),
        (3, {"a": "4", "b": "5"}, True),
    ]


def test_line_breaks_and_quotes_inside_cells() -> None:
    assert parse_source(b'a,b\n"x ""y""\nz",2\n', ".csv").rows[0].cells == {"a": 'x "y"\nz', "b": "2"}


@pytest.mark.parametrize(
    ("data", "suffix", "code"),
    [
        (b"", ".csv", "empty_file"),
        (b"\xef\xbb\xbf\n \n", ".csv", "empty_file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ".csv", "not_text"),
        (b"PK\x03\x04nonsense", ".xlsx", "bad_xlsx"),
        (b"[" * 100_000, ".json", "bad_json"),
        (b'{"features": 1}', ".json", "no_features"),
        (b'{"features": []}', ".json", "empty_file"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, suffix: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_source(data, suffix)
    assert refusal.value.code == code


def test_what_no_database_takes_is_left_out() -> None:
    assert parse_source("a\nx\x00y\n".encode("utf-16"), ".csv").rows[0].cells == {"a": "xy"}
    assert parse_source(b'[{"a\\u0000": "x\\ud800y"}]', ".json").rows[0].cells == {"a": "xy"}


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no file"):
        read_source(tmp_path / "none.csv")


def test_a_spreadsheet_is_read_as_it_looks() -> None:
    book, out = Workbook(), io.BytesIO()
    for row in (["编号", "尺寸", None], ["G1", 12.0, None], [None, None, None], ["G2", 1.5, None]):
        book.active.append(row)
    book.save(out)
    source = parse_source(out.getvalue(), ".xlsx")
    assert source.columns[:2] == ["编号", "尺寸"]
    assert [(row.cells["编号"], row.cells["尺寸"]) for row in source.rows] == [("G1", "12"), ("G2", "1.5")]


def test_geojson_features_become_rows() -> None:
    feature = {"type": "Feature", "id": "node/1", "geometry": {"type": "Point", "coordinates": [1, 2]}}
    feature["properties"] = {"name": " a ", "tags": ["x", "y"], "old": None, "wild": True}
    source = parse_source(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), ".geojson")
    expected = {"name": "a", "tags": "x; y", "old": "", "wild": "true", "id": "node/1"}
    assert source.rows[0].cells == expected | {"geometry": '{"type": "Point", "coordinates": [1, 2]}'}
