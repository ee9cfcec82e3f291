"""Where the parts of one label are, in millimetres from its upper left corner. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from foundation.errors import Invalid
from foundation.translation import N_
from labels.stock import Stock

# Office printers leave about 4 mm at the paper's edge white, and some stock has its labels right there.
EDGE: Final = 3.7
# The symbol's quiet zone may lie in that white edge, so its own margin is small.
SYMBOL_LEFT: Final = 1.2
SYMBOL_TOP: Final = 1.0
GAP: Final = 0.7
STRIP: Final = 2.7
NARROWEST_COLUMN: Final = 30.0
# 0.8 mm a module is read at arm's length outdoors; more than 1.2 mm is only paper. Under 0.5 mm dirt wins.
WANTED_MODULE: Final = 0.8
LARGEST_MODULE: Final = 1.2
SMALLEST_MODULE: Final = 0.5
# The design was drawn for a text column of this size; larger stock scales its type.
DRAWN_COLUMN: Final = (34.5, 26.9)
LARGEST_SCALE: Final = 1.6


@dataclass(frozen=True, slots=True)
class Geometry:
    """The places of one label's symbol, text column and bottom strip."""

    module: float
    symbol_left: float
    symbol_top: float
    symbol_side: float
    column_left: float
    column_top: float
    column_width: float
    column_height: float
    strip_top: float
    strip_width: float
    scale: float


def place_parts(stock: Stock, symbol_modules: int) -> Geometry:
    """The geometry for a symbol of so many modules, quiet zone counted.

    Raises Invalid where the modules would be too small to be read.
    """
    module = _module(stock, symbol_modules)
    side = module * symbol_modules
    column_left = SYMBOL_LEFT + side + GAP
    width = stock.label_width - column_left - EDGE - 0.3
    height = side + SYMBOL_TOP - EDGE
    scale = max(1.0, min(width / DRAWN_COLUMN[0], height / DRAWN_COLUMN[1], LARGEST_SCALE))
    spare = stock.label_height - SYMBOL_TOP - side - STRIP * scale - EDGE
    top = SYMBOL_TOP + max(0.0, spare / 2)
    return Geometry(
        module=module,
        symbol_left=SYMBOL_LEFT,
        symbol_top=top,
        symbol_side=side,
        column_left=column_left,
        column_top=top + EDGE - SYMBOL_TOP,
        column_width=width,
        column_height=height,
        strip_top=top + side,
        strip_width=stock.label_width - 2 * EDGE - 0.8,
        scale=scale,
    )


def _module(stock: Stock, symbol_modules: int) -> float:
    by_height = (stock.label_height - SYMBOL_TOP - STRIP - EDGE) / symbol_modules
    by_width = (stock.label_width - SYMBOL_LEFT - GAP - EDGE - 0.3 - NARROWEST_COLUMN) / symbol_modules
    module = min(by_height, by_width, LARGEST_MODULE)
    if module < SMALLEST_MODULE:
        raise Invalid(
            N_("The public address is too long for the stock {stock}: use a shorter host or larger labels."),
            code="symbol_too_dense",
            stock=stock.key,
        )
    return round(module, 4)
