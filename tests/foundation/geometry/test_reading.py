"""Shapes from text: every form, every kind of nonsense, and the real files."""

import csv
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.geometry.frames import gcj02_to_wgs84
from foundation.geometry.position import Position
from foundation.geometry.projection import converter_from
from foundation.geometry.reading import parse_geojson, parse_geometry, parse_wkt, read_geometry
from foundation.geometry.shapes import Geometry, contains, point, representative_point

SQUARE = "(0 0, 4 0, 4 4, 0 4, 0 0)"
HOLE = "(1 1, 3 1, 3 3, 1 3, 1 1)"
NOWHERE = '{"type":"Point","coordinates":'


@pytest.mark.parametrize(
    ("wkt", "kind", "coordinates"),
    [
        ("POINT (120.65 28.01)", "Point", [120.65, 28.01]),
        (" point(120.65   28.01) ", "Point", [120.65, 28.01]),
        ("SRID=4326;POINT(120.65 28.01)", "Point", [120.65, 28.01]),
        ("POINT Z (120.65 28.01 5)", "Point", [120.65, 28.01]),
        ("POINTZ(120.65 28.01 5)", "Point", [120.65, 28.01]),
        ("POINT ZM (120.65 28.01 5 1)", "Point", [120.65, 28.01]),
        ("POINT (-1.5e1 +.5)", "Point", [-15, 0.5]),
        ("LINESTRING (0 0, 1 1,2 0)", "LineString", [[0, 0], [1, 1], [2, 0]]),
        ("MULTIPOINT (0 0, 1 1)", "MultiPoint", [[0, 0], [1, 1]]),
        ("MULTIPOINT ((0 0), (1 1))", "MultiPoint", [[0, 0], [1, 1]]),
        ("MULTIPOINT Z ((0 0 1), (1 1 1))", "MultiPoint", [[0, 0], [1, 1]]),
        ("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "MultiLineString", [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]),
        ("POLYGON ((0 0, 4 0, 4 4, 0 0))", "Polygon", [[[0, 0], [4, 0], [4, 4], [0, 0]]]),
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))", "MultiPolygon", [[[[0, 0], [4, 0], [4, 4], [0, 0]]]]),
    ],
)
def test_wkt_and_geojson_say_the_same(wkt: str, kind: str, coordinates: object) -> None:
    geojson = {"type": kind, "coordinates": coordinates}
    assert parse_wkt(wkt).to_geojson() == geojson
    assert parse_geometry(wkt) == parse_geometry(json.dumps(geojson)) == parse_geojson(geojson)


def test_a_hole_is_kept() -> None:
    shape = parse_wkt(f"POLYGON ({SQUARE}, {HOLE})")
    assert len(shape.parts[0]) == 2
    assert parse_geojson(shape.to_geojson()) == shape
    assert not contains(shape.parts[0], (2, 2))
    assert contains(shape.parts[0], (0.5, 2))


def test_a_feature_is_its_geometry() -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2, 3]}}
    assert parse_geojson(feature) == point(1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "None",
        "120.65, 28.01",
        "POINT",
        "POINT ()",
        "POINT EMPTY",
        "POINT (1)",
        "POINT (1 2",
        "POINT 1 2",
        "POINT (1, 2)",
        "POINT (1 2, 3 4)",
        "POINT (1 2 3 4 5)",
        "POINT (one two)",
        "POINT (1 2) POINT (3 4)",
        "POINT (1e999 2)",
        "LINESTRING (1 2)",
        "LINESTRING ((1 2, 3 4))",
        "POLYGON EMPTY",
        "POLYGON (0 0, 1 1, 1 0, 0 0)",
        "POLYGON ((0 0, 4 0, 4 4, 0 4))",
        "POLYGON ((0 0, 1 1, 0 0))",
        "MULTIPOLYGON (())",
        "GEOMETRYCOLLECTION (POINT (1 2))",
        "CIRCULARSTRING (0 0, 1 1, 2 0)",
        "SRID=2263;POINT (1 2)",
        "POINT " + "(" * 50_000,
        "{}",
        "{",
        NOWHERE + "[" * 100_000,
        "POINT " + "(" * 100_000 + ")" * 100_000,
        '{"type": "Point"}',
        '{"type": "Point", "coordinates": null}',
        '{"type": "Feature", "geometry": null}',
        '{"type": 5, "coordinates": [1, 2]}',
        NOWHERE + '["1", "2"]}',
        NOWHERE + "[1]}",
        NOWHERE + "[]}",
        NOWHERE + "[true, 2]}",
        NOWHERE + "[NaN, 2]}",
        NOWHERE + "[[1, 2]]}",
        NOWHERE + "[1" + "0" * 400 + ", 2]}",
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}',
        '{"type": "MultiPoint", "coordinates": []}',
        '{"type": "GeometryCollection", "geometries": []}',
    ],
)
def test_what_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_geometry(text)
    assert caught.value.code == "bad_geometry"
    assert caught.value.message("zh-CN") != caught.value.message("en")


