"""Rules as data: what is read, and what is refused with a sentence."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from foundation.errors import Invalid
from foundation.translation import chinese
from scheduling.recurrence import RecurrenceRule, from_dict, to_dict

ANCHOR = date(2026, 1, 31)

NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({}, "freq"),
    ({"freq": "hourly"}, "freq"),
    ({"freq": 3}, "freq"),
    ({"every": "event"}, "every"),
    ({"freq": "daily", "interval": 0}, "interval"),
    ({"freq": "daily", "interval": -1}, "interval"),
    ({"freq": "daily", "interval": "2"}, "interval"),
    ({"freq": "daily", "interval": True}, "interval"),
    ({"freq": "daily", "interval": 1.5}, "interval"),
    ({"freq": "yearly", "interval": 101}, "interval"),
    ({"freq": "daily", "times": []}, "times"),
    ({"freq": "daily", "times": "07:00"}, "times"),
    ({"freq": "daily", "times": ["7:00"]}, "times"),
    ({"freq": "daily", "times": ["24:00"]}, "times"),
    ({"freq": "daily", "times": ["０7:00"]}, "times"),
    ({"freq": "daily", "times": ["07:00\n"]}, "times"),
    ({"freq": "daily", "times": [7]}, "times"),
    ({"freq": "daily", "times": [time(7, 0, 1)]}, "times"),
    ({"freq": "daily", "times": [f"{n // 60:02}:{n % 60:02}" for n in range(97)]}, "times"),
    ({"freq": "daily", "weekdays": ["MO"]}, "weekdays"),
    ({"freq": "weekly", "weekdays": ["mo"]}, "weekdays"),
    ({"freq": "weekly", "weekdays": [1]}, "weekdays"),
    ({"freq": "weekly", "monthday": 1}, "monthday"),
    ({"freq": "monthly", "monthday": 0}, "monthday"),
    ({"freq": "monthly", "monthday": 32}, "monthday"),
    ({"freq": "monthly", "monthday": -1}, "monthday"),
    ({"freq": "monthly", "month": 4}, "month"),
    ({"freq": "yearly", "month": 13}, "month"),
    ({"freq": "yearly", "months": [1]}, "months"),
    ({"freq": "monthly", "months": [0]}, "months"),
    ({"freq": "monthly", "interval": 12, "months": [2]}, "months"),
    ({"freq": "daily", "zone": "Mars/Olympus"}, "zone"),
    ({"freq": "daily", "zone": "../etc/passwd"}, "zone"),
    ({"freq": "daily", "zone": ""}, "zone"),
    ({"freq": "daily", "anchor_on": "2026-02-30"}, "anchor_on"),
    ({"freq": "daily", "anchor_on": "1826-02-28"}, "anchor_on"),
    ({"freq": "daily", "anchor_on": datetime(2026, 1, 1, 7)}, "anchor_on"),  # noqa: DTZ001 - without a zone, on purpose
    ({"freq": "daily", "roll": "sometimes"}, "roll"),
]


@pytest.mark.parametrize(("data", "field"), NONSENSE)
def test_nonsense_is_refused_where_it_stands_in_both_languages(data: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_dict(data, anchor_on=ANCHOR)
    assert list(refused.value.fields) == [field]
    assert refused.value.text in chinese()
    assert refused.value.message("zh-CN") != refused.value.message("en")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        from_dict({"freq": "weekly", "interval": 0, "monthday": 40, "zone": "X"}, anchor_on=ANCHOR)
    assert set(refused.value.fields) == {"interval", "monthday", "zone"}


def test_a_rule_needs_a_first_day() -> None:
    with pytest.raises(Invalid) as refused:
        from_dict({"freq": "daily"})
    assert list(refused.value.fields) == ["anchor_on"]


def test_the_rule_s_own_first_day_and_zone_win() -> None:
    rule = from_dict(
        {"freq": "daily", "anchor_on": "2025-05-05", "zone": "UTC"}, anchor_on=ANCHOR, zone="Asia/Shanghai"
    )
    assert (rule.anchor_on, rule.zone) == (date(2025, 5, 5), "UTC")


def test_empty_fields_say_nothing() -> None:
    assert from_dict({"freq": "daily", "month": None, "months": []}, anchor_on=ANCHOR) == RecurrenceRule(
        "daily", ANCHOR
    )


def test_order_and_repetition_do_not_matter() -> None:
    one = RecurrenceRule("weekly", ANCHOR, times=(time(13), time(7), time(7)), weekdays=("TH", "MO", "TH"))
    assert one == RecurrenceRule("weekly", ANCHOR, times=(time(7), time(13)), weekdays=("MO", "TH"))


def test_written_and_read_back() -> None:
    rule = RecurrenceRule(
        "monthly", ANCHOR, "UTC", 2, (time(7, 5),), monthday=31, months=(1, 3), roll="next_working_day"
    )
    assert to_dict(rule) == {
        "freq": "monthly",
        "interval": 2,
        "anchor_on": "2026-01-31",
        "zone": "UTC",
        "times": ["07:05"],
        "monthday": 31,
        "months": [1, 3],
        "roll": "next_working_day",
    }
    assert from_dict(to_dict(rule)) == rule
