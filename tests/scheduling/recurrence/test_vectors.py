"""Published RFC 5545 vectors, as far as our smaller rule can say the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from scheduling.recurrence import RecurrenceRule, from_dict, occurrences

FILE = "recurrence/rrule_vectors.json"
# Of 115 vectors. The rest need what maintenance plans do without: positions (BYSETPOS, 3TU), days of the year,
# week numbers, seconds, several days of the month, lists of exceptions.
REPRESENTABLE = 31

KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYHOUR", "BYMINUTE"}
FREQ = {"YEARLY": "yearly", "MONTHLY": "monthly", "WEEKLY": "weekly", "DAILY": "daily", "HOURLY": "daily"}


def parts_of(text: str) -> tuple[datetime, dict[str, str]] | None:
    lines = [line.strip().upper() for line in text.splitlines() if line.strip()]
    if len(lines) != 2:
        return None
    start = datetime.strptime(lines[0], "DTSTART:%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    rule = lines[1].removeprefix("RRULE:")
    return start, dict(part.split("=", 1) for part in rule.split(";"))


def as_ours(start: datetime, parts: dict[str, str]) -> dict[str, Any] | None:
    """The same rule in our words; None where we have no words for it."""
    if not set(parts) <= KNOWN or parts["FREQ"] not in FREQ or not numbers_only(parts):
        return None
    freq, interval = FREQ[parts["FREQ"]], int(parts.get("INTERVAL", "1"))
    data: dict[str, Any] = {"freq": freq, "interval": interval, "times": times(start, parts)}
    if interval > 1 and (parts["FREQ"] == "HOURLY" or (freq != "weekly" and "BYDAY" in parts)):
        return None
    return with_days(data, parts) if "BYDAY" not in parts or "BYMONTHDAY" not in parts else None


def numbers_only(parts: dict[str, str]) -> bool:
    """No positions (“+3TU”), a single day of the month, and one that every month has, for ours are clamped."""
    weekdays = parts.get("BYDAY", "").split(",")
    monthday = parts.get("BYMONTHDAY", "1")
    return all(len(day) in (0, 2) for day in weekdays) and monthday.isdigit() and int(monthday) <= 28


def times(start: datetime, parts: dict[str, str]) -> list[str]:
    every_hour = ",".join(map(str, range(24))) if parts["FREQ"] == "HOURLY" else str(start.hour)
    hours = parts.get("BYHOUR", every_hour).split(",")
    minutes = parts.get("BYMINUTE", str(start.minute)).split(",")
    return [f"{int(hour):02}:{int(minute):02}" for hour in hours for minute in minutes]


def with_days(data: dict[str, Any], parts: dict[str, str]) -> dict[str, Any] | None:
    if "BYDAY" in parts:
        data |= {"freq": "weekly", "weekdays": parts["BYDAY"].split(",")}
    if "BYMONTHDAY" in parts:
        data |= {"freq": "monthly", "monthday": int(parts["BYMONTHDAY"])}
    if "BYMONTH" in parts:
        if data["freq"] == "yearly":
            data["freq"] = "monthly"
        data["months"] = [int(month) for month in parts["BYMONTH"].split(",")]
    # A BYHOUR that a yearly or monthly rule expands is a list of times of its one day.
    return data


def found_by(rule: RecurrenceRule, start: datetime, parts: dict[str, str]) -> list[str]:
    until = parts.get("UNTIL")
    last = datetime.strptime(until, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if until else start.replace(year=3000)
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    found = occurrences(rule, start - timedelta(microseconds=1), last)
    return [f"{at:%Y-%m-%dT%H:%M:%S}" for at in islice(found, count)]


def test_published_vectors(outside_data: Path) -> None:
    told = 0
    for vector in json.loads((outside_data / FILE).read_text(encoding="utf-8")):
        read = parts_of(vector["text"])
        data = as_ours(*read) if read else None
        if read is None or data is None:
            continue
        told += 1
        rule = from_dict(data, anchor_on=read[0].date(), zone="UTC")
        assert found_by(rule, *read) == vector["expected"], vector["name"]
    assert told == REPRESENTABLE
