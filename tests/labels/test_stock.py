"""Stock as data: cells inside the page, side by side, and no nonsense."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from labels.stock import DEFAULT_STOCK, STOCKS, cells, sheets_needed, stock_named

SHEET = STOCKS[DEFAULT_STOCK]


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.key)
def test_every_cell_is_on_the_page_and_none_overlap(stock) -> None:
    found = list(cells(stock, stock.per_sheet))
    assert all(0 <= c.left <= stock.page_width - stock.label_width + 0.1 for c in found)
    assert all(0 <= c.top <= stock.page_height - stock.label_height + 0.1 for c in found)
    for one in found:
        for other in found:
            beside = abs(one.left - other.left) > stock.label_width - 0.1
            apart = beside or abs(one.top - other.top) > stock.label_height - 0.1
            assert one is other or apart


def test_the_default_sheet_is_24_labels_of_70_by_37() -> None:
    assert (SHEET.per_sheet, SHEET.label_width, SHEET.label_height) == (24, 70, 37)
    last = list(cells(SHEET, 24))[-1]
    assert (last.left, last.top, last.sheet) == (140, 259.5, 0)


def test_the_first_label_goes_to_the_start_position() -> None:
    first, second = cells(SHEET, 2, start=5)
    assert (first.left, first.top) == (70, 37.5)
    assert (second.left, second.top) == (140, 37.5)


@given(st.integers(1, 200), st.integers(1, 24))
def test_no_position_is_used_twice_and_the_sheets_are_counted(count: int, start: int) -> None:
    places = list(cells(SHEET, count, start))
    assert len({(c.sheet, c.slot) for c in places}) == count
    assert places[0].slot == start - 1
    assert places[-1].sheet + 1 == sheets_needed(SHEET, count, start)


@pytest.mark.parametrize("start", [0, -1, 25])
def test_a_start_position_that_the_sheet_lacks_is_refused(start: int) -> None:
    with pytest.raises(Invalid) as refused:
        cells(SHEET, 1, start)
    assert refused.value.code == "bad_start"
    assert "24" in refused.value.message("zh-CN")


def test_an_unknown_stock_is_refused_with_the_names_of_the_known() -> None:
    with pytest.raises(Invalid) as refused:
        stock_named("a3")
    assert "a4-3x8" in refused.value.message("en")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"columns": 0},
        {"rows": -1},
        {"label_width": 0.0},
        {"page_height": -297.0},
        {"margin_left": -1.0},
        {"pitch_x": 60.0},
        {"pitch_y": 30.0},
        {"columns": 4},
        {"rows": 9},
        {"margin_top": 5.0},
    ],
)
def test_a_sheet_that_cannot_exist_is_refused(nonsense: dict[str, float]) -> None:
    with pytest.raises(Invalid) as refused:
        replace(SHEET, **nonsense)
    assert refused.value.code == "bad_stock"
    assert "a4-3x8" in refused.value.message("zh-CN")


@pytest.mark.parametrize(
    "change",
    [
        {"label_width": float("nan")},
        {"page_height": float("inf")},
        {"page_width": 1201.0},
        {"columns": 30, "rows": 30},
        {"form": "balloon"},
        {"dpi": 72},
        {"bleed": -1.0},
        {"bleed": 11.0},
        {"bleed": 2.0},  # its labels touch each other
        {"corner": -1.0},
        {"life_years": 31},
    ],
)
def test_more_nonsense_is_refused_in_both_languages(change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        replace(SHEET, **change)
    assert refused.value.code == "bad_stock"
    assert SHEET.key in refused.value.message("zh-CN")
    assert refused.value.message("zh-CN") != refused.value.message("en")


def test_the_page_grows_for_crop_marks_and_bleed_only_where_its_margin_is_too_small() -> None:
    assert SHEET.extra == 0
    assert STOCKS["a4-2x5-cards"].extra == 0  # twelve millimetres of margin hold the marks
    assert STOCKS["a5-poster"].extra == 8  # three of bleed and five for the marks
    assert replace(STOCKS["a5-poster"], marks=False).extra == 3


def test_an_operators_own_stock_comes_before_one_that_ships() -> None:
    own = replace(SHEET, margin_top=1.0)
    assert stock_named(SHEET.key, {SHEET.key: own}) is own
