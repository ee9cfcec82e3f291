"""The symbols: alphanumeric, level Q, one path, from a table that equals the library, read back by two readers."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyzbar import pyzbar

from foundation.codes import new_code
from foundation.errors import Invalid
from labels.qr import QUIET_MODULES, Level, SymbolTable, encode, label_url, path_data, path_operators, symbol_table

CODES = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=9, max_size=9)
PREFIXES = ("HTTPS://QR.EXAMPLE.GOV.CN/A/", "HTTPS://Q.GOV.CN/A/", "HTTP://127.0.0.1:8000/A/")
LEVELS: tuple[Level, ...] = ("M", "Q", "H")


def drawn(table: SymbolTable, code: str, scale: int = 4) -> Image.Image:
    """The symbol drawn from its path data alone."""
    side = table.full_size
    image = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path_data(table, table.bits(code))):
        image.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


@settings(max_examples=25, deadline=None)
@given(CODES)
def test_any_code_is_read_back_as_its_address(code: str) -> None:
    url = label_url("https://qr.example.gov.cn", code)
    image = drawn(symbol_table(PREFIXES[0], 9), code)
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == url == f"HTTPS://QR.EXAMPLE.GOV.CN/A/{code}"
    assert found.ec_level == "Q"
    assert [symbol.data.decode() for symbol in pyzbar.decode(image)] == [url]


@settings(max_examples=40, deadline=None)
@given(CODES, st.sampled_from(PREFIXES), st.sampled_from(LEVELS))
def test_the_table_is_the_librarys_own_symbol_to_the_module(code: str, prefix: str, level: Level) -> None:
    """Prefixes of even and odd length, whose code begins at and within a pair of characters."""
    assert {len(prefix) % 2 for prefix in PREFIXES} == {0, 1}
    table = symbol_table(prefix, 9, level)
    assert not table.differs(code)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_mask_is_one_that_is_best_for_many_codes_and_not_for_a_single_one(prefix: str) -> None:
    table = symbol_table(prefix, 9)
    codes = [new_code((n * 7_919_000_003 % 2**40).to_bytes(5, "big")) for n in range(1, 49)]
    best = Counter(encode(prefix + code).mask for code in codes)
    assert best[table.mask] >= len(codes) / 8


def test_the_comparison_sees_a_module_that_differs() -> None:
    table = symbol_table(PREFIXES[0], 9)
    from dataclasses import replace

    assert replace(table, base=table.base ^ 1).differs("7F3K9QXDY")


@settings(max_examples=25, deadline=None)
@given(CODES, st.sampled_from(LEVELS))
def test_the_path_of_a_pdf_covers_exactly_the_dark_modules(code: str, level: Level) -> None:
    table = symbol_table(PREFIXES[0], 9, level)
    covered = [
        (int(x) + step, table.full_size - 1 - int(y))
        for x, y, length in re.findall(r"(\d+) (\d+) (\d+) 1 re\n", path_operators(table, table.bits(code)))
        for step in range(int(length))
    ]
    dark = {
        (x + QUIET_MODULES, y + QUIET_MODULES)
        for y, row in enumerate(table.rows(table.bits(code)))
        for x in range(table.size)
        if row >> table.size - 1 - x & 1
    }
    assert len(covered) == len(set(covered))
    assert set(covered) == dark


@pytest.mark.parametrize("code", ["7F3K9QXD", "7F3K9QXDYY"])
def test_a_code_of_another_length_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="9 characters"):
        symbol_table(PREFIXES[0], 9).bits(code)


def test_alphanumeric_mode_keeps_a_37_character_address_in_29_modules() -> None:
    url = label_url("https://qr.example.gov.cn", "7F3K9QXDY")
    assert len(url) == 37
    assert encode(url).size == symbol_table(PREFIXES[0], 9).size == 29


def test_the_quiet_zone_is_four_modules_wide_and_empty() -> None:
    table = symbol_table("HTTPS://Q.GOV.CN/A/", 9)
    found = re.findall(r"M(\d+) (\d+)h(\d+)", path_data(table, table.bits("7F3K9QXDY")))
    numbers = [(int(x), int(y), int(n)) for x, y, n in found]
    assert QUIET_MODULES == 4
    assert table.full_size == table.size + 8
    assert min(x for x, _, _ in numbers) == min(y for _, y, _ in numbers) == 4
    assert max(x + n for x, _, n in numbers) == max(y + 1 for _, y, _ in numbers) == table.full_size - 4


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
