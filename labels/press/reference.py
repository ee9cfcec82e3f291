"""Sheets drawn by the reference renderer itself: what stamping is measured against, and what draws what it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from foundation.pdf import font_face_css, font_files, render_pdf
from labels.qr import SymbolTable, path_data
from labels.sheet import LabelFace
from labels.stamp import Shift, join_documents
from labels.stock import Cell
from labels.template import Compiled
from labels.template.compiled import variant_of
from labels.template.document import Filled, picture_files, sheets_html

# The renderer's memory grows by a quarter of a megabyte a label; so many sheets are drawn at a time and joined.
SHEETS_AT_ONCE: Final = 8
# Labels' photos are named by this scheme while they are drawn; a template's own pictures have another.
PHOTO: Final = "photo:"
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
    labels = [pair for sheet in sheets for pair in sheet]
    found = photos(sorted({face.photo for _, face in labels if face.photo})) if photos else {}
    # By number, so that a photo's name may hold what an address may not.
    addresses = {name: f"{PHOTO}{number}" for number, name in enumerate(found)}
    placed = []
    for cell, face in labels:
        filled = Filled(
            settings=tuple(fitter.set_texts(face.words)),
            path=path_data(table, table.bits(face.code)),
            modules=table.full_size,
            photo=addresses.get(face.photo, ""),
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
    files |= {addresses[name]: (data, "image/jpeg") for name, data in found.items()}
    variant = variant_of(compiled.template, compiled.stock)
    return render_pdf(html, fonts=fonts, files=files, variant=variant)
