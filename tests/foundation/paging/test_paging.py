"""Paging: cursors come back as they went, foreign ones are refused, limits hold."""

import base64
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.paging import MOST, Page, cut_page, decode_cursor, encode_cursor, page_limit

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
ROWS = [(name, number) for number, name in enumerate("七都广化双屿")]


def wrap(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(texts, st.integers(-(2**63) + 1, 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.none())
def test_a_cursor_comes_back_as_it_went(text: str, integer: int, number: float, nothing: None) -> None:
    values = (text, integer, number, nothing)
    cursor = encode_cursor(values)
    assert decode_cursor(cursor, (str, int, float, str)) == values
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?# ")


@given(st.datetimes(timezones=st.just(UTC)), st.dates())
def test_days_and_instants_come_back_as_they_went(instant: datetime, day: date) -> None:
    assert decode_cursor(encode_cursor((instant, day)), (datetime, date)) == (instant, day)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!!",
        "页",
        "A" * 5000,
        "7" * 1999,
        wrap({"a": 1}),
        wrap(5),
        wrap([]),
        wrap(["a"]),
        wrap(["a", 1, 2]),
        wrap([1, 1]),
        wrap(["a", "1"]),
        wrap(["a", True]),
        wrap(["a", 1.5]),
        wrap(["a", 2**63]),
        wrap(["a\0", 1]),
        wrap(["\ud800", 1]),
        base64.urlsafe_b64encode(b"[" * 1400).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode_cursor(cursor, (str, int))
    assert caught.value.code == "bad_cursor"


@pytest.mark.parametrize("value", ["2026-02-30", "2026-01-01T00:00:00", "soon", 5])
def test_a_cursor_with_a_wrong_instant_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        decode_cursor(wrap([value]), (datetime,))


@pytest.mark.parametrize("value", ["1", True, 10**400])
def test_a_cursor_with_a_wrong_number_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        decode_cursor(wrap([value]), (float,))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_cursor_with_no_finite_number_is_refused(number: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(base64.urlsafe_b64encode(f"[{number}]".encode()).decode().rstrip("="), (float,))


def test_limits() -> None:
    assert page_limit(None) == 50
    assert page_limit(None, 25) == 25
    assert [page_limit(1), page_limit(MOST)] == [1, 500]
    for wrong in (0, -1, 501):
        with pytest.raises(Invalid) as caught:
            page_limit(wrong)
        assert caught.value.code == "bad_limit"


def test_the_row_too_many_only_tells_that_there_is_more() -> None:
    page = cut_page(ROWS, 4, lambda row: row)
    assert page.items == ROWS[:4]
    assert page.next is not None
    assert decode_cursor(page.next, (str, int)) == ROWS[3]


@pytest.mark.parametrize("limit", [6, 7])
def test_the_last_page_has_no_next(limit: int) -> None:
    assert cut_page(ROWS, limit, lambda row: row) == Page(ROWS, None)
    assert cut_page([], limit, lambda row: row) == Page([], None)


@given(st.integers(1, 7))
def test_walking_the_pages_meets_every_row_once(limit: int) -> None:
    met: list[tuple[str, int]] = []
    cursor: str | None = encode_cursor(("", -1))
    while cursor is not None:
        after = decode_cursor(cursor, (str, int))[1]
        page = cut_page([row for row in ROWS if row[1] > after][: limit + 1], limit, lambda row: row)
        met += page.items
        cursor = page.next
    assert met == ROWS
