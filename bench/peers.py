"""The same labels drawn by others: reportlab directly, which is the limit, and blabel, which is a peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.material import PREFIX, SHEET, SPOTS, SYMBOL_LEFT, SYMBOL_MM, SYMBOL_TOP, Spot, css_of, faces

if TYPE_CHECKING:
    from labels.qr import SymbolTable

MM = 72 / 25.4
QUIET = 4
# The ascent of the faces in ems, from the top of a line to its baseline as CSS places it.
ASCENT, DESCENT = 1.16, 0.288


def reportlab_sheets(count: int, folder: Path) -> Callable[[], Path]:
    """Every text with ``drawString``, every symbol one path of its dark runs, from the modules that are stamped too."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from foundation.codes import LENGTH
    from foundation.pdf import font_files
    from labels.qr import symbol_table
    from labels.stock import STOCKS, cells

    made, stock = list(faces(count)), STOCKS[SHEET]
    rl_config.useA85 = 0  # streams as they are, not spelled out in letters

    def work() -> Path:
        for font in font_files():
            pdfmetrics.registerFont(TTFont(f"F{font.weight}", str(font.path)))
        table = symbol_table(PREFIX, LENGTH)
        size = (stock.page_width * MM, stock.page_height * MM)
        canvas = Canvas(str(folder / "out.pdf"), pagesize=size, pageCompression=1)
        sheet = 0
        for cell, face in zip(cells(stock, count), made, strict=True):
            if cell.sheet != sheet:
                canvas.showPage()
                sheet = cell.sheet
            left, top = cell.left * MM, size[1] - cell.top * MM
            words = face.filled().words
            for spot in SPOTS:
                _write(canvas, spot, words[spot.field], left, top, pdfmetrics.stringWidth)
            _draw(canvas, table, face.code, left, top)
        canvas.save()
        return folder / "out.pdf"

    return work


def _write(canvas: Any, spot: Spot, text: str, left: float, top: float, width_of: Callable[..., float]) -> None:
    font = "F700" if spot.bold else "F400"
    canvas.setFont(font, spot.size)
    x, y = left + spot.left * MM, top - spot.top * MM
    y -= (spot.line - (ASCENT + DESCENT) * spot.size) / 2 + ASCENT * spot.size
    for line in _wrapped(text, spot, font, width_of):
        canvas.drawString(x, y, line)
        y -= spot.line


def _wrapped(text: str, spot: Spot, font: str, width_of: Callable[..., float]) -> Iterator[str]:
    """A simple wrap: whole words while they fit, and where there are none, characters; what is left over is cut."""
    room = spot.width * MM
    for _ in range(spot.lines):
        if not text:
            return
        if width_of(text, font, spot.size) <= room:
            yield text
            return
        filled, cut = 0.0, 0
        for cut, char in enumerate(text):  # noqa: B007 - where the line is full
            filled += width_of(char, font, spot.size)
            if filled > room:
                break
        blank = text.rfind(" ", 0, cut + 1)
        cut = blank if blank > 0 else cut
        yield text[:cut]
        text = text[cut:].lstrip()


def _draw(canvas: Any, table: SymbolTable, code: str, left: float, top: float) -> None:
    """In whole modules under one scale, its numbers written here: reportlab's own way of writing numbers takes longer
    than all the rest, and would not be the limit.
    """
    module = SYMBOL_MM * MM / (table.size + 2 * QUIET)
    operators = []
    y = table.size + QUIET - 1
    for row in table.rows(table.bits(code)):
        text = f"{row:0{table.size}b}"
        start = text.find("1")
        while start >= 0:
            end = text.find("0", start)
            end = table.size if end < 0 else end
            operators.append(f"{QUIET + start} {y} {end - start} 1 re")
            start = text.find("1", end)
        y -= 1
    canvas.saveState()
    canvas.transform(module, 0, 0, module, left + SYMBOL_LEFT * MM, top - (SYMBOL_TOP + SYMBOL_MM) * MM)
    path = canvas.beginPath()
    path._code.append(" ".join(operators))
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def blabel_sheets(count: int, folder: Path) -> Callable[[], Path]:
    """Its writer with a template of the same texts in the same places, and its own QR codes at the same level."""
    from blabel import LabelWriter
    from qrcode.constants import ERROR_CORRECT_Q

    from foundation.pdf import font_files

    style = folder / "sheet.css"
    style.write_text(
        "".join(
            f'@font-face {{ font-family: Bench Sans; font-weight: {font.weight}; src: url("{font.path.as_uri()}") }}\n'
            for font in font_files()
        )
        + "@page { size: 210mm 297mm; margin: 0 }\n"
        ".print-area { box-sizing: border-box; height: 296.9mm; padding-top: 0.5mm; font-size: 0 }\n"
        ".item { position: relative; width: 70mm; height: 37mm; vertical-align: top; font-family: Bench Sans }\n"
        f".item img {{ position: absolute; left: {SYMBOL_LEFT}mm; top: {SYMBOL_TOP}mm; width: {SYMBOL_MM}mm;"
        " image-rendering: pixelated }\n.item p { margin: 0; overflow: hidden }\n" + "\n".join(map(css_of, SPOTS))
    )
    texts = "".join(f'<p class="{spot.field}">{{{{ {spot.field} }}}}</p>' for spot in SPOTS)
    picture = '<img src="{{ label_tools.qr_code(url, error_correction=level, border=4) }}">'
    writer = LabelWriter(
        item_template=picture + texts, default_stylesheets=(str(style),), items_per_page=24, level=ERROR_CORRECT_Q
    )
    made = list(faces(count))

    def work() -> Path:
        records = [
            {name: escape(text) for name, text in face.filled().words.items()} | {"url": face.url} for face in made
        ]
        writer.write_labels(records, target=str(folder / "out.pdf"))
        return folder / "out.pdf"

    return work
