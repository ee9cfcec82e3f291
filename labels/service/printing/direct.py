"""Print while somebody waits: a few labels in memory, any number into a file."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from anyio import to_thread

from foundation.act import Act
from foundation.errors import Invalid
from foundation.pdf import font_files
from foundation.principals import Role
from foundation.scratch import scratch_folder
from foundation.settings import current_settings
from foundation.translation import N_
from labels.press import Note, Printed, PrintOrder, prepare, press
from labels.press.characters import Missing
from labels.press.child import press_apart, task_for
from labels.press.photos import read_photos
from labels.press.spool import Spool, Spooled
from labels.schemas import PrintResult, Selection
from labels.service.issue import check_blanks, make_blank_labels
from labels.service.printing.choosing import choose, in_pieces
from labels.service.printing.faces import Words, spooled, words_for
from labels.service.printing.marking import job_name, mark_spool
from labels.service.printing.paper import Paper, asked_before, order_for
from labels.service.target import Target
from labels.sheet import LabelFace


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

    With ``ask`` LookFirst is raised where somebody should look first, ``most`` refuses a larger job. Raises Invalid for
    an empty selection, an order that cannot be printed and characters no face has, Refused for a retired facility and
    Forbidden beyond the registrar's scope, all before anything is issued; NotProved for a sheet that does not scan.
    """
    act.require_anywhere(Role.REGISTRAR)  # before a template is laid out
    order = await order_for(paper)
    chosen = await choose(selection, act)
    if most is not None and len(chosen) > most:
        raise Invalid(
            N_("{count} labels are too many at once here (at most {most}). Narrow the selection or use the command."),
            code="too_many_labels",
            count=len(chosen),
            most=most,
        )
    if ask:
        await asked_before(order)
    words = await words_for(order, act)
    if not order.anyway:
        await _refuse_missing(chosen, words, order)
    with scratch_folder() as folder:
        spool, out = Spool(folder / "spool"), folder / f"labels.{order.form}"
        printed = await _print(chosen, words, order, spool, out, act)
        await mark_spool(spool, order, _name(act, paper, selection), act)
        return PrintedSheet(out.read_bytes(), printed.labels, printed.pages, order.form, printed.notes)


def _name(act: Act, paper: Paper, what: Selection | int) -> str:
    return job_name(act, paper.request, msgspec.to_builtins(what), paper.contents())


async def _refuse_missing(chosen: list[int], words: Words, order: PrintOrder) -> None:
    """Name the characters that no face has before a label is issued for the sake of a sheet that is then refused."""
    missing = Missing(words.fields, font_files())
    async for piece in in_pieces(chosen):
        for asset in piece:
            missing.look(LabelFace("0" * 9, order.prefix, words=words.of(asset), asset=asset.code).filled())
    if refusal := missing.refusal():
        raise refusal


async def _print(chosen: list[int], words: Words, order: PrintOrder, spool: Spool, out: Path, act: Act) -> Printed:
    count = 0
    async for piece in in_pieces(chosen):
        count += spool.append(await spooled(piece, words, act))
    return await _pressed(spool, count, order, out)


async def _pressed(spool: Spool, count: int, order: PrintOrder, out: Path) -> Printed:
    """In a thread; but what an operator has drawn and only the reference renderer can draw, apart from everybody."""
    if order.template.revision and (await to_thread.run_sync(prepare, order))[1].reasons:
        files, photos = order.template.files, current_settings().files_dir
        return await press_apart(task_for(order, files, spool.path, count, out, photos))
    return await to_thread.run_sync(_press, spool, count, order, out)


def _press(spool: Spool, count: int, order: PrintOrder, out: Path) -> Printed:
    faces: Iterable[LabelFace] = (item.face(order.prefix) for item in spool)
    return press(faces, count, order, out, photos=read_photos)


async def preprint(count: int, paper: Paper, act: Act) -> PrintedSheet:
    """A sheet of blank labels, to be bound to assets in the field; none is made where the order cannot be printed."""
    with scratch_folder() as folder:
        out = folder / "labels"
        printed, order = await _preprint(count, paper, out, act)
        return PrintedSheet(out.read_bytes(), printed.labels, printed.pages, order.form, printed.notes)


async def _preprint(count: int, paper: Paper, out: Path, act: Act) -> tuple[Printed, PrintOrder]:
    check_blanks(count, act)
    order = await order_for(paper)
    job = _name(act, paper, count)
    made = await make_blank_labels(count, act, job=job, stock=order.stock.key)
    with scratch_folder() as folder:
        spool = Spool(folder / "spool")
        spool.append(Spooled(label.id, None, label.code, label.check_word, {}) for label in made)
        printed = await _pressed(spool, len(made), order, out)
        await mark_spool(spool, order, job, act)
    return printed, order


async def print_labels_to_file(selection: Selection, paper: Paper, out: Path, act: Act) -> PrintResult:
    """``print_labels`` of any number into a file that is whole or not there at all. Raises Refused where it cannot be
    written.
    """
    act.require_anywhere(Role.REGISTRAR)  # before a template is laid out
    began = time.monotonic()
    with Target(out) as target, scratch_folder() as folder:
        order = await order_for(paper)
        chosen = await choose(selection, act)
        words = await words_for(order, act)
        if not order.anyway:
            await _refuse_missing(chosen, words, order)
        spool = Spool(folder / "spool")
        printed = await _print(chosen, words, order, spool, target.part, act)
        await mark_spool(spool, order, _name(act, paper, selection), act)
        target.finish()
    return _result(printed, out, began, act)


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
