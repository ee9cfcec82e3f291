"""Which assets a plan covers, as a condition in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.catalogue import catalogue
from registry.catalogue.schema import Condition
from scheduling.rows import Row

# What stands there and is in use. A thing that is missing or abandoned is a case for repair, not for routine.
SERVED: Final = "a.operating_state = 'in_service' AND a.status IN ('intact', 'damaged')"


@dataclass(frozen=True, slots=True)
class Scope:
    """A condition on ``asset a`` and its parameters, numbered from ``first``."""

    sql: str
    params: list[Any]


def scope_of(plan: Row, first: int) -> Scope:
    """The assets of a plan's row; parameters begin at ``$first``."""
    if plan["asset_id"] is not None:
        return Scope(f"(a.id = ${first} AND {SERVED})", [plan["asset_id"]])
    return scope_of_kind(plan["kind"], plan["street"], conditions_of(plan["kind"], plan["catalogue_key"]), first)


def conditions_of(kind: str, catalogue_key: str | None) -> Sequence[Condition]:
    """To which assets the catalogue limits the plan; nothing for plans of the planner's own."""
    known = catalogue().kinds.get(kind)
    found = known.plan(catalogue_key) if known and catalogue_key else None
    return found.applies if found else ()


def scope_of_kind(kind: str, street: str | None, conditions: Sequence[Condition], first: int) -> Scope:
    """The assets of a kind, in one street where one is given, that satisfy the conditions."""
    parts, params = [SERVED, f"a.kind = ${first}"], [kind]
    if street is not None:
        params.append(street)
        parts.append(f"a.street = ${first + 1}")
    for condition in conditions:
        sql, values = _condition(condition, first + len(params))
        parts.append(sql)
        params += values
    return Scope("(" + " AND ".join(parts) + ")", params)


def _condition(condition: Condition, first: int) -> tuple[str, list[Any]]:
    """``Condition.holds`` in SQL: a value on record must fit, a set must share one."""
    value = f"(a.attributes->${first}::text)"
    missing = f"coalesce({value}, 'null') = 'null'"
    if condition.min is not None:
        fits = f"CASE jsonb_typeof({value}) WHEN 'number' THEN {value}::numeric >= ${first + 1} ELSE false END"
        wanted: Any = condition.min
    else:
        one_of = f"${first + 1}::jsonb @> "
        fits = (
            f"CASE jsonb_typeof({value}) WHEN 'array' THEN EXISTS (SELECT 1 FROM jsonb_array_elements({value}) e"
            f" WHERE {one_of} e) ELSE {one_of} {value} END"
        )
        wanted = list(condition.values)
    unknown = "true" if condition.unknown else "false"
    return f"CASE WHEN {missing} THEN {unknown} ELSE {fits} END", [condition.attribute, wanted]
