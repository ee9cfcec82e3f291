"""The printed page around its labels: its size and boxes, the printer's error undone, crop marks.

All strings are operators of a PDF page, in points from its lower left corner. A page for a printer of few dots is a
whole number of its dots wide and high, and is moved by whole dots only: so every module of a symbol stays even.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from foundation.pdf import POINTS_PER_INCH
from labels.stock import MM_PER_INCH, Stock
from labels.template.compiled import POINTS_PER_MM

_MARK_LENGTH: Final = 4.0
_MARK_GAP: Final = 1.0
_HAIR: Final = 0.25
# A page a hair larger than its dots would be drawn one dot larger, and everything on it stretched.
_HAIR_LESS: Final = 0.001
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much a printer prints off, in millimetres, and what it makes of a metre (1 is true)."""

    right: float = 0.0
    down: float = 0.0
    across: float = 1.0
    along: float = 1.0


def printed_shift(stock: Stock, shift: Shift) -> Shift:
    """The error as it is undone on the stock: on a printer of few dots by whole dots, and its scale is left alone.

    Such a printer feeds each label by itself, so its scale does not add up; stretching would spoil the modules.
    """
    if not stock.dpi:
        return shift
    right, down = (round(mm * stock.dpi / MM_PER_INCH) * MM_PER_INCH / stock.dpi for mm in (shift.right, shift.down))
    return Shift(right, down)


def page_size(stock: Stock) -> tuple[float, float]:
    """Width and height of the printed page in points: the stock with the room for bleed and crop marks around it."""
    return _points(stock.page_width + 2 * stock.extra, stock.dpi), _points(
        stock.page_height + 2 * stock.extra, stock.dpi
    )


def _points(mm: float, dpi: int) -> float:
    if not dpi:
        return mm * POINTS_PER_MM
    return round(mm * dpi / MM_PER_INCH) * POINTS_PER_INCH / dpi - _HAIR_LESS


def page_boxes(stock: Stock) -> dict[str, Box]:
    """The page's boxes by name: the trim is the stock itself, the bleed what is cut away around it."""
    width, height = page_size(stock)
    boxes: dict[str, Box] = {"MediaBox": (0.0, 0.0, width, height)}
    if extra := stock.extra * POINTS_PER_MM:
        bleed = min(stock.bleed * POINTS_PER_MM, extra)
        boxes["TrimBox"] = (extra, extra, width - extra, height - extra)
        boxes["BleedBox"] = (extra - bleed, extra - bleed, width - extra + bleed, height - extra + bleed)
    return boxes


def correction(stock: Stock, shift: Shift) -> str:
    """The printer's error undone, reckoned from the page's upper left corner; nothing for a printer without one."""
    if shift == Shift():
        return ""
    undone = printed_shift(stock, shift)
    _, height = page_size(stock)
    across, along = 1 / undone.across, 1 / undone.along
    up = height - along * height + undone.down * POINTS_PER_MM
    return f"{across:.6f} 0 0 {along:.6f} {-undone.right * POINTS_PER_MM:.3f} {up:.3f} cm\n"


def crop_marks(stock: Stock) -> str:
    """Crop marks at the edges of the labels, outside of all of them and of their bleed; nothing where none are wanted.

    They are moved with the labels, for it is the labels that are cut along them.
    """
    if not stock.marks:
        return ""
    _, height = page_size(stock)
    drawn = "".join(
        f"{a * POINTS_PER_MM:.3f} {height - b * POINTS_PER_MM:.3f} m"
        f" {c * POINTS_PER_MM:.3f} {height - d * POINTS_PER_MM:.3f} l\n"
        for a, b, c, d in _mark_lines(stock)
    )
    return f"q {_HAIR} w 0 G\n{drawn}S\nQ\n"


def _mark_lines(stock: Stock) -> Iterator[Box]:
    """Each mark from end to end, in millimetres from the page's upper left corner."""
    left, top = stock.margin_left + stock.extra, stock.margin_top + stock.extra
    xs = sorted({left + c * stock.pitch_x + d for c in range(stock.columns) for d in (0.0, stock.label_width)})
    ys = sorted({top + r * stock.pitch_y + d for r in range(stock.rows) for d in (0.0, stock.label_height)})
    near, far = _MARK_GAP + stock.bleed, _MARK_GAP + stock.bleed + _MARK_LENGTH
    for x in xs:
        yield x, ys[0] - near, x, ys[0] - far
        yield x, ys[-1] + near, x, ys[-1] + far
    for y in ys:
        yield xs[0] - near, y, xs[0] - far, y
        yield xs[-1] + near, y, xs[-1] + far, y
