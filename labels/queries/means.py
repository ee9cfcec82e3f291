"""What labels are printed with: templates, stock and printers, those that ship and an operator's own."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import msgspec

from foundation.database import Record, fetch, fetchrow
from foundation.errors import FacilityError, Invalid
from foundation.translation import N_
from labels.stamp import Shift
from labels.stock import Stock, stock_named
from labels.template import Template, files_of, read_template, shipped_template, shipped_templates

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer: its error in millimetres and scale, and the form it takes (``pdf`` or ``zpl``)."""

    key: str
    name: str
    shift: Shift = field(default_factory=Shift)
    form: str = "pdf"
    version: int = 1


async def find_stock(key: str) -> Stock:
    """The stock of that key, an operator's own before the ones that ship. Raises Invalid for an unknown one."""
    return stock_named(key, await own_stocks())


async def own_stocks() -> dict[str, Stock]:
    """The operator's own stocks by key."""
    return {row["key"]: _stock(row) for row in await fetch("SELECT key, measures FROM label_stock ORDER BY key")}


def _stock(row: Record) -> Stock:
    return msgspec.convert({"key": row["key"], **row["measures"]}, Stock)


async def find_printer(key: str) -> Printer:
    """The printer of that key. Raises Invalid for an unknown one."""
    found = await find_printers()
    if key not in found:
        raise Invalid(
            N_("There is no printer {key}. The printers are: {known}."),
            code="unknown_printer",
            key=key,
            known=", ".join(found) or "–",
        )
    return found[key]


async def find_printers() -> dict[str, Printer]:
    """The printers by key."""
    rows = await fetch("SELECT key, name, measures, version FROM label_printer ORDER BY key")
    return {row["key"]: _printer(row) for row in rows}


def _printer(row: Record) -> Printer:
    values: dict[str, Any] = dict(row["measures"])
    form = values.pop("form", "pdf")
    return Printer(row["key"], row["name"], Shift(**values), form, row["version"])


async def find_template(key: str) -> Template:
    """The template of that key: an operator's published revision, else the one that ships. Raises NotFound."""
    row = await fetchrow("SELECT revision, files FROM label_template WHERE key = $1 AND state = 'published'", key)
    return shipped_template(key) if row is None else read_template(files_of(row["files"]), row["revision"])


async def find_templates() -> dict[str, Template]:
    """What can be printed with, by key: the templates that ship, and operators' published ones before them.

    The files of an own one, up to some megabytes, are fetched and read once for as long as it stays published. One that
    this version of the program cannot read is left out and logged; the one that ships does not quietly take its place.
    """
    rows = await fetch(f"SELECT {_STATE} FROM label_template WHERE state = 'published' ORDER BY key")
    own = {_state(row): _READ[_state(row)] for row in rows if _state(row) in _READ}
    if missing := [row["id"] for row in rows if _state(row) not in own]:
        own |= await _read(missing)
    _READ.clear()
    _READ.update(islice(own.items(), _MOST_READ))
    by_key = {template.key: template for template in own.values()}
    found: dict[str, Template | None] = {**shipped_templates(), **{row["key"]: by_key.get(row["key"]) for row in rows}}
    return {key: template for key, template in found.items() if template}


# What a row holds: the number of the transaction that wrote it changes with it in every case, one undone too.
_STATE: Final = "id, key, revision, version, xmin::text AS written"
_READ: Final[dict[tuple[object, ...], Template]] = {}
_MOST_READ: Final = 32


def _state(row: Record) -> tuple[object, ...]:
    return row["id"], row["key"], row["revision"], row["version"], row["written"]


async def _read(ids: list[int]) -> dict[tuple[object, ...], Template]:
    rows = await fetch(f"SELECT {_STATE}, files FROM label_template WHERE id = ANY($1::bigint[]) ORDER BY key", ids)
    read = {}
    for row in rows:
        try:
            read[_state(row)] = read_template(files_of(row["files"]), row["revision"])
        except FacilityError as error:
            logger.error("label template %s cannot be read: %s", row["key"], error.message("en"))
    return read
