"""Columns of other people's files are recognised by their names, and left alone where they could be anything."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from registry.catalogue import catalogue
from registry.catalogue.headers import guess_field, guess_fields

TOILET = catalogue().kind("public_toilet")
TREE = catalogue().kind("street_tree")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("latitude", "lat"), ("LATITUDE", "lat"), ("緯度", "lat"), ("纬度", "lat"), ("Lat.", "lat"), ("Y", "lat"),
        ("lng", "lon"), ("Longitude", "lon"), ("経度", "lon"), ("經度", "lon"), ("x", "lon"), (" 经度 ", "lon"),
        ("NAME_TC", "name"), ("名称", "name"), ("名稱", "name"), ("公廁名稱", "name"), ("name_en", "name_en"),
        ("NAME_EN", "name_en"), ("名称_英語", "name_en"), ("所在地_連結表記", "address"), ("地址", "address"),
        ("ADDRESS_TC", "address"), ("address_en", "address_en"), ("資產編號", "code"), ("设施编号", "code"),
        ("Code", "code"),
        ("所屬街道", "street"), ("街道（镇、乡）", "street"), ("社区", "community"), ("the_geom", "geometry"),
        ("WKT", "geometry"),
        ("開放時間", "open_hours"), ("男性トイレ数（小便器）", "urinals"), ("stalls_male", "stalls_male"),
        ("第三衛生間", "third_restroom"),
        ("建成日期", "built_on"), ("備註", "remark"),
    ],
)  # fmt: skip
def test_common_names(header: str, field: str) -> None:
    assert guess_field(header, TOILET) == field


@pytest.mark.parametrize(
    "header",
    ["x_sp", "y_sp", "X_COORD", "POINT_X", "id", "OBJECTID", "_id", "number", "city", "status", "", "type", "zipcode"],
)
def test_what_could_be_anything_is_left_alone(header: str) -> None:
    assert guess_field(header, TOILET) is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("DBH", "dbh"), ("胸徑", "dbh"), ("胸径（cm）", "dbh"), ("树种", "species_zh"),
        ("Botanical Name", "species_latin"),
        ("spc_latin", "species_latin"), ("樹高", "height"), ("health", "vigour"), ("tree_dbh", None), ("guards", None),
    ],
)  # fmt: skip
def test_attributes_of_the_kind(header: str, field: str | None) -> None:
    assert guess_field(header, TREE) == field


def test_the_surer_name_wins() -> None:
    assert guess_fields(["x", "y", "longitude", "latitude", "name"], TREE) == {
        "longitude": "lon",
        "latitude": "lat",
        "name": "name",
    }
    assert guess_fields(["x", "y"], TREE) == {"x": "lon", "y": "lat"}


def test_real_files(outside_data: Path) -> None:
    with (outside_data / "trees" / "newyork_census_5000.csv").open(encoding="utf-8-sig") as file:
        found = guess_fields(next(csv.reader(file)), TREE)
    assert found == {
        "address": "address", "latitude": "lat", "longitude": "lon", "health": "vigour", "spc_latin": "species_latin",
        "spc_common": "species_en",
    }  # fmt: skip
    with (outside_data / "toilets" / "yaizu_public_toilet.csv").open(encoding="utf-8-sig") as file:
        found = guess_fields(next(csv.reader(file)), TOILET)
    assert {"名称": "name", "名称_英語": "name_en", "緯度": "lat", "経度": "lon"}.items() <= found.items()
    feature = json.loads((outside_data / "toilets" / "hongkong_public_toilets.geojson").read_text())["features"][0]
    found = guess_fields(feature["properties"], TOILET)
    assert found["NAME_TC"] == "name"
    assert found["NAME_EN"] == "name_en"
