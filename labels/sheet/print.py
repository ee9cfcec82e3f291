"""The print job: symbols, layout, PDF, and what the person at the printer must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from foundation.errors import Invalid
from foundation.pdf import FontFile, font_files, missing_characters, render_pdf
from foundation.translation import N_, Lang, translate
from labels.qr import encode
from labels.sheet.document import sheet_html
from labels.sheet.face import LabelFace
from labels.sheet.geometry import WANTED_MODULE, Geometry, place_parts
from labels.stock import Stock, sheets_needed

# Names are a help, not a list: the first few are enough to find the rest.
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PrintWarning:
    """Something on the sheet that is not as it should be; the sheet is printed all the same."""

    code: str
    text: str
    params: dict[str, object] = field(default_factory=dict)

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language."""
        return translate(lang, self.text, **self.params)


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """The PDF of a job and its figures."""

    pdf: bytes
    labels: int
    pages: int
    warnings: tuple[PrintWarning, ...] = ()


def print_sheet(faces: Sequence[LabelFace], stock: Stock, *, start: int = 1, title: str = "Labels") -> PrintedSheet:
    """Lay the labels out on the stock, the first at position ``start`` (from 1), and make the PDF.

    Takes about 25 ms for each label: run it in a thread. Raises Invalid for no labels, a wrong start position or an
    address too long for the stock; StartRefused where font or text library is missing.
    """
    if not faces:
        raise Invalid(N_("There are no labels to print."), code="no_labels")
    faces = [face.cleaned() for face in faces]
    symbols = [encode(face.url) for face in faces]
    parts = place_parts(stock, max(symbol.full_size for symbol in symbols))
    fonts = font_files()
    html = sheet_html(faces, symbols, stock, parts, fonts, start=start, title=title)
    return PrintedSheet(
        pdf=render_pdf(html, fonts=fonts),
        labels=len(faces),
        pages=sheets_needed(stock, len(faces), start),
        warnings=(*_small_modules(parts), *_unprintable(faces, fonts)),
    )


def _small_modules(parts: Geometry) -> tuple[PrintWarning, ...]:
    if parts.module >= WANTED_MODULE:
        return ()
    text = N_("The modules are {module} mm; outdoors {wanted} mm is wanted. A shorter host or larger labels help.")
    return (PrintWarning("small_modules", text, {"module": f"{parts.module:.2f}", "wanted": WANTED_MODULE}),)


def _unprintable(faces: Sequence[LabelFace], fonts: tuple[FontFile, ...]) -> tuple[PrintWarning, ...]:
    missing = missing_characters("".join(face.words for face in faces), fonts)
    if not missing:
        return ()
    touched = [face.asset_code or face.printed_code for face in faces if any(char in face.words for char in missing)]
    more = "…" if len(touched) > NAMES_SHOWN else ""
    text = N_("The font cannot draw {characters}. {count} labels are touched: {names}")
    params = {
        "characters": " ".join(f"{char} (U+{ord(char):04X})" for char in missing),
        "count": len(touched),
        "names": ", ".join(touched[:NAMES_SHOWN]) + more,
    }
    return (PrintWarning("missing_glyph", text, dict(params)),)
