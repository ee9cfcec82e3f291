"""A rule as plain data (TOML, JSON, a database column) and back (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final, TypeVar

from foundation.errors import Invalid
from foundation.translation import N_
from scheduling.recurrence.rule import DEFAULT_ZONE, RecurrenceRule, combined

T = TypeVar("T")

# ASCII digits only: what looks like a number in another script is a slip of the input method.
TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def from_dict(data: Mapping[str, Any], *, anchor_on: date | None = None, zone: str = DEFAULT_ZONE) -> RecurrenceRule:
    """The rule that plain data describes; ``anchor_on`` and ``zone`` serve where the data names none.

    Raises Invalid with ``fields`` for unknown names, wrong types and rules that mean nothing.
    """
    _refuse_unknown(data)
    values: dict[str, Any] = {"anchor_on": anchor_on, "zone": zone}
    problems: dict[str, Invalid] = {}
    for name, raw in data.items():
        if raw is None:
            continue
        try:
            values[name] = READERS[name](raw)
        except Invalid as problem:
            problems[name] = problem
    _require(values, problems)
    return RecurrenceRule(**values)


def to_dict(rule: RecurrenceRule) -> dict[str, Any]:
    """The rule as JSON values; fields that say nothing are left out. ``from_dict`` reads the same rule back."""
    data: dict[str, Any] = {
        "freq": rule.freq,
        "interval": rule.interval,
        "anchor_on": rule.anchor_on.isoformat(),
        "zone": rule.zone,
        "times": [f"{moment:%H:%M}" for moment in rule.times],
    }
    optional = {
        "weekdays": list(rule.weekdays),
        "monthday": rule.monthday,
        "month": rule.month,
        "months": list(rule.months),
        "roll": None if rule.roll == "none" else rule.roll,
    }
    return data | {name: value for name, value in optional.items() if value}


def _refuse_unknown(data: Mapping[str, Any]) -> None:
    unknown = [name for name in data if name not in READERS]
    if unknown:
        raise combined({name: Invalid(N_("A recurrence has no field “{name}”."), name=name) for name in unknown})


def _require(values: Mapping[str, Any], problems: dict[str, Invalid]) -> None:
    for name in ("freq", "anchor_on"):
        if values.get(name) is None and name not in problems:
            problems[name] = Invalid(N_("A recurrence needs “{name}”."), name=name)
    if problems:
        raise combined(problems)


def _text(raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise Invalid(N_("“{value}” should be text."), value=raw)


def _whole(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise Invalid(N_("“{value}” should be a whole number."), value=raw)


def _day(raw: object) -> date:
    # A datetime is a date to Python; its time of day would be lost without a word.
    if type(raw) is date:
        return raw
    try:
        return date.fromisoformat(_text(raw))
    except ValueError:
        raise Invalid(N_("“{value}” should be a date such as 2026-03-31."), value=raw) from None


def _moment(raw: object) -> time:
    if isinstance(raw, time):
        return raw
    match = TIME_OF_DAY.fullmatch(_text(raw))
    if match is None:
        raise Invalid(N_("“{value}” should be a time such as 07:00."), value=raw)
    return time(int(match[1]), int(match[2]))


def _tuple_of(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    def read_all(raw: object) -> tuple[T, ...]:
        if isinstance(raw, list | tuple):
            return tuple(read(item) for item in raw)
        raise Invalid(N_("“{value}” should be a list."), value=raw)

    return read_all


READERS: Final[dict[str, Callable[[object], Any]]] = {
    "freq": _text,
    "interval": _whole,
    "anchor_on": _day,
    "zone": _text,
    "times": _tuple_of(_moment),
    "weekdays": _tuple_of(_text),
    "monthday": _whole,
    "month": _whole,
    "months": _tuple_of(_whole),
    "roll": _text,
}
