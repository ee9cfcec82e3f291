"""Attribute values: read from JSON and from text as files hold it, refused with a sentence where unreadable."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.catalogue import catalogue, validate_attributes
from registry.catalogue.moments import parse_date, parse_hours

TOILET = catalogue().kind("public_toilet")
TREE = catalogue().kind("street_tree")
ROOM = catalogue().kind("garbage_room")


def _read(kind: Any, key: str, value: object) -> Any:
    values, problems = validate_attributes(kind, {key: value}, partial=True)
    assert problems == []
    return values[key]


def _code(kind: Any, key: str, value: object) -> str:
    values, problems = validate_attributes(kind, {key: value}, partial=True)
    (problem,) = problems
    assert problem.severity == "error"
    assert values == {}
    assert problem.message("en") != problem.message("zh-CN")
    return problem.code


@pytest.mark.parametrize("word", ["是", "有", "yes", "Y", "TRUE", "1", "１", "√", "あり", True, 1, "1.0"])
def test_yes(word: object) -> None:
    assert _read(TOILET, "third_restroom", word) is True


@pytest.mark.parametrize("word", ["否", "無", "无", "no", "N", "False", "0", "なし", "没有", False, 0, "×"])
def test_no(word: object) -> None:
    assert _read(TOILET, "third_restroom", word) is False


@pytest.mark.parametrize("word", ["maybe", "2", 2, "-1", 0.5, ["是"], {}])
def test_neither(word: object) -> None:
    assert _code(TOILET, "third_restroom", word) == "bad_bool"


@pytest.mark.parametrize(
    "text",
    ["2015-08-27", "2015-08-27T00:00:00.000", "2015/8/27", "20150827", "2015年8月27日", "2015.8.27", "２０１５-08-27",
     "2015-08-27 10:00:00", "2015-08-27T00:00:00+08:00", 20150827],
)  # fmt: skip
def test_dates(text: object) -> None:
    assert _read(TREE, "planted_on", text) == "2015-08-27"


@pytest.mark.parametrize("text", ["2015-02-30", "27/08/2015", "08-27-15", "soon", "2015-08", 3.5, True])
def test_dates_that_are_none(text: object) -> None:
    assert _code(TREE, "planted_on", text) == "bad_date"


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_every_spelling_of_a_day_is_that_day(day: date) -> None:
    for text in (
        f"{day}", f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day}T23:59:59Z",
    ):  # fmt: skip
        assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("06:00-22:00", "06:00-22:00"), ("6:00～22:00", "06:00-22:00"), ("24小时", "00:00-24:00"),
        ("24 小時", "00:00-24:00"),
        ("24h", "00:00-24:00"), ("24 hours", "00:00-24:00"), ("全天", "00:00-24:00"), ("6点至22点", "06:00-22:00"),
        ("6:30 AM - 10:30 PM", "06:30-22:30"), ("上午8:00-下午5:30", "08:00-17:30"), ("22:00-06:00", "22:00-06:00"),
        ("17:00-20:00；06:30-09:00", "06:30-09:00, 17:00-20:00"), ("06:00 - 00:00", "06:00-24:00"),
        ("0600-2200", "06:00-22:00"),
    ],
)  # fmt: skip
def test_hours(text: str, wanted: str) -> None:
    assert _read(TOILET, "open_hours", text) == wanted


@pytest.mark.parametrize(
    "text", ["25:00-26:00", "8", "06:00", "06:00-06:00", "06:61-07:00", "early to late", 24, "24:00-06:00"]
)
def test_hours_that_are_none(text: object) -> None:
    assert _code(TOILET, "open_hours", text) == "bad_hours"


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda p: p[0] != p[1]), min_size=1, max_size=4
    )
)
def test_hours_are_stable(pairs: list[tuple[int, int]]) -> None:
    text = "; ".join(f"{a // 60}:{a % 60:02d}-{b // 60}:{b % 60:02d}" for a, b in pairs)
    once = parse_hours(text)
    assert once is not None
    assert parse_hours(once) == once


@pytest.mark.parametrize("word", ["stand_alone", "独立式", "獨立式", "Stand-alone", "STAND ALONE", " 独立 "])
def test_enums(word: str) -> None:
    assert _read(TOILET, "form", word) == "stand_alone"


@pytest.mark.parametrize(
    ("word", "key"), [("Ⅱ类", "second"), ("二類", "second"), ("2", "second"), (2, "second"), ("III", "third")]
)
def test_classes(word: object, key: str) -> None:
    assert _read(TOILET, "class", word) == key


@pytest.mark.parametrize("word", ["四类", "forth", True, ["一类"], 9])
def test_enums_that_are_none(word: object) -> None:
    assert _code(TOILET, "class", word) == "bad_enum"


@pytest.mark.parametrize(
    "text", ["厕纸;烘手机", "烘手、厕纸", "dryer, paper", "Hand dryer | 厕纸 | 厕纸", ["dryer", "paper"]]
)
def test_sets(text: object) -> None:
    assert _read(TOILET, "supplies", text) == ["paper", "dryer"]


def test_a_set_may_be_empty_and_tags_are_free() -> None:
    assert _read(TOILET, "supplies", "无") == []
    assert _read(TOILET, "tags", "亚运保障；示范街；亚运保障") == ["亚运保障", "示范街"]
    assert _code(TOILET, "supplies", "厕纸;金子") == "bad_enum"
    assert _code(TOILET, "supplies", {"paper": True}) == "bad_text"


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("dbh:in", "3", 7.62), ("dbh:in", 3, 7.62), ("dbh", "１２", 12), ("dbh", "12 in", 30.48),
        ("dbh", "1,200", 1200),
        ("height", "12米", 12), ("age_est", "80", 80), ("age_est", "80.0", 80), ("tree_count", 3.0, 3),
    ],
)  # fmt: skip
def test_numbers(key: str, value: object, kept: float) -> None:
    values, _ = validate_attributes(TREE, {key: value}, partial=True)
    assert values == {key.partition(":")[0]: kept}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("dbh", "thick", "bad_number"), ("dbh", True, "bad_number"), ("dbh", float("nan"), "bad_number"),
        ("dbh", 10**400, "bad_number"),
        ("dbh", -1, "out_of_range"), ("dbh", "2001", "out_of_range"), ("dbh:kg", "3", "bad_unit"),
        ("age_est", "3.5", "bad_number"),
        ("age_est", "无", "out_of_range_not"), ("species_zh", "树\x00", "bad_text"),
        ("species_zh", "树" * 201, "too_long"),
        ("grid", "12", "bad_text"), ("nope", 1, "unknown_attribute"), ("species_zh", ["a"], "bad_text"),
    ],
)  # fmt: skip
def test_numbers_and_texts_that_are_none(key: str, value: object, code: str) -> None:
    if code == "out_of_range_not":
        assert _read(TREE, key, value) == 0  # a count that says none
        return
    assert _code(TREE, key, value) == code


def test_an_unlikely_value_is_kept_with_a_warning() -> None:
    values, problems = validate_attributes(TREE, {"dbh:in": "425"}, partial=True)
    assert values == {"dbh": 1079.5}
    assert [(problem.code, problem.severity) for problem in problems] == [("implausible", "warning")]


@pytest.mark.parametrize("blank", [None, "", "  ", "None", "NULL", "nan", "N/A", "-", "—", "未知", "不详"])
def test_blank_is_not_on_record(blank: object) -> None:
    assert validate_attributes(TREE, {"dbh": blank}, partial=True) == ({"dbh": None}, [])
    assert "dbh" not in validate_attributes(TREE, {"dbh": blank})[0]


def test_none_is_a_value_where_there_is_such_a_choice() -> None:
    assert _read(TREE, "guard", "None") == "none"
    assert _read(TREE, "heritage_grade", "无") == "none"
    assert _read(ROOM, "ventilation", "无") == "none"


def test_missing_required_is_a_warning_and_only_for_a_whole_record() -> None:
    _, problems = validate_attributes(TREE, {"species_zh": "香樟", "dbh": "thick"})
    assert {p.key for p in problems if p.code == "missing"} == {
        "species_latin", "location_context", "vigour", "supervising_org",
    }  # fmt: skip
    assert {p.severity for p in problems if p.code == "missing"} == {"warning"}
    assert validate_attributes(TREE, {}, partial=True) == ({}, [])


def test_a_guessed_column_never_rejects_its_row() -> None:
    _, problems = validate_attributes(TREE, {"vigour": "so-so"}, partial=True, guessed={"vigour"})
    assert [problem.severity for problem in problems] == ["warning"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = [(kind, attribute.key) for kind in catalogue().kinds.values() for attribute in kind.attributes]


@given(st.sampled_from(KEYS), JSON)
@example(next(k for k in KEYS if k[1] == "photos"), ["\ud800"])
def test_whatever_comes_is_kept_as_json_or_refused(where: tuple[Any, str], value: object) -> None:
    kind, key = where
    values, problems = validate_attributes(kind, {key: value}, partial=True)
    assert (key in values) or problems
    json.dumps(values, allow_nan=False).encode()
    for problem in problems:
        assert problem.message("zh-CN")
    again, more = validate_attributes(kind, values, partial=True)
    assert again == values
    assert [problem for problem in more if problem.severity == "error"] == []


def test_the_new_york_census_is_readable(outside_data: Path) -> None:
    with (outside_data / "trees" / "newyork_census_5000.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    wanted = {"tree_dbh": "dbh:in", "spc_latin": "species_latin", "health": "vigour", "created_at": "surveyed_on"}
    errors = [
        problem
        for row in rows
        for problem in validate_attributes(TREE, {field: row[column] for column, field in wanted.items()})[1]
        if problem.severity == "error"
    ]
    assert len(rows) == 5000
    assert errors == []
