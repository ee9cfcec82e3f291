"""Check words: a thousand pairs, all different, short, and the same number in both languages."""

from __future__ import annotations

import pytest

from labels.check_word import FIRST, SECOND, WORDS, check_word


def test_every_number_has_a_word_of_its_own_in_both_languages() -> None:
    assert WORDS == 1024
    assert len({check_word(number, "zh-CN") for number in range(WORDS)}) == WORDS
    assert len({check_word(number, "en") for number in range(WORDS)}) == WORDS


def test_a_word_is_two_characters_or_two_short_words() -> None:
    assert all(len(check_word(number, "zh-CN")) == 2 for number in range(WORDS))
    assert max(len(check_word(number, "en")) for number in range(WORDS)) <= 16
    assert check_word(5 * 32, "zh-CN") == FIRST[5][0] + SECOND[0][0] == "蓝松"
    assert check_word(5 * 32, "en") == "blue pine"


@pytest.mark.parametrize("number", [-1, WORDS])
def test_there_is_no_word_beyond(number: int) -> None:
    with pytest.raises(IndexError):
        check_word(number, "en")
