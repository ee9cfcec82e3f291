"""A facility kind, and the catalogue of all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from foundation.errors import NotFound
from foundation.translation import N_
from registry.catalogue.schema.facts import Data, Fact, Named, NationalCode, Part
from registry.catalogue.schema.properties import Attribute, ConditionLevel, ConditionScale
from registry.catalogue.schema.work import ChecklistItem, Fault, Plan, PriorityClass


class Kind(Fact, frozen=True, kw_only=True):
    """A facility kind: names, codes, attributes, condition scale, fault categories and default plans."""

    key: str
    zh: str
    en: str
    en_plural: str
    measure_zh: str = "处"
    prefix: str
    icon: str
    summary_zh: str = ""
    summary_en: str = ""
    also_called: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    codes: tuple[NationalCode, ...] = ()
    parts: tuple[Part, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    condition: ConditionScale = ConditionScale()
    faults: tuple[Fault, ...]
    plans: tuple[Plan, ...] = ()

    def attribute(self, key: str) -> Attribute | None:
        """The attribute with this key."""
        return next((one for one in self.attributes if one.key == key), None)

    def fault(self, key: str) -> Fault | None:
        """The fault category with this key."""
        return next((one for one in self.faults if one.key == key), None)

    def plan(self, key: str) -> Plan | None:
        """The default plan with this key, such as T1."""
        return next((one for one in self.plans if one.key == key), None)

    @property
    def citizen_faults(self) -> tuple[Fault, ...]:
        """What a citizen can report of the facility, in the order of the tiles."""
        return tuple(fault for fault in self.faults if fault.citizen and fault.about == "facility")

    @property
    def label_faults(self) -> tuple[Fault, ...]:
        """What a citizen can report of the label on it."""
        return tuple(fault for fault in self.faults if fault.citizen and fault.about == "label")

    def code_for(self, standard: str, attributes: Mapping[str, Any]) -> NationalCode | None:
        """The code of one asset in a version of a standard; the first whose conditions hold."""
        mine = (code for code in self.codes if code.standard == standard)
        return next((code for code in mine if all(c.holds(attributes) for c in code.when)), None)

    def to_json(self) -> dict[str, Any]:
        """The kind as JSON values; what has its default value is left out."""
        found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return found


class Ground(Data, frozen=True, kw_only=True):
    """What all kinds share: attributes, condition levels, priorities, faults, classes and checklists."""

    attributes: tuple[Attribute, ...]
    levels: tuple[ConditionLevel, ...]
    priorities: tuple[PriorityClass, ...]
    faults: tuple[Fault, ...] = ()
    standards: tuple[Named, ...] = ()
    classes: tuple[Named, ...] = ()
    checklists: dict[str, tuple[ChecklistItem, ...]]


class Catalogue(Data, frozen=True, kw_only=True):
    """All kinds in force, by key, and what they share."""

    kinds: dict[str, Kind]
    ground: Ground

    def kind(self, key: str) -> Kind:
        """The kind with this key. Raises NotFound."""
        try:
            return self.kinds[key]
        except (KeyError, TypeError):
            raise NotFound(
                N_("There is no facility kind “{kind}”. The kinds are: {kinds}."),
                code="unknown_kind",
                kind=key,
                kinds=", ".join(self.kinds),
            ) from None

    @property
    def columns(self) -> tuple[Attribute, ...]:
        """The common attributes that have a column of their own."""
        return tuple(one for one in self.ground.attributes if one.column)
