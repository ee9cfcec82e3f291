"""What labels are printed with: templates, stock and printers, those that ship and an operator's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from foundation.database import Record, fetch, fetchrow
from foundation.errors import Invalid
from foundation.translation import N_
from labels.stamp import Shift
from labels.stock import Stock, stock_named
from labels.template import Template, files_of, read_template, shipped_template, shipped_templates


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
    """What can be printed with, by key: the templates that ship, and operators' published ones before them."""
    rows = await fetch("SELECT key, revision, files FROM label_template WHERE state = 'published' ORDER BY key")
    own = {row["key"]: read_template(files_of(row["files"]), row["revision"]) for row in rows}
    return {**shipped_templates(), **own}
