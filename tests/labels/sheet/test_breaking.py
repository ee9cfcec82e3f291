"""Lines: nothing wider than the line, nothing lost but after an ellipsis."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labels.sheet.breaking import ELLIPSIS, break_lines, fits


def measure(text: str) -> float:
    return sum(1.0 if ord(char) > 0x24F else 0.5 for char in text)


def test_words_stay_whole_and_chinese_breaks_anywhere() -> None:
    assert break_lines("Century Square East", 8, 3, measure) == ("Century Square", "East")
    assert break_lines("世纪广场东公厕", 4, 3, measure) == ("世纪广场", "东公厕")
    assert break_lines("公园路12号", 4, 3, measure) == ("公园路12", "号")


def test_a_number_beside_chinese_stays_whole() -> None:
    assert break_lines("公园路1234号", 4, 3, measure) == ("公园路", "1234号")


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert break_lines("1234567890", 2, 3, measure) == ("1234", "5678", "90")


def test_what_has_no_room_ends_in_an_ellipsis() -> None:
    assert break_lines("公" * 200, 5, 2, measure) == ("公公公公公", "公公公公" + ELLIPSIS)
    assert break_lines("Century Square East toilet", 8, 1, measure) == ("Century Square" + ELLIPSIS,)


def test_a_line_never_begins_with_a_closing_mark() -> None:
    assert break_lines("世纪广场，东", 4, 3, measure) == ("世纪广", "场，东")


def test_a_word_behind_a_closing_mark_does_not_run_over_the_line() -> None:
    assert break_lines("a {b} {c}</d>", 4, 3, measure) == ("a {b}", "{c}</d>")
    assert break_lines("甲乙丙)abcde", 4, 3, measure) == ("甲乙", "丙)abcde")
    assert break_lines("甲乙丙)abcdefg", 4, 3, measure) == ("甲乙丙", ")abcdefg")


def test_no_room_or_no_text_makes_no_lines() -> None:
    assert break_lines("公厕", 5, 0, measure) == ()
    assert break_lines("", 5, 2, measure) == ()


@given(st.text("公园路12ab ，。)}; ", max_size=80), st.integers(3, 12), st.integers(1, 4))
def test_no_line_is_wider_and_nothing_is_lost_silently(text: str, width: int, lines: int) -> None:
    text = " ".join(text.split())
    made = break_lines(text, width, lines, measure)
    assert len(made) <= lines
    assert all(measure(line) <= width for line in made)
    if fits(text, width, lines, measure):
        assert "".join(made).replace(" ", "") == text.replace(" ", "")
    else:
        assert made[-1].endswith(ELLIPSIS)
