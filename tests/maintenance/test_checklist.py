"""The answers of a crew."""

from __future__ import annotations

import pytest

from foundation.errors import Invalid
from maintenance.checklist import Item, check_answers

TICK = Item(key="floor", zh="地面净", en="Floor clean")
LEVEL = Item(key="level", zh="液位", en="Level", input="number", unit="cm", min=0, max=80)
WORDS = Item(key="note", zh="备注", en="Note", input="text", required=False)
PICTURE = Item(key="after", zh="维修后", en="After", input="photo")


def codes(given: dict[str, object]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check_answers([TICK, LEVEL, WORDS, PICTURE], given)
    assert refused.value.code == "checklist"
    return {name: wrong.code for name, wrong in refused.value.fields.items()}


def test_a_complete_list_is_kept_as_plain_values() -> None:
    given = {"floor": "1", "level": " 12,5 ", "note": " 好 ", "stranger": "x"}
    assert check_answers([TICK, LEVEL, WORDS, PICTURE], given) == {"floor": True, "level": 12.5, "note": "好"}


def test_json_values_are_taken_too() -> None:
    assert check_answers([TICK, LEVEL], {"floor": True, "level": 3}) == {"floor": True, "level": 3.0}


def test_zero_is_an_answer() -> None:
    assert check_answers([LEVEL], {"level": "0"}) == {"level": 0.0}


def test_every_open_line_is_named() -> None:
    assert codes({}) == {"floor": "missing", "level": "missing"}
    assert codes({"floor": "", "level": "  "}) == {"floor": "missing", "level": "missing"}


@pytest.mark.parametrize("value", ["0", "off", "false", False, None, "no"])
def test_a_tick_is_a_yes(value: object) -> None:
    assert codes({"floor": value, "level": "1"}) == {"floor": "missing"}


@pytest.mark.parametrize("text", ["-0.1", "80.01", "inf", "-inf", "1e400"])
def test_a_number_stays_within_its_bounds(text: str) -> None:
    assert codes({"floor": "1", "level": text}) == {"level": "out_of_range"}


@pytest.mark.parametrize("text", ["abc", "12 cm", "nan", "--1", "1,000.5"])
def test_what_is_no_number_is_said_so(text: str) -> None:
    assert codes({"floor": "1", "level": text}) == {"level": "bad_number"}


def test_a_number_without_bounds_is_still_a_number() -> None:
    free = Item(key="count", zh="数量", en="Count", input="number")
    assert check_answers([free], {"count": "7"}) == {"count": 7.0}
    with pytest.raises(Invalid):
        check_answers([free], {"count": "inf"})


def test_long_words_are_cut() -> None:
    assert len(check_answers([WORDS], {"note": "长" * 5000})["note"]) == 500
