"""Columns and fields: what the operator says stands above what names suggest."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from registry.catalogue import catalogue
from registry.importing.mapping import FIELDS, Target, build_mapping, parse_pair

TREE = catalogue().kind("street_tree")
KNOWN = [*FIELDS, *(attribute.key for attribute in TREE.attributes)]
COLUMNS = st.lists(st.sampled_from(["id", "name", "dbh", "胸径", "lon", "lng", "lat", "x", "备注", "?"]), unique=True)


@given(st.text(min_size=1).filter(str.strip), st.text(st.characters(exclude_characters="=")))
def test_a_pair_is_split_at_the_last_equals_sign(column: str, field: str) -> None:
    assert parse_pair(f"{column}={field}") == (column.strip(), field.strip())


@pytest.mark.parametrize("text", ["", "=", "dbh", "=dbh", "  =dbh"])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not COLUMN=FIELD"):
        parse_pair(text)


@given(COLUMNS, st.data())
def test_a_field_comes_from_one_column_and_the_said_one(columns: list[str], data: st.DataObject) -> None:
    said = data.draw(st.lists(st.sampled_from(columns), unique=True, max_size=3)) if columns else []
    fields = data.draw(st.lists(st.sampled_from(KNOWN), unique=True, min_size=len(said), max_size=len(said)))
    mapping = build_mapping(columns, list(zip(said, fields, strict=True)), TREE)
    targets = [target.field for target in mapping.values()]
    assert len(set(targets)) == len(targets)
    assert {column: mapping[column].field for column in said} == dict(zip(said, fields, strict=True))
    assert set(mapping) <= set(columns)


@given(st.text(max_size=20))
def test_any_field_is_known_or_refused(field: str) -> None:
    mapping = {}
    with suppress(Invalid):
        mapping = build_mapping(["c"], [("c", field)], TREE)
    assert mapping == {} or mapping["c"].field in KNOWN


def test_an_empty_field_leaves_the_column_out() -> None:
    assert build_mapping(["dbh", "height"], [("dbh", "")], TREE) == {"height": Target("height")}


def test_the_surer_name_wins_over_the_first() -> None:
    mapping = build_mapping(["x", "y", "lon", "lat"], [], TREE)
    assert {target.field: column for column, target in mapping.items()} == {"lon": "lon", "lat": "lat"}


def test_units_are_checked_before_a_row_is_read() -> None:
    assert build_mapping(["d"], [("d", "dbh:in")], TREE) == {"d": Target("dbh", "in")}
    for field, code in (("dbh:kg", "bad_unit"), ("name:cm", "bad_unit"), ("girth", "unknown_field")):
        with pytest.raises(Invalid) as refusal:
            build_mapping(["d"], [("d", field)], TREE)
        assert refusal.value.code == code
