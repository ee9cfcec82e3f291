"""Languages: what is asked, kept and accepted, and both texts of a record."""

from __future__ import annotations

import pytest

from foundation.translation import as_lang, choose_lang, pick, translate


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "chosen"),
    [
        ("en", "zh-CN", "zh", "en"),
        (None, "en", "zh", "en"),
        ("xx", None, "en-GB,en;q=0.9", "en"),
        (None, None, "fr, en;q=0.2, zh-TW;q=0.7", "zh-CN"),
        (None, None, "en;q=0, zh;q=0", "zh-CN"),
        (None, None, "de;q=abc", "zh-CN"),
        (None, None, None, "zh-CN"),
        ("zh_Hans", None, None, "zh-CN"),
    ],
)
def test_the_language_is_chosen_in_order(asked: str, cookie: str, accept: str, chosen: str) -> None:
    assert choose_lang(asked, cookie, accept) == chosen


def test_a_missing_text_gives_way_to_the_other() -> None:
    assert (pick("en", "公厕", ""), pick("zh-CN", None, "Toilet"), pick("en", "公厕", "Toilet")) == (
        "公厕", "Toilet", "Toilet",
    )  # fmt: skip


def test_sentences_are_filled_in_both_languages() -> None:
    assert translate("en", "There is no setting {name}. The settings are listed in docs/operations.md.", name="X")
    assert "X" in translate(
        "zh-CN", "There is no setting {name}. The settings are listed in docs/operations.md.", name="X"
    )


def test_what_is_no_language_is_none() -> None:
    assert as_lang("") is None
