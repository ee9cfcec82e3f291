"""Label codes: the contract's vectors, what people type, and what the check character catches."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundation.codes import ALPHABET, check_character, new_code, normalise, parse_code, printed
from foundation.errors import Invalid

bodies = st.text(ALPHABET, min_size=8, max_size=8)
places = st.integers(0, 8)


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("00000000", "0"),
        ("00000001", "D"),
        ("10000000", "2"),
        ("ABCDEFGH", "2"),
        ("7F3K9QXD", "Y"),
        ("W3TRCH4N", "C"),
    ],
)
def test_check_character_of_the_contract(body: str, check: str) -> None:
    assert check_character(body) == check
    assert parse_code(body + check) == body + check


def test_printed_form() -> None:
    assert printed("7F3K9QXDY") == "7F3K-9QXD-Y"


@pytest.mark.parametrize(
    "typed",
    [
        "7F3K-9QXD-Y",
        "7f3k 9qxd y",
        " 7f3k9qxdy\n",
        "７Ｆ３Ｋ－９ＱＸＤ－Ｙ",
        "7F3K–9QXD—Y",
        "7F3K.9QXD_Y",
        "7F3K\u200b9QXD\u00a0Y",
        "7F3K　9QXD　Y",
    ],
)
def test_forgives_what_people_type(typed: str) -> None:
    assert parse_code(typed) == "7F3K9QXDY"


@pytest.mark.parametrize("typed", ["0000-0001-D", "OOOO-oooI-D", "000o-000l-d", "OOOO-OOOL-D"])
def test_reads_letters_that_look_like_digits(typed: str) -> None:
    assert parse_code(typed) == "00000001D"


@pytest.mark.parametrize(
    "typed", ["", "7F3K9QXD", "7F3K9QXDYY", "UF3K9QXDY", "7F3K9QXD!", "公厕公厕公厕公厕公", "7" * 10_000]
)
def test_what_cannot_be_a_code(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_code(typed)
    assert caught.value.code == "bad_code"


def test_a_wrong_check_character_is_named_so() -> None:
    with pytest.raises(Invalid) as caught:
        parse_code("7f3k9qxdz")
    assert caught.value.code == "bad_check_character"
    assert "7F3K-9QXD-Z" in str(caught.value)
    assert "7F3K-9QXD-Z" in caught.value.message("zh-CN")


@given(st.binary(min_size=5, max_size=5))
def test_every_new_code_parses(seed: bytes) -> None:
    code = new_code(seed)
    assert len(code) == 9
    assert parse_code(printed(code).lower()) == code


@given(st.sets(st.binary(min_size=5, max_size=5), min_size=2))
def test_different_bytes_give_different_codes(seeds: set[bytes]) -> None:
    assert len({new_code(seed) for seed in seeds}) == len(seeds)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_code_takes_five_bytes(count: int) -> None:
    with pytest.raises(ValueError, match="5 random bytes"):
        new_code(bytes(count))


@given(bodies, places, st.sampled_from(ALPHABET))
def test_every_substitution_is_detected(body: str, place: int, other: str) -> None:
    code = body + check_character(body)
    assume(code[place] != other)
    with pytest.raises(Invalid):
        parse_code(code[:place] + other + code[place + 1 :])


@given(bodies, places, places)
def test_every_swap_is_detected_adjacent_or_not(body: str, first: int, second: int) -> None:
    code = list(body + check_character(body))
    assume(code[first] != code[second])
    code[first], code[second] = code[second], code[first]
    with pytest.raises(Invalid):
        parse_code("".join(code))


@given(st.text(st.characters(max_codepoint=127) | st.sampled_from("０１ＡＩＬＯ－　·—\u200b")))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
