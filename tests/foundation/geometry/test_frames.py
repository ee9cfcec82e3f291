"""The shifted frames: published vectors, inverses to a millimetre, and nothing shifted abroad."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.geometry.frames import (
    Convert,
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from foundation.geometry.position import Position, distance_metres
from foundation.geometry.projection import convert_position, converter_from

lons, lats = st.floats(73, 137), st.floats(1.5, 55)


def metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    return distance_metres(Position(*here), Position(*there))


def mercator(lon: float, lat: float) -> tuple[float, float]:
    return 6378137 * math.radians(lon), 6378137 * math.asinh(math.tan(math.radians(lat)))


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((120.65, 28.01), (120.653964, 28.006625)),
        ((116.397, 39.909), (116.403244, 39.910403)),
        ((120.155, 30.274), (120.159695, 30.271671)),
    ],
)
def test_gcj02_vectors(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*wgs) == pytest.approx(gcj, abs=5e-7)
    assert gcj02_to_wgs84(*gcj) == pytest.approx(wgs, abs=1e-6)


def test_the_shift_at_the_district() -> None:
    here = (120.65, 28.01)
    assert metres(here, wgs84_to_gcj02(*here)) == pytest.approx(541, abs=1)
    assert metres(here, wgs84_to_bd09(*here)) == pytest.approx(1068, abs=2)


@pytest.mark.parametrize(
    ("there", "back"),
    [(wgs84_to_gcj02, gcj02_to_wgs84), (gcj02_to_bd09, bd09_to_gcj02), (wgs84_to_bd09, bd09_to_wgs84)],
)
@given(lon=lons, lat=lats)
def test_an_inverse_is_true_to_a_millimetre(there: Convert, back: Convert, lon: float, lat: float) -> None:
    assert metres(back(*there(lon, lat)), (lon, lat)) < 0.001


@pytest.mark.parametrize("place", [(-73.99, 40.73), (2.35, 48.86), (151.2, -33.87)])
def test_nothing_is_shifted_abroad(place: tuple[float, float]) -> None:
    for convert in (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84):
        assert convert(*place) == place


@pytest.mark.parametrize(
    ("crs", "given_as", "wgs"),
    [
        ("wgs84", (120.65, 28.01), (120.65, 28.01)),
        ("GCJ02", (120.653964, 28.006625), (120.65, 28.01)),
        ("bd09", wgs84_to_bd09(120.65, 28.01), (120.65, 28.01)),
        ("EPSG:4326", (120.65, 28.01), (120.65, 28.01)),
        ("epsg:4490", (120.65, 28.01), (120.65, 28.01)),
        ("EPSG:3857", mercator(120.65, 28.01), (120.65, 28.01)),
        ("EPSG:4549", (563930.083, 3099720.249), (120.65, 28.01)),
    ],
)
def test_frames_by_name(crs: str, given_as: tuple[float, float], wgs: tuple[float, float]) -> None:
    assert metres(converter_from(crs)(*given_as), wgs) < 2


def test_a_position_is_converted_and_checked() -> None:
    assert convert_position(Position(120.65, 28.01), "wgs84") == Position(120.65, 28.01)
    assert convert_position(Position(1027431.148, 202756.7687), "EPSG:2263").lon == pytest.approx(-73.84421522)
    with pytest.raises(Invalid, match="swapped"):
        convert_position(Position(28.01, 120.65), "gcj02")


def test_new_york_feet() -> None:
    """The first tree of the 2015 census stands in both frames in the city's own file."""
    assert metres(converter_from("EPSG:2263")(1027431.148, 202756.7687), (-73.84421522, 40.72309177)) < 1


@pytest.mark.parametrize(
    "crs", ["", "utm", "EPSG:", "EPSG:1", "EPSG:999999", "EPSG:4978", "EPSG:5773", "EPSG:4326; DROP"]
)
def test_an_unknown_frame_is_refused(crs: str) -> None:
    with pytest.raises(Invalid) as caught:
        converter_from(crs)
    assert caught.value.code == "bad_crs"


def test_a_whole_census_in_feet(outside_data: Path) -> None:
    convert = converter_from("EPSG:2263")
    with (outside_data / "trees" / "newyork_census_5000.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {key: float(row[key]) for key in ("x_sp", "y_sp", "longitude", "latitude")} for row in csv.DictReader(file)
        ]
    off = [metres(convert(row["x_sp"], row["y_sp"]), (row["longitude"], row["latitude"])) for row in rows]
    assert len(off) == 5000
    assert max(off) < 1


@pytest.mark.parametrize("place", [(1e30, 1e30), (202756.8, 1027431.1), (-73.84, 40.72), (math.inf, 0)])
def test_a_place_outside_a_frame_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(Invalid) as caught:
        converter_from("EPSG:2263")(*place)
    assert caught.value.code == "bad_position"
