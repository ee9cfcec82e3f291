"""One value as its attribute keeps it (pure): text from files and JSON values alike."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, Final

from foundation.translation import N_
from registry.catalogue.moments import parse_date, parse_hours
from registry.catalogue.schema import Attribute
from registry.catalogue.units import LARGEST, parse_quantity, tidy
from registry.catalogue.words import fold, simplify

Value = str | int | float | bool | list[str]

_YES: Final = {
    *("yes", "y", "true", "t", "1", "1.0", "on", "√", "✓", "✔", "○", "〇"),
    *("是", "有", "对", "开", "はい", "あり"),
}
_NO: Final = {
    *("no", "n", "false", "f", "0", "0.0", "off", "×", "✗"),
    *("否", "无", "没有", "不", "关", "いいえ", "なし"),
}
_NOTHING: Final = {"无", "没有", "なし"}
_SPLIT: Final = re.compile(r"[;,、|；，\n]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_SHOWN: Final = 60
MOST_MEMBERS: Final = 100


class Unreadable(Exception):
    """A value that cannot be kept: a stable ``code``, a msgid and its parameters."""

    def __init__(self, code: str, text: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.params = params


def coerce(attribute: Attribute, value: object) -> Value:
    """The value in its kept form. Raises Unreadable.

    num and int are in the attribute's unit; a text may carry its own. Dates are ISO days, hours ``06:00-22:00``, enums
    and sets keys.
    """
    if isinstance(value, int | float) and not abs(value) <= LARGEST:
        raise Unreadable("bad_number", N_("The number is too large."))
    if attribute.multiple or attribute.type == "set":
        return _members(attribute, value)
    return READERS[attribute.type](attribute, value)


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _text(attribute: Attribute, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable("bad_text", N_("“{value}” is not text."), value=_shown(value))
    text = str(value).strip()
    if _CONTROL.search(text) or any("\ud800" <= ch <= "\udfff" for ch in text):
        raise Unreadable("bad_text", N_("The text holds signs that cannot be shown."))
    if len(text) > attribute.max_length:
        raise Unreadable("too_long", N_("At most {longest} characters."), longest=attribute.max_length)
    if attribute.pattern and not re.fullmatch(attribute.pattern, text):
        raise Unreadable("bad_text", N_("“{value}” does not have the right form."), value=_shown(text))
    return text


def _number(attribute: Attribute, value: object) -> int | float:
    number: float | None = None
    if isinstance(value, str):
        number = _nothing(attribute, value)
        number = parse_quantity(value, attribute.unit) if number is None else number
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    if number is None:
        raise Unreadable("bad_number", N_("“{value}” is not a number."), value=_shown(value))
    found = tidy(number)
    _check_range(attribute, found)
    return found


def _nothing(attribute: Attribute, text: str) -> float | None:
    """A count that says 无 counts none; a measure that says so is not a number."""
    return 0.0 if attribute.type == "int" and fold(text) in _NOTHING else None


def _whole(attribute: Attribute, value: object) -> int:
    number = _number(attribute, value)
    if not isinstance(number, int):
        raise Unreadable("bad_number", N_("“{value}” is not a whole number."), value=_shown(value))
    return number


def _check_range(attribute: Attribute, number: float) -> None:
    low, high = attribute.min, attribute.max
    if (low is None or number >= low) and (high is None or number <= high) and abs(number) <= LARGEST:
        return
    raise Unreadable(
        "out_of_range",
        N_("{value} is not between {low} and {high}."),
        value=number,
        low="–" if low is None else f"{low:.15g}",
        high="–" if high is None else f"{high:.15g}",
    )


def _truth(_attribute: Attribute, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = simplify(str(value)).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("bad_bool", N_("“{value}” is neither yes nor no."), value=_shown(value))


def _day(_attribute: Attribute, value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = parse_date(text)
    if found is None:
        raise Unreadable("bad_date", N_("“{value}” is not a date such as 2026-03-31."), value=_shown(value))
    return found.isoformat()


def _hours(_attribute: Attribute, value: object) -> str:
    found = parse_hours(value) if isinstance(value, str) else None
    if found is None:
        raise Unreadable("bad_hours", N_("“{value}” is not hours such as 06:00-22:00."), value=_shown(value))
    return found


@functools.lru_cache(maxsize=1024)
def lexicon(attribute: Attribute) -> dict[str, str]:
    """Every spelling of every value, folded."""
    return {fold(word): c.key for c in attribute.values for word in (c.key, c.zh, c.en, *c.aliases)}


def _choice(attribute: Attribute, value: object) -> str:
    word = fold(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = lexicon(attribute).get(word) if word else None
    if found is None:
        raise Unreadable(
            "bad_enum",
            N_("“{value}” is none of: {allowed}."),
            value=_shown(value),
            allowed=", ".join(f"{choice.key} {choice.zh}" for choice in attribute.values),
        )
    return found


def _members(attribute: Attribute, value: object) -> list[str]:
    """The members of a set or a list, once each; a set with values in their order."""
    parts = _SPLIT.split(value) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) > MOST_MEMBERS:
        raise Unreadable("bad_text", N_("“{value}” is not a list."), value=_shown(value))
    read = _choice if attribute.values else _text
    wanted = [part for part in parts if not isinstance(part, str) or part.strip()]
    if attribute.values and len(wanted) == 1 and isinstance(wanted[0], str) and fold(wanted[0]) in _NOTHING | {"none"}:
        return []
    found = list(dict.fromkeys(read(attribute, part) for part in wanted))
    order = [choice.key for choice in attribute.values]
    return sorted(found, key=order.index) if order else found


READERS: Final[dict[str, Callable[[Attribute, object], Value]]] = {
    "str": _text,
    "ref": _text,
    "file": _text,
    "int": _whole,
    "num": _number,
    "bool": _truth,
    "date": _day,
    "time_range": _hours,
    "enum": _choice,
}
