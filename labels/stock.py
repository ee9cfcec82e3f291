"""Label stock as data: where the labels of a sheet are, in millimetres from its upper left corner. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_

# Two sheets' drawings round differently; less than a tenth of a millimetre is no overlap.
TOLERANCE_MM: Final = 0.1


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of sheet. Pitch is the distance from one label's edge to the next one's same edge."""

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

    def __post_init__(self) -> None:
        """Refuse a sheet that cannot exist; raises Invalid."""
        if problem := _problem(self):
            raise Invalid(problem, code="bad_stock", stock=self.key)

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
    if stock.columns < 1 or stock.rows < 1:
        return N_("The stock {stock} must have at least one column and one row.")
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
    return None


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

# Sizes are those the trade sells under these names; measure a sheet of another maker before a large print.
STOCKS: Final = {
    stock.key: stock
    for stock in (
        Stock("a4-3x8", *A4, 3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0),
        Stock("a4-2x7", *A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
        Stock("a4-2x4", *A4, 2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, 67.7),
    )
}
DEFAULT_STOCK: Final = "a4-3x8"


def stock_named(key: str) -> Stock:
    """The stock of that name; raises Invalid for an unknown one."""
    if key not in STOCKS:
        raise Invalid(
            N_("There is no stock {stock}. The stocks are: {known}."),
            code="bad_stock",
            stock=key,
            known=", ".join(STOCKS),
        )
    return STOCKS[key]
