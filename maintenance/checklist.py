"""A crew's checklist and its answers (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from foundation.errors import FacilityError, Invalid
from foundation.translation import N_

_LONGEST = 500
_MOST = 1e12  # beyond it a reading is a slip of the thumb


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a checklist. A gate must be ticked before the work begins (confined space)."""

    key: str
    zh: str
    en: str
    input: Literal["tick", "number", "text", "photo"] = "tick"
    required: bool = True
    gate: bool = False
    unit: str = ""
    min: float | None = None
    max: float | None = None


def check_answers(items: Sequence[Item], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept. Raises Invalid with the problem of each line that is missing or wrong."""
    answers: dict[str, Any] = {}
    wrong: dict[str, FacilityError] = {}
    for item in items:
        if item.input == "photo":
            continue  # photos are counted apart
        try:
            value = _read(item, given.get(item.key))
        except Invalid as error:
            wrong[item.key] = error
            continue
        if value is not False and value != "":  # zero is an answer
            answers[item.key] = value
        elif item.required:
            wrong[item.key] = Invalid(N_("This line is still open."), code="missing")
    if wrong:
        raise Invalid(N_("The checklist is not complete. What you entered is kept."), code="checklist", fields=wrong)
    return answers


def _read(item: Item, value: Any) -> Any:
    if item.input == "tick":
        return str(value).lower() in {"1", "true", "on", "yes"}
    text = "" if value is None else str(value).strip()
    if item.input == "text" or not text:
        return text[:_LONGEST]
    return _number(item, text)


def _number(item: Item, text: str) -> float:
    try:
        number = float(text.replace(",", "."))
        if math.isnan(number):
            raise ValueError("not a number")
    except ValueError as error:
        raise Invalid(N_("“{text}” is not a number."), code="bad_number", text=text[:20]) from error
    low = item.min if item.min is not None else -_MOST
    high = item.max if item.max is not None else _MOST
    if not low <= number <= high:
        raise Invalid(
            N_("{number} is outside {low} to {high}."), code="out_of_range", number=text[:20], low=low, high=high
        )
    return number
