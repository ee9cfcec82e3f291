"""Print while somebody waits: a few labels in memory, any number into a file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from anyio import to_thread

from foundation.act import Act
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from labels.press import Note, Printed, PrintOrder, press
from labels.press.photos import read_photos
from labels.press.spool import Spool, Spooled
from labels.queries import count_selected, selected_chunks
from labels.schemas import PrintResult, Selection
from labels.service.issue import make_blank_labels
from labels.service.printing.faces import spooled, words_for
from labels.service.printing.marking import AT_ONCE, job_name, mark_printed, refuse_retired
from labels.service.printing.paper import Paper, order_for
from labels.service.target import Target

# What a person should look at before the sheet counts as printed.
ASKED: Final = frozenset({"small_modules"})


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """The file of a job in memory, and its figures."""

    data: bytes
    labels: int
    pages: int
    form: str = "pdf"
    notes: tuple[Note, ...] = ()


async def print_labels(
    selection: Selection, paper: Paper, act: Act, *, most: int | None = None, ask: bool = False
) -> PrintedSheet:
    """The sheet of the selected assets, in memory; labels are issued where missing and marked as printed.

    With ``ask`` a sheet with a note that somebody should see first is answered but not marked as printed. ``most``
    refuses a larger job before anything is written. Raises Invalid for an empty selection and as ``press`` does,
    Refused for a retired facility, NotProved for a sheet that does not scan.
    """
    _require_registrar(act)
    order = await order_for(paper)
    count = await _counted(selection, act)
    if most is not None and count > most:
        raise Invalid(
            N_("{count} labels are too many at once here (at most {most}). Narrow the selection or use the command."),
            code="too_many_labels",
            count=count,
            most=most,
        )
    words = await words_for(order, act)
    items = [item async for chunk in selected_chunks(selection, act.at) for item in await spooled(chunk, words, act)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"labels.{order.form}"
        printed = await to_thread.run_sync(partial(_pressed, items, order, out))
        if not ask or not any(note.code in ASKED for note in printed.notes):
            await refuse_retired([item.asset_id for item in items if item.asset_id is not None])
            await mark_printed(items, 0, order, job_name(act, paper.request), act)
        return PrintedSheet(out.read_bytes(), printed.labels, printed.pages, order.form, printed.notes)


def _require_registrar(act: Act) -> None:
    if not act.principal.holds(Role.REGISTRAR):  # in which places, the issue asks for each asset
        act.require(Role.REGISTRAR)


async def _counted(selection: Selection, act: Act) -> int:
    count = await count_selected(selection, at=act.at)
    if not count:
        raise Invalid(N_("The selection holds no facility, so there is nothing to print."), code="no_labels")
    return count


def _pressed(items: Sequence[Spooled], order: PrintOrder, out: Path) -> Printed:
    return press((item.face(order.prefix) for item in items), len(items), order, out, photos=read_photos)


async def preprint(count: int, paper: Paper, act: Act) -> PrintedSheet:
    """A sheet of blank labels, to be bound to assets in the field; nothing is left where it cannot be made."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "labels"
        printed, order = await _preprint(count, paper, out, act)
        return PrintedSheet(out.read_bytes(), printed.labels, printed.pages, order.form, printed.notes)


async def _preprint(count: int, paper: Paper, out: Path, act: Act) -> tuple[Printed, PrintOrder]:
    order = await order_for(paper)
    job = job_name(act, paper.request)
    made = await make_blank_labels(count, act, job=job, stock=order.stock.key)
    items = [Spooled(label.id, None, label.code, label.check_word, {}) for label in made]
    printed = await to_thread.run_sync(partial(_pressed, items, order, out))
    for first in range(0, len(items), AT_ONCE):
        await mark_printed(items[first : first + AT_ONCE], first, order, job, act)
    return printed, order


async def print_labels_to_file(selection: Selection, paper: Paper, out: Path, act: Act) -> PrintResult:
    """``print_labels`` of any number into a file that is whole or not there at all. Raises Refused where it cannot be
    written.
    """
    began = time.monotonic()
    _require_registrar(act)
    with Target(out) as target, tempfile.TemporaryDirectory() as folder:
        order = await order_for(paper)
        await _counted(selection, act)
        words = await words_for(order, act)
        spool = Spool(Path(folder) / "spool")
        count = 0
        async for chunk in selected_chunks(selection, act.at):
            count += spool.append(await spooled(chunk, words, act))
        faces = (item.face(order.prefix) for item in spool)
        printed = await to_thread.run_sync(partial(press, faces, count, order, target.part, photos=read_photos))
        await mark_spool(spool, order, job_name(act, paper.request), act)
        target.finish()
    return _result(printed, out, began, act)


async def mark_spool(spool: Spool, order: PrintOrder, job: str, act: Act) -> None:
    """Write down every label of a spool as printed. Raises Refused, before anything, for one whose facility was
    retired in the meantime.
    """
    await refuse_retired([item.asset_id for item in spool if item.asset_id is not None])
    chunk: list[Spooled] = []
    first = 0
    for item in spool:
        chunk.append(item)
        if len(chunk) == AT_ONCE:
            await mark_printed(chunk, first, order, job, act)
            first, chunk = first + len(chunk), []
    if chunk:
        await mark_printed(chunk, first, order, job, act)


async def preprint_to_file(count: int, paper: Paper, out: Path, act: Act) -> PrintResult:
    """``preprint`` into a file that is whole or not there at all. Raises Refused where it cannot be written."""
    began = time.monotonic()
    with Target(out) as target:
        printed, _ = await _preprint(count, paper, target.part, act)
        target.finish()
    return _result(printed, out, began, act)


def _result(printed: Printed, out: Path, began: float, act: Act) -> PrintResult:
    notes = [{"code": note.code, "message": note.message(act.lang)} for note in printed.notes]
    return PrintResult(printed.labels, printed.pages, round(time.monotonic() - began, 2), str(out), notes)
