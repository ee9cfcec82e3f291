"""Rules in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scheduling.recurrence import describe, from_dict
from scheduling.recurrence.describe import describe_floating

EVERY_TWO_HOURS = [f"{hour:02}:00" for hour in range(6, 23, 2)]

SAID: list[tuple[dict[str, Any], str, str]] = [
    ({"freq": "daily", "times": ["07:00", "13:00"]}, "每天 07:00、13:00", "every day at 07:00, 13:00"),
    ({"freq": "daily", "interval": 3}, "每 3 天 08:00", "every 3 days at 08:00"),
    ({"freq": "weekly", "weekdays": ["MO"]}, "每周一 08:00", "every Monday at 08:00"),
    ({"freq": "weekly"}, "每周六 08:00", "every Saturday at 08:00"),
    ({"freq": "weekly", "weekdays": ["MO", "TH"]}, "每周一、周四 08:00", "every Monday and Thursday at 08:00"),
    (
        {"freq": "weekly", "interval": 2, "weekdays": ["MO", "TU", "WE", "TH", "FR", "SU"]},
        "每 2 周的周一至周五、周日 08:00",
        "every 2 weeks on Monday to Friday and Sunday at 08:00",
    ),
    ({"freq": "monthly", "monthday": 1}, "每月1日 08:00", "every month on the 1st at 08:00"),
    ({"freq": "monthly", "monthday": 12}, "每月12日 08:00", "every month on the 12th at 08:00"),
    ({"freq": "monthly", "monthday": 22}, "每月22日 08:00", "every month on the 22nd at 08:00"),
    (
        {"freq": "monthly", "interval": 6},
        "每 6 个月的31日（不足时为月末） 08:00",
        "every 6 months on the 31st (or the last day) at 08:00",
    ),
    ({"freq": "yearly", "month": 12, "monthday": 1}, "每年12月1日 08:00", "every year on 1 December at 08:00"),
    (
        {"freq": "yearly", "interval": 2, "month": 2, "monthday": 29},
        "每 2 年的2月29日（不足时为月末） 08:00",
        "every 2 years on 29 February (or the last day) at 08:00",
    ),
    (
        {"freq": "daily", "times": EVERY_TWO_HOURS},
        "每天 06:00 至 22:00 每 2 小时",
        "every day, every 2 hours from 06:00 to 22:00",
    ),
    (
        {"freq": "monthly", "monthday": 5, "months": [1, 2, 5, 11, 12]},
        "每月5日 08:00（仅5月、11月至2月）",
        "every month on the 5th at 08:00, only May and November to February",
    ),
    (
        {"freq": "weekly", "weekdays": ["MO"], "roll": "next_working_day"},
        "每周一 08:00，遇休息日顺延至下一工作日",
        "every Monday at 08:00; on a day off, the next working day",
    ),
]


@pytest.mark.parametrize(("data", "zh", "en"), SAID)
def test_said_in_both_languages(data: dict[str, Any], zh: str, en: str) -> None:
    rule = from_dict(data, anchor_on=date(2026, 1, 31))
    assert (describe(rule, "zh-CN"), describe(rule, "en")) == (zh, en)


def test_from_completion() -> None:
    rule = from_dict({"freq": "monthly", "interval": 6}, anchor_on=date(2026, 1, 31))
    assert describe_floating(rule, "zh-CN") == "完成后 6 个月"
    assert describe_floating(rule, "en") == "6 months after completion"
