"""What a plan's form says, as plain values; the verb checks what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from foundation.errors import FacilityError, Invalid
from foundation.translation import N_
from scheduling.words import GROUPINGS, MODES, PRIORITIES, ROLLS

# Which fields of the rule each frequency has; the others on the form are left alone.
RULE_FIELDS: Final = {
    "daily": ("months",),
    "weekly": ("weekdays", "months"),
    "monthly": ("monthday", "months"),
    "yearly": ("monthday", "month"),
}
CHOICES: Final = {"mode": MODES, "roll": ROLLS, "grouping": GROUPINGS, "priority": PRIORITIES}


def read_form(typed: Mapping[str, Any], checklist: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of the form; ``checklist`` is the plan's so far. Raises Invalid by field."""
    wrong: dict[str, FacilityError] = {}
    values: dict[str, Any] = {name: _text(typed, name) for name in ("title_zh", "title_en")}
    values["rule"] = _rule(typed, wrong)
    for name, known in CHOICES.items():
        values[name] = _text(typed, name) or next(iter(known))
        if values[name] not in known:
            wrong[name] = Invalid(N_("There is no such choice."))
    values["duration_minutes"] = _read(typed, "duration_minutes", _whole, wrong) or 30
    values["crew_id"] = _read(typed, "crew_id", _whole, wrong)
    values["end_on"] = _read(typed, "end_on", _day, wrong)
    start_on = _read(typed, "start_on", _day, wrong)
    if start_on:
        values["start_on"] = start_on
    values["checklist"] = read_checklist_lines(_text(typed, "checklist"), checklist)
    if wrong:
        raise Invalid(N_("Some fields need your attention. Nothing was saved."), code="invalid_fields", fields=wrong)
    return values


def checklist_lines(items: Sequence[Mapping[str, Any]]) -> str:
    """A checklist as lines, “中文 / English”."""
    return "\n".join(_line(item) for item in items)


def read_checklist_lines(text: str, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines as a checklist: a line that was there keeps its item with all it measures, a new one is to be ticked."""
    known = {_line(item): dict(item) for item in before}
    taken = {item["key"] for item in before}
    items: list[dict[str, Any]] = []
    for line in (" ".join(line.split()) for line in text.splitlines()):
        if line and line in known:
            items.append(known.pop(line))
        elif line:
            key = next(key for n in range(len(taken) + 1) if (key := f"item_{n + 1}") not in taken)
            taken.add(key)
            zh, _, en = line.partition(" / ")
            items.append({"key": key, "zh": zh, "en": en or zh})
    return items


def _line(item: Mapping[str, Any]) -> str:
    return " ".join((f"{item['zh']} / {item['en']}" if item["en"] != item["zh"] else item["zh"]).split())


def _rule(typed: Mapping[str, Any], wrong: dict[str, FacilityError]) -> dict[str, Any]:
    freq = _text(typed, "freq")
    rule: dict[str, Any] = {"freq": freq}
    rule["interval"] = _read(typed, "interval", _whole, wrong) or 1
    times = [part for part in re.split(r"[\s,，、;；]+", _text(typed, "times").replace("：", ":")) if part]
    if times:
        rule["times"] = [part.zfill(5) for part in times]
    for name in RULE_FIELDS.get(freq, ()):
        value = _rule_value(typed, name, wrong)
        if value:
            rule[name] = value
    return rule


def _rule_value(typed: Mapping[str, Any], name: str, wrong: dict[str, FacilityError]) -> Any:
    if name == "weekdays":
        return [str(one) for one in typed.get(name, [])]
    if name == "months":
        return [int(one) for one in map(str, typed.get(name, [])) if one.isascii() and one.isdigit()]
    return _read(typed, name, _whole, wrong)


def _text(typed: Mapping[str, Any], name: str) -> str:
    return str(typed.get(name, "")).strip()


def _read(typed: Mapping[str, Any], name: str, read: Callable[[str], Any], wrong: dict[str, FacilityError]) -> Any:
    text = _text(typed, name)
    try:
        return read(text) if text else None
    except Invalid as error:
        wrong[name] = error
        return None


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(N_("“{value}” should be a whole number."), value=text)
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(N_("“{value}” should be a date such as 2026-03-31."), value=text) from None
