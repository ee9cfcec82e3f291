"""One TOML file as structs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from foundation.errors import Invalid
from foundation.translation import N_
from registry.catalogue.schema import AttributeType, Fact, Ground, Kind, Level

# The path of a refusal as msgspec writes it.
_STEP = re.compile(r"\.([a-z_]+)(?:\[(\d+)\])?")


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for every fact of a file that does not say otherwise."""

    level: Level = "J"
    source: str = ""


def read_ground(path: Path) -> tuple[Ground, Fact]:
    """What all kinds share, and its provenance."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    provenance = _provenance(path.name, data)
    return msgspec.convert(data, Ground), provenance


def read_kind(file: str, data: dict[str, Any]) -> tuple[Kind, Fact]:
    """The kind that a file describes, and the file's provenance. Raises Invalid."""
    provenance = _provenance(file, data)
    _refuse_unknown_types(file, data)
    try:
        return msgspec.convert(data, Kind), provenance
    except msgspec.ValidationError as error:
        raise _told(file, data, str(error)) from error


def _provenance(file: str, data: dict[str, Any]) -> Fact:
    try:
        said = msgspec.convert(data.pop("provenance", {}), Provenance)
    except msgspec.ValidationError as error:
        raise _told(file, data, str(error)) from error
    return Fact(level=said.level, source=said.source)


def _refuse_unknown_types(file: str, data: Mapping[str, Any]) -> None:
    """An unknown type is the commonest slip, so it gets a sentence of its own."""
    attributes = data.get("attributes", ())
    for attribute in attributes if isinstance(attributes, list) else ():
        if isinstance(attribute, dict) and attribute.get("type") not in get_args(AttributeType):
            raise Invalid(
                N_("The attribute “{key}” has the unknown type “{type}”. Types are: {types}."),
                code="unknown_type",
                file=file,
                key=attribute.get("key", "?"),
                type=attribute.get("type", ""),
                types=", ".join(get_args(AttributeType)),
            )


def _told(file: str, data: Mapping[str, Any], error: str) -> Invalid:
    """A refusal that names the part of the file by its key instead of its number."""
    detail, _, path = error.partition(" - at `$")
    where = []
    part: Any = data
    for name, number in _STEP.findall(path):
        part = part.get(name) if isinstance(part, dict) else None
        if number and isinstance(part, list) and int(number) < len(part):
            part = part[int(number)]
        where.append(f"{name} {part['key']}" if isinstance(part, dict) and "key" in part else name)
    return Invalid(N_("{where}: {detail}"), code="bad_kind", file=file, where=" › ".join(where) or "–", detail=detail)
