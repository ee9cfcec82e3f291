"""The symbol: alphanumeric, level Q, one path, read back by an independent reader."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from foundation.errors import Invalid
from labels.qr import QUIET_MODULES, Symbol, encode, label_url, path_data

CODES = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=9, max_size=9)


def drawn(symbol: Symbol, scale: int = 4) -> Image.Image:
    """The symbol drawn from its path data alone."""
    side = symbol.full_size
    image = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path_data(symbol)):
        image.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


@settings(max_examples=25, deadline=None)
@given(CODES)
def test_any_code_is_read_back_as_its_address(code: str) -> None:
    url = label_url("https://qr.example.gov.cn", code)
    (found,) = zxingcpp.read_barcodes(drawn(encode(url)))
    assert found.text == url == f"HTTPS://QR.EXAMPLE.GOV.CN/A/{code}"
    assert found.ec_level == "Q"


def test_alphanumeric_mode_keeps_a_37_character_address_in_29_modules() -> None:
    url = label_url("https://qr.example.gov.cn", "7F3K9QXDY")
    assert len(url) == 37
    assert encode(url).size == 29


def test_the_quiet_zone_is_four_modules_wide_and_empty() -> None:
    symbol = encode(label_url("https://q.gov.cn", "7F3K9QXDY"))
    numbers = [(int(x), int(y), int(n)) for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)", path_data(symbol))]
    assert QUIET_MODULES == 4
    assert min(x for x, _, _ in numbers) == min(y for _, y, _ in numbers) == 4
    assert max(x + n for x, _, n in numbers) == max(y + 1 for _, y, _ in numbers) == symbol.full_size - 4


@pytest.mark.parametrize(
    ("public_url", "wanted"),
    [
        ("https://QR.Example.gov.cn/", "HTTPS://QR.EXAMPLE.GOV.CN/A/7F3K9QXDY"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/A/7F3K9QXDY"),
    ],
)
def test_the_address_is_all_upper_case(public_url: str, wanted: str) -> None:
    assert label_url(public_url, "7f3k9qxdy") == wanted


@pytest.mark.parametrize(
    "public_url",
    [
        "https://example.gov.cn/city",
        "https://example.gov.cn/?a=1",
        "https://example.gov.cn/#a",
        "https://城市.cn",
        "https://user:pw@example.gov.cn",
        "https://my_host.cn",
        "https://[::1]:8000",
        "ftp://example.gov.cn",
        "example.gov.cn",
        "",
    ],
)
def test_an_address_a_label_cannot_carry_is_refused_in_both_languages(public_url: str) -> None:
    with pytest.raises(Invalid) as refused:
        label_url(public_url, "7F3K9QXDY")
    assert refused.value.code == "bad_public_url"
    assert public_url in refused.value.message("zh-CN")
    assert refused.value.message("zh-CN") != refused.value.message("en")
