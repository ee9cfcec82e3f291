"""Texts cut into runs of one script, as the reference renderer cuts them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.stamp.runs import runs


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("公厕", [("公厕", "Hani", "zh-CN")]),
        ("解放路24号公厕", [("解放路24号公厕", "Hani", "zh-CN")]),
        ("24号", [("24号", "Hani", "zh-CN")]),
        ("No. 24", [("No. 24", "Latn", "en")]),
        ("公厕 No. 24 东", [("公厕 ", "Hani", "zh-CN"), ("No. 24 ", "Latn", "en"), ("东", "Hani", "zh-CN")]),
        ("0577-1234", [("0577-1234", "Zyyy", "zh-CN")]),
        ("カフェ", [("カフェ", "Kana", "ja")]),
        ("Мост 3", [("Мост 3", "Cyrl", "ru")]),
    ],
)
def test_digits_and_marks_go_with_what_stands_before_them(text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert list(runs(text, "zh-CN")) == wanted


def test_english_pages_shape_their_words_as_english() -> None:
    assert list(runs("Toilet 公厕", "en-GB")) == [("Toilet ", "Latn", "en-GB"), ("公厕", "Hani", "en-GB")]


@given(st.text(max_size=40))
def test_runs_put_together_are_the_text_and_neighbours_differ(text: str) -> None:
    found = list(runs(text, "zh-CN"))
    assert "".join(part for part, _, _ in found) == text
    assert all(one[1] != two[1] for one, two in pairwise(found))
