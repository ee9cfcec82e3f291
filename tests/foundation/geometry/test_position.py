"""Positions, boxes and distances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.geometry.position import Box, Position, distance_metres, parse_bbox, parse_position

positions = st.builds(Position, st.floats(-180, 180), st.floats(-90, 90))


def test_a_box_is_read_and_holds_its_edges() -> None:
    box = parse_bbox("120.5,27.9,120.8,28.1")
    assert box == Box(120.5, 27.9, 120.8, 28.1) == (120.5, 27.9, 120.8, 28.1)
    assert box.holds(Position(120.5, 28.1))
    assert not box.holds(Position(120.81, 28.0))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_bbox"),
        ("1,2,3", "bad_bbox"),
        ("1,2,3,4,5", "bad_bbox"),
        ("a,b,c,d", "bad_bbox"),
        ("120.8,27.9,120.5,28.1", "bad_bbox"),
        ("120.5,28.1,120.8,27.9", "bad_bbox"),
        ("nan,0,1,1", "bad_position"),
        ("0,0,inf,1", "bad_position"),
        ("27.9,120.5,28.1,120.8", "bad_position"),
        ("1," * 5000, "bad_bbox"),
    ],
)
def test_a_wrong_box_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_bbox(text)
    assert caught.value.code == code


def test_a_position_is_read() -> None:
    assert parse_position(" 120.65, 28.01") == Position(120.65, 28.01)
    for wrong in ("", "120.65", "1,2,3", "x,y", "181,0", "0,-91"):
        with pytest.raises(Invalid):
            parse_position(wrong)


def test_swapped_numbers_are_recognised() -> None:
    with pytest.raises(Invalid, match="swapped"):
        Position(28.01, 120.65).checked()
    with pytest.raises(Invalid, match="another coordinate system"):
        Position(987_654.0, 213_000.0).checked()


def test_known_distances() -> None:
    assert distance_metres(Position(0, 0), Position(0, 1)) == pytest.approx(111_195, abs=1)
    assert distance_metres(Position(116.397, 39.909), Position(120.65, 28.01)) == pytest.approx(1_376_000, rel=0.005)
    assert distance_metres(Position(0, 0), Position(180, 0)) == pytest.approx(20_015_115, abs=1)
    assert distance_metres(Position(179.999, 0), Position(-179.999, 0)) == pytest.approx(222.4, abs=0.1)


@given(positions, positions)
def test_a_distance_is_the_same_both_ways(here: Position, there: Position) -> None:
    assert distance_metres(here, there) == pytest.approx(distance_metres(there, here))
    assert distance_metres(here, here) == 0
    assert distance_metres(here, there) <= 20_015_116
