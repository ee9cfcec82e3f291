"""A row of text as a record of the registry, or its problems (pure but for projections)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from foundation.errors import Invalid
from foundation.geometry import Position, convert_position, read_geometry
from foundation.translation import N_
from registry.catalogue import Kind, parse_number, validate_attributes
from registry.importing.mapping import Mapping
from registry.importing.problems import Problems
from registry.importing.source import Row
from registry.service.checks import TEXTS, is_code

EMPTY: Final = {"", "none", "null", "nan", "n/a", "#n/a", "nil"}
OWN_FRAME: Final = {"wgs84", "cgcs2000", "epsg:4326", "epsg:4490"}


@dataclass
class Record:
    """What one row says of one asset; ``key`` identifies it across imports, ``code`` only where it can serve.

    ``import_key`` is the key as it is kept: with the name of its column, since two cities both have a tree 1.
    """

    row: int
    key: str
    import_key: str
    code: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """How rows of one file become records."""

    kind: Kind
    mapping: Mapping
    key_column: str
    crs: str
    problems: Problems

    @property
    def by_code(self) -> bool:
        """Whether the key is the asset's own code."""
        target = self.mapping.get(self.key_column)
        return target is not None and target.field == "code"

    def records(self, rows: list[Row]) -> Iterator[Record]:
        """Every row that can be taken; the others leave their problems behind."""
        seen: set[str] = set()
        for row in rows:
            before = self.problems.error_total
            record = self._record(row, seen)
            if record is not None and self.problems.error_total == before:
                seen.add(record.key)
                yield record

    def _record(self, row: Row, seen: set[str]) -> Record | None:
        key = _value(row, self.key_column)
        if row.too_wide:
            self.problems.add(row.number, None, "too_many_cells", N_("The row has more cells than the header."))
        if not key:
            self.problems.add(row.number, self.key_column, "missing_key", N_("The key is missing."))
        elif key in seen:
            self.problems.add(
                row.number,
                self.key_column,
                "duplicate_key",
                N_("The key {key} stands in an earlier row."),
                key=key[:80],
            )
        elif len(key) > LONGEST_KEY:
            self.problems.add(row.number, self.key_column, "bad_key", N_("The key is longer than 200 characters."))
        record = Record(row.number, key, key if self.by_code else f"{self.key_column[:LONGEST_KEY]}={key}")
        self._read_code(row, record)
        self._read_texts(row, record)
        self._read_position(row, record)
        self._read_attributes(row, record)
        return record

    def _column(self, wanted: str) -> str | None:
        return next((c for c, target in self.mapping.items() if target.field == wanted), None)

    def _read_code(self, row: Row, record: Record) -> None:
        column = self._column("code")
        text = _value(row, column)
        if text and is_code(text):
            record.code = text
        elif text:
            record.values["source_id"] = text[:200]

    def _read_texts(self, row: Row, record: Record) -> None:
        for column, target in self.mapping.items():
            longest = TEXTS.get(target.field)
            text = _value(row, column) if longest else ""
            if longest and len(text) > longest:
                self.problems.add(row.number, column, "too_long", N_("At most {longest} characters."), longest=longest)
            elif text:
                record.values[target.field] = " ".join(text.split())

    def _read_position(self, row: Row, record: Record) -> None:
        column = self._column("geometry")
        text = _value(row, column)
        lon, lat = _value(row, self._column("lon")), _value(row, self._column("lat"))
        try:
            position, geometry = _position(text, lon, lat)
            if position is not None:
                position = convert_position(position, self.crs)
        except Invalid as error:
            where = column if text else self._column("lon")
            params: dict[str, Any] = error.params
            self.problems.add(row.number, where, error.code, error.text, **params)
            return
        if position is None:
            self.problems.add(row.number, None, "no_position", N_("The position is missing."), severity="warning")
            return
        record.values |= {"lon": round(position.lon, 7), "lat": round(position.lat, 7)}
        # A shape is kept only as surveyed in our own frame; a shifted one would lie.
        if geometry is not None and geometry["type"] != "Point" and self.crs.strip().lower() in OWN_FRAME:
            record.values["geometry"] = geometry

    def _read_attributes(self, row: Row, record: Record) -> None:
        source = {target.field: column for column, target in self.mapping.items() if target.is_attribute}
        raw = {
            target.named: row.cells.get(column, "") for column, target in self.mapping.items() if target.is_attribute
        }
        # What says nothing is the attribute's to know: “None” is a value where there is such a choice.
        record.attributes, found = validate_attributes(self.kind, raw)
        for problem in found:
            self.problems.add(
                row.number,
                source.get(problem.key, problem.key),
                problem.code,
                problem.text,
                severity=problem.severity,
                **problem.params,
            )


LONGEST_KEY: Final = 200


def _value(row: Row, column: str | None) -> str:
    text = row.cells.get(column, "") if column else ""
    return "" if text.casefold() in EMPTY else text


def _position(text: str, lon: str, lat: str) -> tuple[Position | None, dict[str, Any] | None]:
    if text:
        geometry, position = read_geometry(text)
        return position, geometry
    if not lon and not lat:
        return None, None
    x, y = parse_number(lon), parse_number(lat)
    if x is None or y is None:
        raise Invalid(N_("“{lon}”, “{lat}” is not a position."), code="bad_position", lon=lon[:40], lat=lat[:40])
    if x == 0 and y == 0:
        return None, None  # the sea off Africa is where missing positions end up
    return Position(x, y), None
