"""What every part of the catalogue carries: names in two languages and a provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

Level = Literal["A", "B", "M", "J"]

# How far a fact may be trusted; shown beside it and kept in every export.
LEVELS: Final[dict[Level, tuple[str, str]]] = {
    "A": ("已核对原文", "checked against the source"),
    "B": ("待核对原文", "to be checked against the official text"),
    "M": ("未核实", "unverified"),
    "J": ("系统默认值", "system default"),
}


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the catalogue; an unknown field is a slip of the pen and refused."""


class Fact(Data, frozen=True, kw_only=True):
    """A part with a provenance: ``level`` A, B, M or J, and the ``source`` in words.

    Where a file leaves them out the loader fills in the file's own ``[provenance]``.
    """

    level: Level | None = None
    source: str = ""
    note: str = ""


class Named(Fact, frozen=True, kw_only=True):
    """A part with a key and a name in both languages."""

    key: str
    zh: str
    en: str


class Condition(Data, frozen=True, kw_only=True):
    """Holds for assets whose ``attribute`` is one of ``values`` or at least ``min``.

    ``unknown`` is the answer where the attribute is not on record.
    """

    attribute: str
    values: tuple[str | bool | int, ...] = ()
    min: float | None = None
    unknown: bool = False

    def holds(self, attributes: Mapping[str, Any]) -> bool:
        """Whether the attributes of one asset satisfy it; a set does when it shares a value."""
        value = attributes.get(self.attribute)
        if value is None:
            return self.unknown
        if self.min is not None:
            return not isinstance(value, str | list) and value >= self.min
        return any(one in self.values for one in (value if isinstance(value, list) else [value]))


class NationalCode(Fact, frozen=True, kw_only=True):
    """The code of the kind in one version of a standard; None where the standard has none.

    ``nearest`` is the closest code of the standard for a local extension; ``when`` limits the code to some assets.
    """

    standard: str
    code: str | None = None
    name: str
    scope: Literal["component", "matter"] = "component"
    local_extension: bool = False
    nearest: str | None = None
    when: tuple[Condition, ...] = ()
    effective_from: str | None = None
    superseded_by: str | None = None


class Part(Named, frozen=True, kw_only=True):
    """Something that belongs to the facility and has a code of its own, such as a septic tank."""

    code: str | None = None
    standard: str = ""
