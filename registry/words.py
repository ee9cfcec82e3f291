"""The screen's words for the registry's values (pure): msgids, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from foundation.translation import N_, Lang, pick, translate

STATUS: Final = {
    "intact": N_("Intact"),
    "damaged": N_("Damaged"),
    "missing": N_("Missing"),
    "abandoned": N_("Abandoned"),
    "removed": N_("Removed"),
}
OPERATING: Final = {
    "planned": N_("Planned"),
    "building": N_("Under construction"),
    "in_service": N_("In service"),
    "closed": N_("Closed for now"),
    "retired": N_("Retired"),
}
ONLY: Final = {
    "open": N_("Work open"),
    "overdue": N_("Overdue"),
    "no_label": N_("Without a label"),
    "no_position": N_("Without a position"),
}
FIELDS: Final = {
    "code": N_("Asset code"),
    "name": N_("Name"),
    "name_en": N_("Name in English"),
    "address": N_("Address"),
    "address_en": N_("Address in English"),
    "street": N_("Street"),
    "community": N_("Community"),
    "lon": N_("Longitude"),
    "lat": N_("Latitude"),
    "geometry": N_("Geometry"),
    "status": N_("Status"),
    "operating_state": N_("Operating state"),
    "condition": N_("Condition"),
    "component_id": N_("National component id"),
    "organisation_id": N_("Responsible unit"),
    "attributes": N_("Attributes"),
}


class _Attribute(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def values(self) -> Sequence[Any]: ...


def options(words: Mapping[str, str], lang: Lang) -> list[tuple[str, str]]:
    """Choices of a drop-down: value and word."""
    return [(value, translate(lang, word)) for value, word in words.items()]


def show_value(attribute: _Attribute, value: Any, lang: Lang) -> str:
    """An attribute's value in words, with its unit."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return translate(lang, N_("Yes") if value else N_("No"))
    names = {choice.key: pick(lang, choice.zh, choice.en) for choice in attribute.values}
    if isinstance(value, list):
        return ("、" if lang == "zh-CN" else ", ").join(names.get(str(item), str(item)) for item in value)
    text = f"{value:g}" if isinstance(value, float) else names.get(str(value), str(value))
    return f"{text} {attribute.unit}" if attribute.unit else text