@pytest.mark.parametrize("text", ["POINT (28.01 120.65)", "POINT (987654 213000)", "LINESTRING (0 0, 0 91)"])
def test_what_is_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_geometry(text).check_ranges()
    assert caught.value.code == "bad_position"


@pytest.mark.parametrize(
    "text",
    ["9" * 300_000, "POINT (" + "1" * 300_000, "POINT (" + " " * 300_000, "P" * 300_000, "POINT" + " " * 300_000],
)
def test_no_text_is_slow(text: str) -> None:
    with pytest.raises(Invalid):
        parse_geometry(text)


def test_too_many_positions_are_refused() -> None:
    with pytest.raises(Invalid, match="more than 100000"):
        parse_wkt("LINESTRING (" + ",".join(["1 1"] * 100_001) + ")")


def test_a_shape_is_brought_into_our_frame() -> None:
    lon, lat = parse_geometry("POINT (120.653964 28.006625)").converted(gcj02_to_wgs84).positions[0]
    assert (lon, lat) == pytest.approx((120.65, 28.01), abs=1e-6)
    feet = parse_geometry("POINT (1027431.148 202756.7687)").converted(converter_from("EPSG:2263"))
    assert feet.positions[0] == pytest.approx((-73.84421522, 40.72309177), abs=1e-5)


@given(st.text('POINTLSEGRYMU ()[]{},.0123456789eE+-;=Zz"', max_size=60))
def test_nonsense_raises_nothing_but_invalid(text: str) -> None:
    try:
        shape = parse_geometry(text)
    except Invalid:
        return
    assert isinstance(shape, Geometry)


@pytest.mark.parametrize(
    ("wkt", "place"),
    [
        ("POINT (1 2)", (1, 2)),
        ("MULTIPOINT (0 0, 9 9, 4 4)", (4, 4)),
        ("LINESTRING (0 0, 4 0)", (2, 0)),
        ("LINESTRING (0 0, 0 1, 5 1)", (2, 1)),
        ("LINESTRING (3 3, 3 3)", (3, 3)),
        ("MULTILINESTRING ((0 0, 1 0), (0 5, 8 5))", (4, 5)),
        (f"POLYGON ({SQUARE})", (2, 2)),
        (f"POLYGON ({SQUARE}, {HOLE})", (0.5, 2)),
        ("POLYGON ((0 0, 6 0, 6 6, 5 6, 5 1, 1 1, 1 6, 0 6, 0 0))", (0.5, 3)),
        ("MULTIPOLYGON (((9 9, 9.1 9, 9 9.1, 9 9)), ((0 0, 4 0, 4 4, 0 4, 0 0)))", (2, 2)),
        ("POLYGON ((1 1, 1 1, 1 1, 1 1))", (1, 1)),
    ],
)
def test_the_place_that_stands_for_a_shape(wkt: str, place: tuple[float, float]) -> None:
    found = representative_point(parse_geometry(wkt))
    assert (found.lon, found.lat) == pytest.approx(place)


@given(st.lists(st.floats(0.05, 9), min_size=3, max_size=24), st.floats(-100, 100), st.floats(-60, 60))
def test_it_lies_inside_every_star(reach: list[float], lon: float, lat: float) -> None:
    step = 2 * math.pi / len(reach)
    ring = [(lon + r * math.cos(i * step), lat + r * math.sin(i * step)) for i, r in enumerate(reach)]
    shape = Geometry("Polygon", (((*ring, ring[0]),),))
    found = representative_point(shape)
    assert contains(shape.parts[0], (found.lon, found.lat))


def test_a_cell_gives_the_shape_and_its_place() -> None:
    shape, place = read_geometry("LINESTRING (0 0, 400000 0)")
    assert shape == {"type": "LineString", "coordinates": [[0, 0], [400_000, 0]]}
    assert place == Position(200_000, 0)


def test_the_box_around_a_shape() -> None:
    box = parse_geometry("LINESTRING (120.6 28.1, 120.7 28.0)").box()
    assert (box.min_lon, box.min_lat, box.max_lon, box.max_lat) == (120.6, 28.0, 120.7, 28.1)
    assert box.holds(Position(120.65, 28.05))


def test_the_cells_of_toronto(outside_data: Path) -> None:
    with (outside_data / "trees" / "toronto_etobicoke.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row["geometry"] for row in csv.DictReader(file)]
    places = [read_geometry(cell)[1] for cell in cells]
    assert len(places) == 6115
    assert all(-79.7 < place.lon < -79.1 and 43.5 < place.lat < 43.9 for place in places)


def test_the_features_of_hong_kong(outside_data: Path) -> None:
    text = (outside_data / "toilets" / "hongkong_public_toilets.geojson").read_text("utf-8-sig")
    places = [representative_point(parse_geojson(feature)) for feature in json.loads(text)["features"]]
    assert len(places) == 809
    assert all(113.8 < place.lon < 114.5 and 22.1 < place.lat < 22.6 for place in places)
