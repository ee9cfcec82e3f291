"""Navigation links: each in the order and the frame its provider draws in."""

from urllib.parse import parse_qs, urlsplit

import pytest

from foundation.geometry.navigation import navigation_links
from foundation.geometry.position import Position
from foundation.translation import LANGS

HERE = Position(120.65, 28.01)
GCJ = (120.653964, 28.006625)


def links(name: str = "七都街道公厕", address: str = "", **options: str) -> dict[str, str]:
    return {
        link.provider: link.href
        for link in navigation_links(HERE.lon, HERE.lat, name, "zh-CN", address=address, **options)
    }


def query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_each_link_in_its_frame_and_order() -> None:
    found = links(address="望江路 1 号")
    lon, lat = GCJ
    assert query(found["amap"])["to"] == f"{lon},{lat},七都街道公厕"
    assert "coordinate" not in query(found["amap"])
    assert query(found["tencent"])["tocoord"] == f"{lat},{lon}"
    assert query(found["tencent"])["coord_type"] == "2"
    assert query(found["baidu"])["location"] == f"{lat},{lon}"
    assert query(found["baidu"])["coord_type"] == "gcj02"
    assert query(found["baidu"])["content"] == "望江路 1 号"
    assert query(found["apple"])["ll"] == f"{lat},{lon}"
    assert found["geo"] == "geo:28.010000,120.650000;u=10"


def test_what_the_providers_require_is_there() -> None:
    found = links(app="district")
    assert query(found["tencent"])["to"] == "七都街道公厕"
    assert query(found["tencent"])["referer"] == "district"
    assert {"title", "content", "output", "src"} <= query(found["baidu"]).keys()
    assert query(found["amap"])["callnative"] == "0"


@pytest.mark.parametrize(("mode", "amap", "tencent"), [("walk", "walk", "walk"), ("drive", "car", "drive")])
def test_crews_drive_and_citizens_walk(mode: str, amap: str, tencent: str) -> None:
    found = links(mode=mode)
    assert query(found["amap"])["mode"] == amap
    assert query(found["tencent"])["type"] == tencent


@pytest.mark.parametrize("name", ["公厕&to=1,2", "A,B;C:D|E", '"><script>', "#1 公厕?x=y", "100% 公厕"])
def test_no_name_breaks_out_of_its_place(name: str) -> None:
    plain = links("plain")
    for provider, url in links(name).items():
        assert url.isascii()
        assert not set(url) & set("\"<>|# '")
        if provider != "geo":
            shape, wanted = (parse_qs(urlsplit(each).query) for each in (url, plain[provider]))
            assert {key: len(values) for key, values in shape.items()} == dict.fromkeys(wanted, 1)
    assert query(links(name)["amap"])["to"].count(",") == 2


def test_abroad_nothing_is_shifted() -> None:
    found = {link.provider: link.href for link in navigation_links(-73.844215, 40.723092, "Tree", "en")}
    assert query(found["apple"])["ll"] == "40.723092,-73.844215"


def test_every_label_has_its_chinese() -> None:
    both = zip(*(navigation_links(120.65, 28.01, "公厕", lang) for lang in LANGS), strict=True)
    assert all(chinese.name != english.name and chinese.href == english.href for chinese, english in both)
