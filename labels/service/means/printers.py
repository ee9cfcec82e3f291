"""Printers and how far they print off, so that the press can undo it."""

from __future__ import annotations

import math
from typing import Final

import msgspec

from foundation.act import Act
from foundation.database import execute, fetchval, transaction
from foundation.errors import Conflict, Invalid, NotFound, Stale
from foundation.principals import Role
from foundation.translation import N_
from labels.events import LabelPrinterRemoved, LabelPrinterSaved
from labels.queries.inventory import PrinterRead, get_printer
from labels.service.means.stocks import check_key
from registry.history import DISTRICT, record

FORMS: Final = ("pdf", "zpl")
# A printer that is further off feeds its paper wrongly, and no correction helps.
MOST_SHIFT: Final = 20.0
LEAST_SCALE, MOST_SCALE = 0.95, 1.05
LONGEST_NAME: Final = 80


class PrinterMeasures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form that a printer takes (``pdf`` or ``zpl``), and its error as the calibration page shows it.

    ``right`` and ``down`` are millimetres by which it prints off, ``across`` and ``along`` what it makes of a metre.
    """

    form: str = "pdf"
    right: float = 0.0
    down: float = 0.0
    across: float = 1.0
    along: float = 1.0


async def save_printer(
    key: str, name: str, measures: PrinterMeasures, act: Act, *, version: int | None = None
) -> PrinterRead:
    """Write a printer down, or change the one that stands in ``version``.

    Raises Invalid for a key, name, form or error that cannot be, Conflict where one of that key exists and no version
    of it was given, Stale where it was changed since.
    """
    act.require(Role.REGISTRAR)
    check_key(key)
    name = " ".join(name.split())
    _check(name, measures)
    async with transaction():
        await _one_at_a_time(key)
        found = await fetchval("SELECT version FROM label_printer WHERE key = $1", key)
        if version is None and found is not None:
            raise Conflict(
                N_("There is a printer {printer} already: open it and change it there."), code="exists", printer=key
            )
        if version is not None and version != found:
            raise Stale(PRINTER_CHANGED)
        await execute(
            "INSERT INTO label_printer (key, name, measures) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE"
            " SET name = $2, measures = $3, version = label_printer.version + 1",
            key,
            name,
            msgspec.to_builtins(measures),
        )
        await record(DISTRICT, LabelPrinterSaved(printer=key), act)
    return await get_printer(key)


async def remove_printer(key: str, act: Act, *, version: int | None = None) -> None:
    """Remove a printer. Jobs that wait and name it say that it is gone.

    Raises NotFound for an unknown one, Stale where it was changed since ``version``.
    """
    act.require(Role.REGISTRAR)
    async with transaction():
        await _one_at_a_time(key)
        found = await fetchval("SELECT version FROM label_printer WHERE key = $1", key)
        if found is None:
            raise NotFound(N_("There is no printer {key}."), code="unknown_printer", key=key[:80])
        if version is not None and version != found:
            raise Stale(PRINTER_CHANGED)
        await execute("DELETE FROM label_printer WHERE key = $1", key)
        await record(DISTRICT, LabelPrinterRemoved(printer=key), act)


PRINTER_CHANGED = N_("The printer was changed in the meantime. Load the page again.")


async def _one_at_a_time(key: str) -> None:
    await execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"labels.printer {key}")


def _check(name: str, measures: PrinterMeasures) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(N_("A printer has a name of 1 to {most} characters."), code="bad_name", most=LONGEST_NAME)
    if measures.form not in FORMS:
        raise Invalid(N_("A printer takes pdf or zpl, not {form}."), code="bad_form", form=measures.form[:20])
    off = (measures.right, measures.down)
    if not all(math.isfinite(value) and abs(value) <= MOST_SHIFT for value in off):
        raise Invalid(
            N_("A printer prints off by {most} mm at most, in either direction: look how its paper is fed."),
            code="bad_shift",
            most=f"{MOST_SHIFT:g}",
        )
    if not all(LEAST_SCALE <= value <= MOST_SCALE for value in (measures.across, measures.along)):
        raise Invalid(
            N_("A printer makes 95 to 105 % of a length. Is it set to print at 100 %, without fitting to the page?"),
            code="bad_scale",
        )
