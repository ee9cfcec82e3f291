"""Sheets drawn by the reference renderer itself: what stamping is measured against, and what draws what it cannot."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from foundation.pdf import font_face_css, font_files, render_pdf
from labels.qr import QUIET_MODULES, SymbolTable, path_data
from labels.sheet import LabelFace
from labels.stamp import Shift, join_documents
from labels.stock import Cell
from labels.template import Compiled
from labels.template.compiled import PDF_A
from labels.template.document import Filled, picture_files, sheets_html

# The renderer's memory grows by a quarter of a megabyte a label; so many sheets are drawn at a time and joined.
SHEETS_AT_ONCE: Final = 8
Sheet = list[tuple[Cell, LabelFace]]


def write_reference(
    compiled: Compiled,
    table: SymbolTable,
    sheets: Iterable[Sheet],
    photos: Callable[[Iterable[str]], Mapping[str, bytes]] | None,
    out: Path,
    shift: Shift,
) -> None:
    """Draw the sheets label by label into one file, with the printer's correction and crop marks as stamped sheets."""
    join_documents(_documents(compiled, table, iter(sheets), photos), out, compiled.stock, shift)


def _documents(
    compiled: Compiled,
    table: SymbolTable,
    sheets: Iterator[Sheet],
    photos: Callable[[Iterable[str]], Mapping[str, bytes]] | None,
) -> Iterator[bytes]:
    while some := list(islice(sheets, SHEETS_AT_ONCE)):
        yield render_sheets(compiled, table, some, photos)


def render_sheets(
    compiled: Compiled,
    table: SymbolTable,
    sheets: Iterable[Sheet],
    photos: Callable[[Iterable[str]], Mapping[str, bytes]] | None = None,
) -> bytes:
    """The sheets as one PDF of the reference renderer."""
    fonts = font_files()
    fitter = compiled.fitter(fonts)
    placed = []
    for cell, face in (pair for sheet in sheets for pair in sheet):
        filled = Filled(
            settings=tuple(fitter.set_texts(face.words)),
            path=path_data(table, table.bits(face.code)),
            modules=table.size + 2 * QUIET_MODULES,
            photo=_photo(face.photo, photos),
        )
        placed.append((cell, filled))
    html = sheets_html(
        compiled.template,
        compiled.sizes,
        compiled.stock,
        [text.place for text in compiled.texts],
        placed,
        font_face_css(fonts),
        "Labels",
    )
    files = dict(picture_files(compiled.template))
    files |= {filled.photo: _jpeg(filled.photo) for _, filled in placed if filled.photo}
    variant = PDF_A if compiled.template.manifest.pdf_a else None
    return render_pdf(html, fonts=fonts, files=files, variant=variant)


def _photo(name: str, photos: Callable[[Iterable[str]], Mapping[str, bytes]] | None) -> str:
    if not name or photos is None:
        return ""
    found = photos([name]).get(name)
    return "photo:" + base64.b64encode(found).decode("ascii") if found else ""


def _jpeg(address: str) -> tuple[bytes, str]:
    return base64.b64decode(address.removeprefix("photo:")), "image/jpeg"
