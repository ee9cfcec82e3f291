"""Attribute values of one facility, checked and brought into their kept form (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from foundation.errors import Invalid
from foundation.translation import N_, Lang, translate
from registry.catalogue.coercion import Unreadable, coerce, lexicon
from registry.catalogue.schema import Attribute, Kind
from registry.catalogue.units import LARGEST, convert_unit, parse_number
from registry.catalogue.words import fold

JsonValue = str | int | float | bool | list[str] | None
Severity = Literal["error", "warning"]

# What exports of databases and spreadsheets write where nothing is known; compared folded, so "N/A" is "na".
_NULL: Final = {"none", "null", "nan", "na", "nil"}
_UNKNOWN: Final = _NULL | {"不详", "未知", "不明", "待查", "unknown"}
_DASHES: Final = {"", "-", "--", "–", "—", "/"}


@dataclass(frozen=True)
class AttributeProblem:
    """Something wrong with one attribute. An error leaves the value out; a warning keeps what could be read.

    ``code`` is one of bad_text, too_long, bad_number, bad_bool, bad_date, bad_hours, bad_enum, bad_unit, out_of_range,
    implausible, missing, unknown_attribute. ``text`` is a msgid with ``params``.
    """

    key: str
    code: str
    text: str
    severity: Severity = "error"
    params: dict[str, Any] = field(default_factory=dict)

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language."""
        return translate(lang, self.text, **self.params)


def validate_attributes(
    kind: Kind, raw: Mapping[str, object], *, partial: bool = False, guessed: Collection[str] = ()
) -> tuple[dict[str, JsonValue], list[AttributeProblem]]:
    """The kept form of ``raw`` and what is wrong with it.

    Values may be JSON values or text as found in files; a key may name the unit of its value, ``dbh:in``. Blank means
    not on record: the key is left out, or None when ``partial``. Missing required attributes are warnings, and not
    looked for when ``partial``; so are unreadable values of ``guessed`` keys, whose column the operator did not choose.
    """
    values: dict[str, JsonValue] = {}
    problems: list[AttributeProblem] = []
    for name, value in raw.items():
        key, _, unit = name.partition(":")
        attribute = kind.attribute(key)
        if attribute is None:
            problems.append(_unknown(key, kind))
            continue
        try:
            kept = None if is_blank(attribute, value) else coerce(attribute, _in_unit(attribute, value, unit))
        except Unreadable as error:
            problems.append(_problem(key, error, guessed))
            continue
        if kept is not None or partial:
            values[key] = kept
        problems += _implausible(attribute, kept)
    if not partial:
        problems += _missing(kind, values, {problem.key for problem in problems})
    return values, problems


def is_blank(attribute: Attribute, value: object) -> bool:
    """Whether a value says nothing. “None” is a value where the attribute has such a choice."""
    if value is None or value == []:
        return True
    if not isinstance(value, str):
        return False
    if value.strip() in _DASHES:
        return True
    word = fold(value)
    if attribute.type in {"str", "ref", "file"}:
        return word in _NULL
    return word in _UNKNOWN and word not in lexicon(attribute)


def _in_unit(attribute: Attribute, value: object, unit: str) -> object:
    """The value in the attribute's own unit, where the key named another."""
    if not unit:
        return value
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or abs(number) > LARGEST:
        return value
    try:
        return convert_unit(float(number), unit, attribute.unit or "")
    except Invalid as error:
        raise Unreadable("bad_unit", error.text, **error.params) from error


def _problem(key: str, error: Unreadable, guessed: Collection[str]) -> AttributeProblem:
    found = AttributeProblem(key, error.code, error.text, params=error.params)
    return replace(found, severity="warning") if key in guessed else found


def _unknown(key: str, kind: Kind) -> AttributeProblem:
    return AttributeProblem(
        key,
        "unknown_attribute",
        N_("{kind} has no attribute “{key}”."),
        params={"kind": kind.key, "key": key},
    )


def _implausible(attribute: Attribute, value: JsonValue) -> list[AttributeProblem]:
    most = attribute.likely_max
    if most is None or isinstance(value, bool) or not isinstance(value, int | float) or value <= most:
        return []
    params = {"value": value, "most": f"{most:g}", "unit": attribute.unit or ""}
    text = N_("{value} {unit} is more than the usual {most} {unit}; please check.")
    return [AttributeProblem(attribute.key, "implausible", text, "warning", params)]


def _missing(kind: Kind, values: Mapping[str, JsonValue], told: Collection[str]) -> list[AttributeProblem]:
    text = N_("This is needed for a complete record.")
    return [
        AttributeProblem(attribute.key, "missing", text, "warning")
        for attribute in kind.attributes
        if attribute.required and attribute.key not in values and attribute.key not in told
    ]
