"""The press: labels in, one proved file out, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from foundation.codes import LENGTH
from foundation.errors import Invalid, Refused
from foundation.pdf import font_files
from foundation.translation import LANGS, N_, Lang
from labels.preflight import Cellmate, Report, check_sheets
from labels.press.characters import MISSING, Missing
from labels.press.forms import check_form, conversion_for, remove_intermediate
from labels.press.order import Note, Printed, PrintOrder
from labels.press.reference import write_reference
from labels.qr import SymbolTable, symbol_table
from labels.sheet import LabelFace
from labels.stamp import Shift, Stamper, printed_shift
from labels.stock import Cell, cell_in, cells, sheets_needed
from labels.template import Compiled
from labels.template.compiled import kept_template

# The table of symbols is compared with the library's own on so many codes of every job.
SAMPLES: Final = 5
Progress = Callable[[str, int], None]
Photos = Callable[[Iterable[str]], Mapping[str, bytes]]


class NotProved(Refused):
    """The finished job did not pass its check and is not handed out; ``report`` says which cells and why."""

    code = "not_proved"

    def __init__(self, report: Report) -> None:
        super().__init__(
            N_("The job did not pass its check and is not handed out. Findings: {count}."),
            count=len(report.findings),
            findings=[{lang[:2]: one.message(lang) for lang in LANGS} for one in report.findings],
        )
        self.report = report

    def message(self, lang: Lang) -> str:
        """The sentence, and the first finding."""
        return f"{super().message(lang)} {self.findings[0][lang[:2]]}"


def press(
    faces: Iterable[LabelFace],
    count: int,
    order: PrintOrder,
    out: Path,
    *,
    photos: Photos | None = None,
    progress: Progress | None = None,
) -> Printed:
    """Stamp ``count`` labels, read them back, and leave the file at ``out``; where anything is wrong, nothing is left.

    ``photos`` gives the JPEG of each name of a face's photo; ``progress`` is told the stage (``stamp``, ``check``, and
    ``convert`` for another form than PDF) and how many labels are through it, and may raise to stop. Takes some 0.4 ms
    of CPU a label, more for another form, and holds the loop, so it runs in a thread or a process. Raises Invalid for
    no labels, a wrong start, a form or an address that does not suit the stock, or characters no face has
    (``missing_glyph``); NotProved where a label does not scan; StartRefused where font or text library is missing;
    OSError where the disk does not take the file.
    """
    if not count:
        raise Invalid(N_("There are no labels to print."), code="no_labels")
    table, compiled = prepare(order)
    job = _Job(order, count, table, compiled, out, progress or (lambda _stage, _done: None))
    try:
        return job.run(faces, photos)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    finally:
        remove_intermediate(out)


def prepare(order: PrintOrder) -> tuple[SymbolTable, Compiled]:
    """The symbols of an order and its template laid out; finds everything that is wrong with the order itself."""
    cells(order.stock, 1, order.start)
    check_form(order)
    level = order.template.manifest.level
    table = symbol_table(order.prefix, LENGTH, "H" if level == "H" else "M" if level == "M" else "Q")
    return table, kept_template(order.template, order.stock, table.size, font_files(), order.title)


def small_modules(order: PrintOrder) -> Note | None:
    """What to say of an order whose modules are small for the place where its labels are read."""
    return _small(order, prepare(order)[1])


def _small(order: PrintOrder, compiled: Compiled) -> Note | None:
    if order.template.manifest.place != "outdoors" or compiled.module >= OUTDOORS - 0.005:
        return None
    return Note("small_modules", SMALL, {"module": f"{compiled.module:.2f}", "wanted": OUTDOORS})


class _Job:
    """One job on the press."""

    def __init__(
        self,
        order: PrintOrder,
        count: int,
        table: SymbolTable,
        compiled: Compiled,
        out: Path,
        progress: Progress,
    ) -> None:
        self.order, self.table, self.compiled, self.progress = order, table, compiled, progress
        self.count = count
        self.missing = Missing(order.template.bound.fields, font_files())
        self.codes: list[str] = []
        self.conversion = conversion_for(order, count, out)
        self.pdf = self.conversion.pdf if self.conversion else out
        # Other forms are made from pages without a correction: plates have no printer, and ZPL is moved by whole dots.
        self.shift = Shift() if self.conversion else order.shift

    def run(self, faces: Iterable[LabelFace], photos: Photos | None) -> Printed:
        """Stamp, then read back, then convert."""
        count = self.count
        sheets = self._sheets(faces, count)
        if self.compiled.reasons:
            write_reference(self.compiled, self.table, sheets, photos, self.pdf, self.shift)
        else:
            self._stamp(sheets, photos)
        if (refusal := self.missing.refusal()) and not self.order.anyway:
            raise refusal
        if any(self.table.differs(code) for code in islice(self.codes, SAMPLES)):
            raise RuntimeError("the table of symbols differs from the library's own symbols")
        report = check_sheets(
            self.pdf,
            self.compiled,
            self.table,
            self._mates,
            labels=count,
            moved=self._moved,
            progress=lambda done: self.progress("check", done),
        )
        if report.findings:
            raise NotProved(report)
        pages = sheets_needed(self.order.stock, count, self.order.start)
        if self.conversion:
            self.conversion.write(self.compiled, self._places, lambda done: self.progress("convert", done))
        return Printed(count, pages, report.checked, tuple(self._notes(report)))

    def _sheets(self, faces: Iterable[LabelFace], count: int) -> Iterator[list[tuple[Cell, LabelFace]]]:
        placed = zip(cells(self.order.stock, count, self.order.start), faces, strict=True)
        for _, group in groupby(placed, key=lambda pair: pair[0].sheet):
            filled = [(cell, face.filled()) for cell, face in group]
            if self.conversion:
                self.conversion.note(filled)
            sheet = [(cell, self.missing.look(face)) for cell, face in filled]
            self.codes += [face.code for _, face in sheet]
            yield sheet
            self.progress("stamp", len(self.codes))

    def _stamp(self, sheets: Iterable[list[tuple[Cell, LabelFace]]], photos: Photos | None) -> None:
        stamper = Stamper(self.compiled, self.table, font_files(), self.shift)
        for sheet in sheets:
            wanted = {face.photo for _, face in sheet if face.photo} if self.compiled.photo and photos else set()
            stamper.add(sheet, photos(sorted(wanted)) if photos and wanted else None)
        if stamper.missing():
            raise RuntimeError("a character was printed that its face does not have")
        stamper.save(self.pdf)

    def _mates(self, sheet: int) -> list[Cellmate]:
        return [Cellmate(cell, self.codes[number]) for number, cell in self._places(sheet)]

    def _places(self, sheet: int) -> list[tuple[int, Cell]]:
        """The labels of a sheet (from 0) by their number in the job (from 0), each with its place."""
        stock, start = self.order.stock, self.order.start - 1
        first, last = max(0, sheet * stock.per_sheet - start), (sheet + 1) * stock.per_sheet - start
        return [(number, cell_in(stock, start + number)) for number in range(first, min(last, len(self.codes)))]

    def _moved(self, left: float, top: float) -> tuple[float, float]:
        shift = printed_shift(self.order.stock, self.shift)
        return left / shift.across - shift.right, top / shift.along - shift.down

    def _notes(self, report: Report) -> Iterator[Note]:
        if note := _small(self.order, self.compiled):
            yield note
        if self.missing.characters:
            yield Note("missing_glyph", MISSING, self.missing.params())
        if self.compiled.reasons:
            yield Note("reference", REFERENCE, {"reasons": ", ".join(dict.fromkeys(self.compiled.reasons))})
        if report.checked < report.labels:
            params = {"checked": report.checked, "labels": report.labels, "dpi": report.dpi}
            yield Note("sample", SAMPLE, params)


# Read at arm's length outdoors [J]; under 0.5 mm, which a template may not go below, dirt wins.
OUTDOORS: Final = 0.8
SMALL: Final = N_("The modules are {module} mm; outdoors {wanted} mm is wanted. A shorter host or larger labels help.")
REFERENCE: Final = N_("The template is drawn label by label, which takes fifty times as long, because of: {reasons}.")
SAMPLE: Final = N_("{checked} of {labels} labels were read back at {dpi} dpi, in whole sheets from first to last.")
