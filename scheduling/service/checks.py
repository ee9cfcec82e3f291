"""What a plan may say: its fields read, checked and refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.settings import current_settings
from foundation.translation import N_
from registry.catalogue.schema import ChecklistItem
from scheduling.recurrence import from_dict, to_dict
from scheduling.rows import Row
from scheduling.schemas import PlanCreate

LONGEST_TITLE: Final = 100
LONGEST_VISIT: Final = 7 * 24 * 60
MOST_ITEMS: Final = 60
ITEM_FIELDS: Final = frozenset({"key", "zh", "en", "input", "required", "gate", "unit", "min", "max"})


def district_zone() -> ZoneInfo:
    """The zone in which the times of new plans are local."""
    return current_settings().zone


def checked_row(new: PlanCreate, act: Act) -> dict[str, Any]:
    """The columns a new plan fills by itself. Raises Invalid with every wrong field."""
    wrong: dict[str, FacilityError] = {}
    zone = district_zone()
    start_on = new.start_on or act.at.astimezone(zone).date()
    row = {
        "title_zh": new.title_zh.strip() or new.title_en.strip(),
        "title_en": new.title_en.strip() or new.title_zh.strip(),
        "mode": new.mode,
        "grouping": new.grouping,
        "checklist": read_checklist(new.checklist, wrong),
        "priority": new.priority,
        "crew_id": new.crew_id,
        "duration_minutes": new.duration_minutes,
        "start_on": start_on,
        "end_on": new.end_on,
    }
    row |= read_rule(new.rule, new.roll, start_on, zone.key, wrong)
    wrong |= wrong_fields(row)
    refuse(wrong)
    return row


def read_rule(
    raw: Mapping[str, Any], roll: str | None, start_on: date, zone: str, wrong: dict[str, FacilityError]
) -> dict[str, Any]:
    """The columns ``rule`` and ``roll``; a rule that means nothing goes into ``wrong``."""
    data = dict(raw) | ({"roll": roll} if roll else {})
    try:
        rule = from_dict(data, anchor_on=start_on, zone=zone)
    except Invalid as error:
        wrong["rule"] = error
        wrong.update({f"rule.{name}": problem for name, problem in error.fields.items()})
        return {}
    kept = to_dict(rule)
    return {"rule": kept, "roll": kept.pop("roll", "none")}


def read_checklist(raw: list[dict[str, Any]], wrong: dict[str, FacilityError]) -> list[dict[str, Any]]:
    """The items of a checklist as the catalogue writes them; what cannot be read goes into ``wrong``."""
    try:
        items = msgspec.convert(raw, list[ChecklistItem])
    except msgspec.ValidationError as error:
        wrong["checklist"] = Invalid(N_("The checklist cannot be read: {reason}"), reason=str(error))
        return []
    keys = [item.key for item in items]
    if len(items) > MOST_ITEMS or len(set(keys)) < len(keys):
        wrong["checklist"] = Invalid(
            N_("A checklist has at most {most} items, each with a key of its own."), most=MOST_ITEMS
        )
    return kept_items(items)


def kept_items(items: Sequence[ChecklistItem]) -> list[dict[str, Any]]:
    """Items as a plan keeps them: what a crew needs, and not where the catalogue has it from."""
    return [{name: value for name, value in msgspec.to_builtins(item).items() if name in ITEM_FIELDS} for item in items]


def wrong_fields(row: Row) -> dict[str, FacilityError]:
    """What is wrong with plain fields of a plan."""
    wrong: dict[str, FacilityError] = {}
    if not row["title_zh"]:
        wrong["title_zh"] = Invalid(N_("A plan needs a title."))
    for name in ("title_zh", "title_en"):
        if len(row[name]) > LONGEST_TITLE:
            wrong[name] = Invalid(N_("A title has at most {most} characters."), most=LONGEST_TITLE)
    if not 1 <= row["duration_minutes"] <= LONGEST_VISIT:
        wrong["duration_minutes"] = Invalid(N_("A visit takes from 1 to {most} minutes."), most=LONGEST_VISIT)
    if row["end_on"] is not None and row["end_on"] < row["start_on"]:
        wrong["end_on"] = Invalid(N_("The last day lies before the first."))
    return wrong


def refuse(wrong: Mapping[str, FacilityError]) -> None:
    """Refuse where any field is wrong, with the first sentence and all fields."""
    if wrong:
        first = next(iter(wrong.values()))
        params: dict[str, Any] = first.params
        raise Invalid(first.text, code="invalid_fields", fields=wrong, **params)


def unknown_crew() -> Invalid:
    """The refusal of a crew that does not exist."""
    problem = Invalid(N_("There is no such crew."))
    return Invalid(problem.text, code="unknown_crew", fields={"crew_id": problem})
