"""Versions in If-Match headers."""

from __future__ import annotations

import pytest

from foundation.errors import Invalid, VersionNeeded
from foundation.versions import given_version, parse_version


@pytest.mark.parametrize("header", ['"3"', 'W/"3"', "3", ' "3" '])
def test_a_version_is_read_as_clients_send_it(header: str) -> None:
    assert parse_version(header) == given_version(header, 9) == 3


@pytest.mark.parametrize("header", ["*", "abc", '"-1"', "٣", "1" * 10, '"1", "2"'])
def test_nonsense_is_refused_also_where_none_need_be_given(header: str) -> None:
    for read in (parse_version, given_version):
        with pytest.raises(Invalid) as refused:
            read(header)
        assert refused.value.code == "bad_if_match"


def test_none_is_refused_or_is_what_else_was_told() -> None:
    with pytest.raises(VersionNeeded):
        parse_version(None)
    assert (given_version(None), given_version(None, 4), given_version("", 4)) == (None, 4, 4)
