"""Dates and hours of the day as people write them (pure)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日?)"
    r"(?:[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d*)?)?(?:z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
ALWAYS: Final = "00:00-24:00"
_ALWAYS_WORDS: Final = {
    "24小时", "24小時", "24時間", "24h", "24hours", "24hrs", "24hour", "24/7", "全天", "全天候", "全日", "全天开放",
    "全天24小时", "24小时开放", "24小時開放", "昼夜", "always", "allday", "昼夜开放", "終日", "24h/7d", "二十四小时",
    "二十四小時",
}  # fmt: skip
_HALF_DAY: Final = "上午|早上|下午|晚上|午前|午後"
_SPLIT: Final = re.compile(r"[;,、|和及]|(?<=\d)\s+(?=\d{1,2}[:点时])")
_CLOCK: Final = (
    rf"(?:{_HALF_DAY})?\d{{1,2}}"
    r"(?::\d{2}(?::\d{2})?|[点时時](?:\d{1,2}分?|半)?)?(?:am|pm)?|\d{4}"
)
_RANGE: Final = re.compile(rf"({_CLOCK})(?:-+|~+|至|到|to)({_CLOCK})", re.ASCII)
_POINT: Final = re.compile(
    rf"({_HALF_DAY})?(\d{{1,2}})(?::(\d{{2}})(?::\d{{2}})?|[点时時](?:(\d{{1,2}})分?|(半))?)?(am|pm)?",
    re.ASCII,
)
_LATE: Final = {"下午", "晚上", "午後", "pm"}
_EARLY: Final = {"上午", "早上", "午前", "am"}


def parse_date(text: str) -> date | None:
    """A calendar day: 2015-08-27, 2015/8/27, 20150827, 2015年8月27日, or with a time that is dropped.

    Day-first and month-first dates are ambiguous and not read.
    """
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if not match:
        return None
    year, month, day = (int(group) for group in match.groups() if group is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_hours(text: str) -> str | None:
    """Hours of the day as ``06:00-22:00``, several joined by ``, ``; an end before its start is past midnight.

    Day and night is ``00:00-24:00``. None for anything else.
    """
    plain = _plain(text)
    if plain.replace(" ", "").strip("()") in _ALWAYS_WORDS:
        return ALWAYS
    ranges = [_one_range(part) for part in _SPLIT.split(plain) if part.strip()]
    if not ranges or None in ranges:
        return None
    return ", ".join(sorted({found for found in ranges if found}))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    for dash in "–—―~∼〜":
        plain = plain.replace(dash, "-")
    plain = re.sub(r"\s*(-+|至|到|\bto\b)\s*", r"\1", plain)
    return re.sub(r"\s*([ap])\.?m\.?", r"\1m", plain)


def _one_range(part: str) -> str | None:
    match = _RANGE.fullmatch(part.strip().replace(" ", ""))
    if not match:
        return None
    start, end = _minutes(match[1]), _minutes(match[2])
    if start is None or end is None or start == 24 * 60:
        return None
    if start == end:
        return ALWAYS if start == 0 else None
    return f"{_clock(start)}-{_clock(end or 24 * 60)}"


def _minutes(text: str) -> int | None:
    """A time of the day in minutes from midnight, 0 to 1440."""
    if len(text) == 4 and text.isdigit():
        hour, minute = int(text[:2]), int(text[2:])
    else:
        found = _hour_and_minute(text)
        if found is None:
            return None
        hour, minute = found
    total = hour * 60 + minute
    return total if minute < 60 and 0 <= total <= 24 * 60 else None


def _hour_and_minute(text: str) -> tuple[int, int] | None:
    match = _POINT.fullmatch(text)
    if not match:
        return None
    hour = int(match[2])
    half = 30 if match[5] else 0
    said = {match[1], match[6]}
    if said & (_LATE | _EARLY) and hour > 12:
        return (hour, int(match[3] or match[4] or half)) if not said & {"am", "pm"} else None
    if said & _LATE and hour < 12:
        hour += 12
    elif said & _EARLY and hour == 12:
        hour = 0
    return hour, int(match[3] or match[4] or half)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
