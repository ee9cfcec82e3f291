"""Label stock as data: sheets, rolls and plates, in millimetres from the upper left corner. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Final

from foundation.errors import Invalid
from foundation.translation import N_

# Two sheets' drawings round differently; less than a tenth of a millimetre is no overlap.
TOLERANCE_MM: Final = 0.1


MM_PER_INCH: Final = 25.4
# Printers' own resolutions; 0 is any, for what is printed on an office printer.
DPI: Final = (0, 203, 300, 600)
FORMS: Final = ("sheet", "roll", "plate")
LARGEST_MM: Final = 1200.0
MOST_LABELS: Final = 500
LARGEST_BLEED: Final = 10.0
# Crop marks are drawn in a margin of so much, else the page is made larger for them.
MARK_ROOM: Final = 5.0


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of sheet, roll or plate. Pitch is the distance from one label's edge to the next one's same edge.

    A roll's page is one label (or one row of them) long. ``dpi`` is the printer's resolution where the stock is for
    one, so that modules are whole dots; ``bleed`` is colour beyond the label's edge that is cut away along the
    ``marks``; ``life_years`` is how long it lasts outdoors; ``pdf_a`` asks for PDF/A-2u, as print shops do.
    """

    key: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    margin_left: float
    margin_top: float
    pitch_x: float
    pitch_y: float
    form: str = "sheet"
    dpi: int = 0
    corner: float = 0.0
    bleed: float = 0.0
    marks: bool = False
    life_years: int = 0
    pdf_a: bool = False

    def __post_init__(self) -> None:
        """Refuse a sheet that cannot exist; raises Invalid."""
        if problem := _problem(self):
            raise Invalid(problem, code="bad_stock", stock=self.key)

    @property
    def extra(self) -> float:
        """By how many millimetres the printed page is larger than the stock on every side, for bleed and crop marks."""
        if not self.marks and not self.bleed:
            return 0.0
        right = self.page_width - self.margin_left - (self.columns - 1) * self.pitch_x - self.label_width
        below = self.page_height - self.margin_top - (self.rows - 1) * self.pitch_y - self.label_height
        room = min(self.margin_left, self.margin_top, right, below) - self.bleed
        return self.bleed + MARK_ROOM if self.marks and room < MARK_ROOM else max(0.0, -room)

    @property
    def per_sheet(self) -> int:
        """How many labels one sheet holds."""
        return self.columns * self.rows


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of one label: sheet counted from 0, corner in millimetres."""

    sheet: int
    slot: int
    left: float
    top: float


def _problem(stock: Stock) -> str | None:
    numbers = [value for value in astuple(stock) if isinstance(value, float)]
    if not all(math.isfinite(value) and value <= LARGEST_MM for value in numbers):
        return N_("The sizes of the stock {stock} are millimetres, 1200 at most.")
    if stock.columns < 1 or stock.rows < 1 or stock.columns * stock.rows > MOST_LABELS:
        return N_("The stock {stock} must have at least one column and one row, and at most 500 labels.")
    if stock.form not in FORMS or stock.dpi not in DPI:
        return N_("The stock {stock} is a sheet, roll or plate, printed at 203, 300 or 600 dots per inch or any (0).")
    return _problem_of_place(stock)


def _problem_of_place(stock: Stock) -> str | None:
    if min(stock.page_width, stock.page_height, stock.label_width, stock.label_height) <= 0:
        return N_("The sizes of the stock {stock} must be above zero.")
    if min(stock.margin_left, stock.margin_top) < 0:
        return N_("The margins of the stock {stock} must not be negative.")
    if stock.pitch_x + TOLERANCE_MM < stock.label_width or stock.pitch_y + TOLERANCE_MM < stock.label_height:
        return N_("The labels of the stock {stock} overlap: the pitch is smaller than the label.")
    right = stock.margin_left + (stock.columns - 1) * stock.pitch_x + stock.label_width
    bottom = stock.margin_top + (stock.rows - 1) * stock.pitch_y + stock.label_height
    if right > stock.page_width + TOLERANCE_MM or bottom > stock.page_height + TOLERANCE_MM:
        return N_("The labels of the stock {stock} do not fit on its page.")
    if not 0 <= stock.bleed <= LARGEST_BLEED or stock.corner < 0 or not 0 <= stock.life_years <= 30:
        return N_(
            "The bleed of the stock {stock} is 0 to 10 mm, its corners are not negative, its life is 0 to 30 years."
        )
    between = [pitch - size for pitch, size, count in _axes(stock) if count > 1]
    if stock.bleed and min(between, default=LARGEST_MM) + TOLERANCE_MM < 2 * stock.bleed:
        return N_("The labels of the stock {stock} are too close together for their bleed.")
    return None


def _axes(stock: Stock) -> tuple[tuple[float, float, int], tuple[float, float, int]]:
    return (
        (stock.pitch_x, stock.label_width, stock.columns),
        (stock.pitch_y, stock.label_height, stock.rows),
    )


def cell_in(stock: Stock, position: int) -> Cell:
    """The place of the label at a position counted from 0 through all sheets, row by row."""
    sheet, slot = divmod(position, stock.per_sheet)
    row, column = divmod(slot, stock.columns)
    left = stock.margin_left + column * stock.pitch_x
    top = stock.margin_top + row * stock.pitch_y
    return Cell(sheet, slot, round(left, 3), round(top, 3))


def cells(stock: Stock, count: int, start: int = 1) -> Iterator[Cell]:
    """The places of ``count`` labels when the first goes to position ``start`` (from 1) of a sheet already begun.

    Raises Invalid where the sheet has no such position.
    """
    if not 1 <= start <= stock.per_sheet:
        raise Invalid(
            N_("A sheet of {stock} has the positions 1 to {last}; {start} is not one of them."),
            code="bad_start",
            stock=stock.key,
            last=stock.per_sheet,
            start=start,
        )
    return (cell_in(stock, start - 1 + index) for index in range(count))


def sheets_needed(stock: Stock, count: int, start: int = 1) -> int:
    """How many sheets the labels take."""
    return -(-(start - 1 + count) // stock.per_sheet) if count else 0


A4: Final = (210.0, 297.0)


def _single(key: str, width: float, height: float, **more: Any) -> Stock:
    """A stock with one label on each page."""
    return Stock(key, width, height, 1, 1, width, height, 0.0, 0.0, width, height, **more)


# Sizes are those the trade sells under these names; measure a sheet of another maker before a large print. How long a
# stock lasts outdoors is the system's default, not a maker's promise.
STOCKS: Final = {
    stock.key: stock
    for stock in (
        Stock("a4-3x8", *A4, 3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0, life_years=2),
        Stock("a4-3x7", *A4, 3, 7, 63.5, 38.1, 7.25, 15.15, 66.0, 38.1, life_years=2, corner=2.0),
        Stock("a4-2x7", *A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1, life_years=2, corner=2.0),
        Stock("a4-2x4", *A4, 2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, 67.7, life_years=2, corner=2.0),
        _single("roll-62x40", 62.0, 40.0, form="roll", dpi=300, life_years=5),
        _single("roll-70x40-203", 70.0, 40.0, form="roll", dpi=203, life_years=5),
        _single("roll-100x50-300", 100.0, 50.0, form="roll", dpi=300, life_years=5),
        _single("tag-80x45", 80.0, 45.0, form="plate", corner=3.0, life_years=10),
        _single("plate-150x100", 150.0, 100.0, form="plate", corner=4.0, life_years=15, pdf_a=True),
        _single("a4-notice", *A4, bleed=3.0, marks=True, life_years=3, pdf_a=True),
        _single("a5-poster", 148.0, 210.0, bleed=3.0, marks=True, life_years=3, pdf_a=True),
        Stock("a4-2x5-cards", *A4, 2, 5, 90.0, 54.0, 12.0, 13.5, 96.0, 54.0, marks=True, life_years=3),
    )
}
DEFAULT_STOCK: Final = "a4-3x8"


def stock_named(key: str, own: Mapping[str, Stock] | None = None) -> Stock:
    """The stock of that name, an operator's ``own`` before the ones that ship; raises Invalid for an unknown one."""
    known = STOCKS | dict(own or {})
    if key not in known:
        raise Invalid(
            N_("There is no stock {stock}. The stocks are: {known}."),
            code="bad_stock",
            stock=key,
            known=", ".join(known),
        )
    return known[key]
