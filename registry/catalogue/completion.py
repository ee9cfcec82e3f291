"""What a file leaves open, filled in: provenance, limits of the priority, shared checklists and attributes."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from foundation.errors import Invalid
from foundation.translation import N_
from registry.catalogue.schema import (
    ChecklistItem,
    ConditionScale,
    Fact,
    Fault,
    Ground,
    Kind,
    Plan,
)

F = TypeVar("F", bound=Fact)


def complete_ground(read: tuple[Ground, Fact]) -> Ground:
    """What all kinds share, each fact with a provenance."""
    ground, provenance = read
    return replace(
        ground,
        attributes=_sourced(ground.attributes, provenance),
        faults=tuple(_fault(fault, ground) for fault in _sourced(ground.faults, provenance)),
        priorities=_sourced(ground.priorities, provenance),
        standards=_sourced(ground.standards, provenance),
        classes=_sourced(ground.classes, provenance),
        checklists={name: _sourced(items, provenance) for name, items in ground.checklists.items()},
    )


def complete_kind(kind: Kind, provenance: Fact, ground: Ground) -> Kind:
    """A kind as it is in force: every fact sourced, every limit known, common attributes and faults after its own.

    Raises Invalid when a plan names a shared checklist that does not exist.
    """
    sourced = _sourced((kind,), provenance)[0]
    shared = tuple(attribute for attribute in ground.attributes if not attribute.column)
    return replace(
        sourced,
        codes=_sourced(kind.codes, provenance),
        parts=_sourced(kind.parts, provenance),
        attributes=_sourced(kind.attributes, provenance) + shared,
        condition=_condition(kind.condition, provenance, ground),
        faults=_faults(kind, provenance, ground),
        plans=tuple(_plan(plan, kind, ground) for plan in _sourced(kind.plans, provenance)),
    )


def _sourced(facts: tuple[F, ...], provenance: Fact) -> tuple[F, ...]:
    return tuple(
        fact
        if fact.level and fact.source
        else replace(fact, level=fact.level or provenance.level, source=fact.source or provenance.source)
        for fact in facts
    )


def _condition(condition: ConditionScale, provenance: Fact, ground: Ground) -> ConditionScale:
    sourced = _sourced((condition,), provenance)[0]
    return replace(
        sourced,
        levels=ground.levels,
        scales=_sourced(condition.scales, provenance),
        matrices=_sourced(condition.matrices, provenance),
    )


def _faults(kind: Kind, provenance: Fact, ground: Ground) -> tuple[Fault, ...]:
    """The kind's own faults, then the common ones it has no words of its own for; those stay about what they were."""
    about = {fault.key: fault.about for fault in ground.faults}
    own = tuple(
        replace(_fault(fault, ground), about=about.get(fault.key, fault.about))
        for fault in _sourced(kind.faults, provenance)
    )
    keys = {fault.key for fault in own}
    return own + tuple(fault for fault in ground.faults if fault.key not in keys)


def _fault(fault: Fault, ground: Ground) -> Fault:
    """The fault with the limits of its priority where it names none and does not renounce them."""
    usual = next(one for one in ground.priorities if one.key == fault.priority)
    return replace(
        fault,
        respond=fault.respond or (None if "respond" in fault.without else usual.respond),
        fix=fault.fix or (None if "fix" in fault.without else usual.fix),
        make_safe=fault.make_safe or usual.make_safe,
    )


def _plan(plan: Plan, kind: Kind, ground: Ground) -> Plan:
    """The plan with the shared gates before its own items; items inherit its provenance."""
    gates: tuple[ChecklistItem, ...] = ()
    for name in plan.gates:
        if name not in ground.checklists:
            raise Invalid(
                N_("Plan {plan} names the shared checklist “{name}”, which does not exist."),
                code="unknown_checklist",
                file=kind.key,
                plan=plan.key,
                name=name,
            )
        gates += ground.checklists[name]
    own = _sourced(plan.checklist, plan)
    return replace(plan, checklist=(*gates, *own))
