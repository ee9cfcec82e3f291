"""Whole sheets as the printer will draw them, every symbol read back and compared with what should stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zxingcpp

from foundation.codes import printed
from foundation.pdf import Pages, Raster, open_pages
from labels.preflight.findings import (
    CONTRAST,
    LEAST_CONTRAST,
    OTHER,
    QUIET,
    UNREAD,
    USUAL_DPI,
    Finding,
    findings_of_size,
)
from labels.qr import QUIET_MODULES, SymbolTable
from labels.stock import MM_PER_INCH, Cell
from labels.template.compiled import POINTS_PER_MM, Compiled

# Every label of a job up to so many; of a larger one at least so many, in whole sheets spread from first to last.
ALL_UP_TO: Final = 2000
MOST_FINDINGS: Final = 200
# Where the printer's correction puts a point, in millimetres from the upper left corner.
Moved = Callable[[float, float], tuple[float, float]]
_FORMATS: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_GREY: Final = zxingcpp.ImageFormat.Lum


@dataclass(frozen=True, slots=True)
class Cellmate:
    """What should stand in a cell: the code of its label."""

    cell: Cell
    code: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the check looked at, and what it found; a job with findings is not handed out."""

    checked: int
    labels: int
    dpi: int
    findings: tuple[Finding, ...]


def chosen_sheets(sheets: int, labels: int) -> list[int]:
    """The sheets that are checked, counted from 0: all of a job up to 2,000 labels, else as many as hold that many."""
    if labels <= ALL_UP_TO:
        return list(range(sheets))
    wanted = min(sheets, -(-ALL_UP_TO * sheets // labels) + 1)
    return sorted({round(number * (sheets - 1) / max(1, wanted - 1)) for number in range(wanted)})


def check_sheets(
    pdf: Path | bytes,
    compiled: Compiled,
    table: SymbolTable,
    codes: Callable[[int], Sequence[Cellmate]],
    *,
    labels: int,
    moved: Moved = lambda left, top: (left, top),
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Read the finished job back. ``codes`` gives what should stand on a sheet (from 0), ``moved`` where a printer's
    correction puts a point (millimetres from the upper left corner), ``progress`` is told how many labels were read.
    """
    dpi = compiled.stock.dpi or USUAL_DPI
    side = compiled.module * table.size
    found = findings_of_size(side, table.size, dpi, compiled.template.manifest.distance)
    checked = 0
    with open_pages(pdf) as pages:
        for sheet in chosen_sheets(len(pages), labels):
            mates = codes(sheet)
            found += _check_sheet(pages, sheet, mates, compiled, table, dpi, moved)
            checked += len(mates)
            if progress:
                progress(checked)
            if len(found) >= MOST_FINDINGS:
                break
    return Report(checked, labels, dpi, tuple(found[:MOST_FINDINGS]))


def _check_sheet(
    pages: Pages,
    sheet: int,
    mates: Sequence[Cellmate],
    compiled: Compiled,
    table: SymbolTable,
    dpi: int,
    moved: Moved,
) -> Iterator[Finding]:
    raster = pages.grey(sheet, dpi)
    for mate in mates:
        for text, params in _check_label(raster, mate, compiled, table, dpi, moved):
            yield Finding(sheet + 1, mate.cell.slot + 1, printed(mate.code), text, params)


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle of the raster, in pixels that need not be whole."""

    left: float
    top: float
    right: float
    bottom: float

    def grid(self, count: int) -> tuple[float, float]:
        """The width and height of one of so many columns and rows."""
        return (self.right - self.left) / count, (self.bottom - self.top) / count


def _box(left: float, top: float, width: float, height: float, dpi: int, moved: Moved) -> _Box:
    """Where a rectangle of the sheet, in millimetres, is in the raster after the printer's correction."""
    dots = dpi / MM_PER_INCH
    corners = (*moved(left, top), *moved(left + width, top + height))
    return _Box(*(value * dots for value in corners))


def _check_label(
    raster: Raster, mate: Cellmate, compiled: Compiled, table: SymbolTable, dpi: int, moved: Moved
) -> Iterator[tuple[str, dict[str, object]]]:
    stock, cell = compiled.stock, mate.cell
    left, top = cell.left + stock.extra, cell.top + stock.extra
    read = _read(raster, _box(left, top, stock.label_width, stock.label_height, dpi, moved))
    if read != [table.prefix + mate.code]:
        yield (OTHER, {"read": ", ".join(read)}) if read else (UNREAD, {})
        return
    x, y, side = (value / POINTS_PER_MM for value in compiled.symbol)
    symbol = _box(left + x, top + y, side, side, dpi, moved)
    dark, light = _tones(raster, symbol, table, mate.code)
    contrast = (light - dark) / 255
    if contrast < LEAST_CONTRAST:
        yield CONTRAST, {"contrast": max(0, round(contrast * 100)), "least": round(LEAST_CONTRAST * 100)}
    if _quietest(raster, symbol, table.full_size) < dark + 0.5 * (light - dark):
        yield QUIET, {}


def _read(raster: Raster, label: _Box) -> list[str]:
    """What stands in the cell, as a phone would read it; a code that hangs over from a neighbour shows too."""
    x, y = max(0, round(label.left)), max(0, round(label.top))
    # The last row of the page is left out: the reader asks for whole rows from where the label begins.
    w, h = min(round(label.right), raster.width) - x, min(round(label.bottom), raster.height - 1) - y
    if w <= 0 or h <= 0:
        return []
    view = zxingcpp.ImageView(raster.pixels[y * raster.stride + x :], w, h, _GREY, raster.stride, 1)
    found = zxingcpp.read_barcodes(view, formats=_FORMATS, try_rotate=False, try_downscale=False, try_invert=False)
    return sorted(symbol.text for symbol in found)


def _tones(raster: Raster, symbol: _Box, table: SymbolTable, code: str) -> tuple[int, int]:
    """The lightest dark module and the darkest light one, at their centres."""
    pixels, size = raster.pixels, table.size
    across, along = symbol.grid(table.full_size)
    columns = [int(symbol.left + (QUIET_MODULES + column + 0.5) * across) for column in range(size)]
    dark, light = 0, 255
    for number, row in enumerate(table.rows(table.bits(code))):
        start = int(symbol.top + (QUIET_MODULES + number + 0.5) * along) * raster.stride
        for column, x in enumerate(columns):
            tone = pixels[start + x]
            if row >> size - 1 - column & 1:
                dark = max(dark, tone)
            else:
                light = min(light, tone)
    return dark, light


def _quietest(raster: Raster, symbol: _Box, full: int) -> int:
    """The darkest pixel of the quiet zone, two pixels left out at its edges."""
    across, along = (QUIET_MODULES * module for module in symbol.grid(full))
    left, right = max(0, int(symbol.left) + 2), min(raster.width, int(symbol.right) - 1)
    top, bottom = max(0, int(symbol.top) + 2), min(raster.height, int(symbol.bottom) - 1)
    inner_left, inner_right = int(symbol.left + across) - 1, int(symbol.right - across) + 2
    inner_top, inner_bottom = int(symbol.top + along) - 1, int(symbol.bottom - along) + 2
    darkest = 255
    for y in range(top, bottom):
        row = y * raster.stride
        spans = [(left, right)] if y < inner_top or y >= inner_bottom else [(left, inner_left), (inner_right, right)]
        for start, end in spans:
            darkest = min(darkest, min(raster.pixels[row + start : row + end], default=255))
    return darkest
