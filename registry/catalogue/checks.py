"""What a kind must satisfy beyond its shape (pure): no key twice, no enum without values, no empty rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from foundation.errors import Invalid
from foundation.translation import N_
from registry.catalogue.rules import rule_problem
from registry.catalogue.schema import Attribute, ChecklistItem, Condition, Fault, Ground, Kind, Plan
from registry.catalogue.words import fold

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
PLAN_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
PREFIX: Final = re.compile(r"[A-Z]{1,6}")
OTHER: Final = "other"

Problem = tuple[str, dict[str, Any]]


def check_kind(file: str, kind: Kind, ground: Ground) -> list[Invalid]:
    """Every mistake of a completed kind, as sentences that name the file."""
    return [Invalid(text, code="bad_kind", file=file, **params) for text, params in _problems(kind, ground)]


def _problems(kind: Kind, ground: Ground) -> Iterator[Problem]:
    yield from _names(kind)
    yield from _attributes(kind, ground)
    yield from _faults(kind)
    for plan in kind.plans:
        yield from _plan(plan, kind)
    yield from _references(kind)


def _names(kind: Kind) -> Iterator[Problem]:
    if not KEY.fullmatch(kind.key):
        yield N_("The key “{key}” must be small Latin letters, digits and underscores."), {"key": kind.key}
    if not PREFIX.fullmatch(kind.prefix):
        yield N_("The code prefix “{prefix}” must be one to six capital letters."), {"prefix": kind.prefix}
    yield from _keys("attributes", [attribute.key for attribute in kind.attributes], KEY)
    yield from _keys("faults", [fault.key for fault in kind.faults], KEY)
    yield from _keys("plans", [plan.key for plan in kind.plans], PLAN_KEY)


def _keys(table: str, keys: list[str], form: re.Pattern[str]) -> Iterator[Problem]:
    for key, times in Counter(keys).items():
        where = {"table": table, "key": key}
        if times > 1:
            yield N_("“{key}” stands twice in [{table}]."), where
        if not form.fullmatch(key):
            yield N_("The key “{key}” in [{table}] has other signs than Latin letters, digits and underscores."), where


def _attributes(kind: Kind, ground: Ground) -> Iterator[Problem]:
    columns = {attribute.key for attribute in ground.attributes if attribute.column} | {"geometry", "id", "version"}
    for attribute in kind.attributes:
        if attribute.key in columns:
            yield N_("The attribute “{key}” is a field of every facility already."), {"key": attribute.key}
        yield from _attribute(attribute)


def _attribute(attribute: Attribute) -> Iterator[Problem]:
    key = {"key": attribute.key}
    if attribute.type == "enum" and not attribute.values:
        yield N_("The attribute “{key}” is an enum without values."), key
    if attribute.values and attribute.type not in {"enum", "set"}:
        yield N_("The attribute “{key}” has values but is neither an enum nor a set."), key
    if attribute.min is not None and attribute.max is not None and attribute.min > attribute.max:
        yield N_("The attribute “{key}” has a minimum above its maximum."), key
    if attribute.pattern is not None and not _is_pattern(attribute.pattern):
        yield N_("The attribute “{key}” has a pattern that is no regular expression."), key
    yield from _choices(attribute)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _choices(attribute: Attribute) -> Iterator[Problem]:
    """A word must not mean two values."""
    owner: dict[str, str] = {}
    for choice in attribute.values:
        for word in {fold(w) for w in (choice.key, choice.zh, choice.en, *choice.aliases)}:
            if word in owner:
                yield N_("“{word}” means two values of the attribute “{key}”."), {"word": word, "key": attribute.key}
            owner[word] = choice.key


def _faults(kind: Kind) -> Iterator[Problem]:
    if not any(fault.key == OTHER and fault.citizen for fault in kind.faults):
        yield N_("A fault category “other” that citizens can choose is missing."), {}
    for fault in kind.faults:
        if any(limit.value < 1 for limit in _limits(fault)):
            yield N_("The fault category “{key}” has a time limit below one."), {"key": fault.key}


def _limits(fault: Fault) -> Iterable[Any]:
    return (limit for limit in (fault.respond, fault.fix, fault.make_safe) if limit)


def _plan(plan: Plan, kind: Kind) -> Iterator[Problem]:
    sentence = rule_problem(plan.rule)
    if sentence:
        yield sentence, {"plan": plan.key}
    if plan.default and not plan.rule.periodic:
        yield N_("Plan {plan} waits for an event and cannot be a default plan."), {"plan": plan.key}
    if not plan.checklist:
        yield N_("Plan {plan} has an empty checklist."), {"plan": plan.key}
    yield from _keys(f"plans {plan.key} checklist", [item.key for item in plan.checklist], KEY)
    yield from (problem for item in plan.checklist for problem in _item(plan, item))
    for condition in plan.applies:
        yield from _condition(condition, kind)


def _item(plan: Plan, item: ChecklistItem) -> Iterator[Problem]:
    where = {"plan": plan.key, "key": item.key}
    if item.gate and not item.required:
        yield N_("Plan {plan}: the gate “{key}” must be required."), where
    if item.input != "number" and (item.min is not None or item.max is not None or item.unit):
        yield N_("Plan {plan}: only a number can have a unit and bounds, not “{key}”."), where
    if item.min is not None and item.max is not None and item.min > item.max:
        yield N_("Plan {plan}: “{key}” has a minimum above its maximum."), where


def _condition(condition: Condition, kind: Kind) -> Iterator[Problem]:
    attribute = kind.attribute(condition.attribute)
    if attribute is None:
        yield N_("A condition names the attribute “{key}”, which does not exist."), {"key": condition.attribute}
        return
    for value in condition.values:
        if attribute.values and attribute.choice(str(value)) is None:
            yield (
                N_("A condition names the value “{value}”, which “{key}” does not have."),
                {
                    "value": value,
                    "key": attribute.key,
                },
            )


def _references(kind: Kind) -> Iterator[Problem]:
    for code in kind.codes:
        for condition in code.when:
            yield from _condition(condition, kind)
    for scale in kind.condition.scales:
        if scale.attribute and kind.attribute(scale.attribute) is None:
            yield N_("A scale names the attribute “{key}”, which does not exist."), {"key": scale.attribute}
    for matrix in kind.condition.matrices:
        for row, cells in matrix.cells.items():
            yield from _condition(Condition(attribute=matrix.row, values=(row,)), kind)
            yield from _condition(Condition(attribute=matrix.column, values=tuple(cells)), kind)
            yield from _condition(Condition(attribute=matrix.result, values=tuple(cells.values())), kind)
