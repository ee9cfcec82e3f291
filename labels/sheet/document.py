"""The HTML of a print job: every sheet with its labels in their places."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from foundation.pdf import FontFile, font_face_css, text_width
from foundation.translation import N_, ROOT, translate
from labels.qr import Symbol, path_data
from labels.sheet import fit
from labels.sheet.face import LabelFace
from labels.sheet.fit import Measures, Words, set_words
from labels.sheet.geometry import Geometry
from labels.stock import Cell, Stock, cell_in, cells

CALL: Final = N_("Scan to report")
NOTICE: Final = N_("Never asks for payment")


@dataclass(frozen=True, slots=True)
class Placed:
    """One label in its place."""

    slot: int
    face: LabelFace
    words: Words
    modules: int
    path: str


def sheet_html(
    faces: Sequence[LabelFace],
    symbols: Sequence[Symbol],
    stock: Stock,
    parts: Geometry,
    fonts: Sequence[FontFile],
    *,
    start: int,
    title: str,
) -> str:
    """The whole document of a job; raises Invalid for a start position the stock does not have."""
    measures = _measures(fonts)
    jobs = zip(cells(stock, len(faces), start), faces, symbols, strict=True)
    placed = [(cell, _place(cell, face, symbol, parts, measures)) for cell, face, symbol in jobs]
    sheets = [[item for _, item in group] for _, group in groupby(placed, key=lambda pair: pair[0].sheet)]
    return (
        _environment()
        .get_template("labels/sheet.html")
        .render(
            title=title,
            stock=stock,
            parts=parts,
            fit=fit,
            sheets=sheets,
            slots=[cell_in(stock, slot) for slot in range(stock.per_sheet)],
            font_faces=Markup(font_face_css(fonts)),  # noqa: S704 - our own rules, no outside text
            **_both("call", CALL),
            **_both("notice", NOTICE),
        )
    )


def _place(cell: Cell, face: LabelFace, symbol: Symbol, parts: Geometry, measures: Measures) -> Placed:
    return Placed(cell.slot, face, set_words(face, parts, measures), symbol.full_size, path_data(symbol))


def _measures(fonts: Sequence[FontFile]) -> Measures:
    by_weight = {font.weight: functools.partial(text_width, font=font) for font in fonts}
    return Measures(regular=by_weight[400], bold=by_weight[700])


def _both(name: str, msgid: str) -> dict[str, str]:
    return {f"{name}_zh": translate("zh-CN", msgid), f"{name}_en": translate("en", msgid)}


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "labels" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
