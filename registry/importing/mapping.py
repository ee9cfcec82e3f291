"""Which column is which field (pure): guessed from its name first, then as the operator says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_
from registry.catalogue import Kind, convert_unit
from registry.catalogue.headers import guess_fields

FIELDS: Final = (
    "code", "name", "name_en", "address", "address_en", "lon", "lat", "geometry", "street", "community",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A field with the unit the source uses for it, where that differs."""

    field: str
    unit: str | None = None

    @property
    def named(self) -> str:
        """The field with its unit, as ``dbh:in``."""
        return f"{self.field}:{self.unit}" if self.unit else self.field

    @property
    def is_attribute(self) -> bool:
        """Whether it is an attribute of the kind rather than a field of every asset."""
        return self.field not in FIELDS


Mapping = dict[str, Target]  # column -> target


def parse_pair(text: str) -> tuple[str, str]:
    """``COLUMN=FIELD`` split at the last ``=``; an empty FIELD leaves the column out."""
    column, equals, wanted = text.rpartition("=")
    if not equals or not column.strip():
        raise Invalid(N_("“{text}” is not COLUMN=FIELD."), code="bad_map", text=text)
    return column.strip(), wanted.strip()


def build_mapping(columns: Sequence[str], pairs: Iterable[tuple[str, str]], kind: Kind) -> Mapping:
    """The mapping of a file: guesses, overruled by the pairs. Raises Invalid for an unknown column, field or unit."""
    said = dict(pairs)
    for column in said:
        if column not in columns:
            raise Invalid(
                N_("The file has no column “{column}”. It has: {columns}."),
                code="unknown_column",
                column=column,
                columns=", ".join(columns[:60]),
            )
    explicit = {column: _target(wanted, kind) for column, wanted in said.items() if wanted}
    _refuse_twice(explicit)
    taken = {target.field for target in explicit.values()}
    return _guess([c for c in columns if c not in said], taken, kind) | explicit


def _target(wanted: str, kind: Kind) -> Target:
    name, _, unit = wanted.partition(":")
    if name in FIELDS:
        if unit:
            raise Invalid(N_("The field {field} has no unit."), code="bad_unit", field=name)
        return Target(name)
    attribute = kind.attribute(name)
    if attribute is None:
        raise Invalid(
            N_("There is no field “{field}” for {kind}. Fields: {known}."),
            code="unknown_field",
            field=name,
            kind=kind.key,
            known=", ".join([*FIELDS, *(a.key for a in kind.attributes)]),
        )
    if unit:
        _check_unit(name, unit, attribute.unit)
    return Target(name, unit or None)


def _check_unit(name: str, unit: str, canonical: str | None) -> None:
    try:
        convert_unit(1.0, unit, canonical or "")
    except Invalid as error:
        raise Invalid(
            N_("{unit} cannot be converted to the unit of {field} ({canonical})."),
            code="bad_unit",
            unit=unit,
            field=name,
            canonical=canonical or "–",
        ) from error


def _refuse_twice(explicit: Mapping) -> None:
    seen: dict[str, str] = {}
    for column, target in explicit.items():
        if target.field in seen:
            raise Invalid(
                N_("Two columns are mapped to {field}: “{first}” and “{second}”."),
                code="mapped_twice",
                field=target.field,
                first=seen[target.field],
                second=column,
            )
        seen[target.field] = column


def _guess(columns: Iterable[str], taken: set[str], kind: Kind) -> Mapping:
    return {column: Target(field) for column, field in guess_fields(columns, kind).items() if field not in taken}
