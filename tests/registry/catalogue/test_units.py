"""Units and numbers as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from registry.catalogue import convert_unit, parse_number
from registry.catalogue.units import canonical_unit, parse_quantity, tidy


@pytest.mark.parametrize(
    ("value", "source", "target", "wanted"),
    [
        (3, "in", "cm", 7.62), (10, "ft", "m", 3.048), (1, "ft²", "m2", 0.09290304), (1, "亩", "m²", 2000 / 3),
        (2, "t", "kg", 2000),
        (1000, "L", "m³", 1), (5, "米", "cm", 500), (1, "kN/m²", "kPa", 1), (12, "英寸", "厘米", 30.48),
        (7, "吨/日", "t/d", 7),
    ],
)  # fmt: skip
def test_conversions(value: float, source: str, target: str, wanted: float) -> None:
    assert convert_unit(value, source, target) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("source", "target"), [("in", "kg"), ("smoot", "m"), ("cm", ""), ("", "cm"), ("", "")])
def test_what_cannot_be_converted_is_refused(source: str, target: str) -> None:
    with pytest.raises(Invalid) as caught:
        convert_unit(1, source, target)
    assert caught.value.code == "bad_unit"


def test_every_unit_of_the_catalogue_is_known_or_stands_alone() -> None:
    from registry.catalogue import catalogue

    units = {
        a.unit for kind in catalogue().kinds.values() for a in kind.attributes if a.type in {"int", "num"} and a.unit
    }
    assert {unit for unit in units if canonical_unit(unit) is None} == set()


@given(st.floats(-1e9, 1e9), st.sampled_from([("in", "cm"), ("ft2", "m2"), ("t", "kg"), ("L", "m3")]))
def test_there_and_back(value: float, units: tuple[str, str]) -> None:
    there = convert_unit(value, *units)
    assert math.isclose(convert_unit(there, units[1], units[0]), value, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,234.5", 1234.5), ("１２", 12), ("１，２３４", 1234), ("-3", -3), ("−4", -4), ("1e3", 1000),
        (".5", 0.5), ("1 234", 1234),
        ("3 5", None), ("1,23", None), ("1.234.5", None), ("abc", None), ("", None), ("inf", None),
        ("nan", None), ("1_000", None),
        ("e5", None), ("-", None), ("٣", None), ("1e999", None),
    ],
)  # fmt: skip
def test_numbers(text: str, wanted: float | None) -> None:
    assert parse_number(text) == wanted


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader_of_numbers(text: str) -> None:
    number = parse_number(text)
    assert number is None or math.isfinite(number)
    quantity = parse_quantity(text, "cm")
    assert quantity is None or isinstance(quantity, float)


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_survive_their_separators(number: int) -> None:
    assert parse_number(f"{number:,}") == number
    assert parse_number("".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in str(number))) == number


def test_a_quantity_may_carry_its_unit() -> None:
    assert parse_quantity("12 in", "cm") == pytest.approx(30.48)
    assert parse_quantity("3 米", "cm") == 300
    assert parse_quantity("5 kg", "cm") is None
    assert parse_quantity("5 cm", None) is None


def test_binary_dust_is_swept() -> None:
    assert tidy(3 * 2.54) == 7.62
    assert tidy(7.0) == 7
    assert isinstance(tidy(7.0), int)
