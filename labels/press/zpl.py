"""ZPL II for thermal printers: each page of a finished job as one 1-bit picture at the printer's own dots.

A page is one print: a label, or the row of labels that a roll of several columns carries side by side. The printer's
error is undone by moving the picture by whole dots, not by ^LS and ^LT: ^LS moves no field beyond the left edge, where
the picture begins, and ^LT moves 120 rows at most (Zebra, ZPL II Programming Guide). What ^LS and ^LT are set to at the
printer itself stays as it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TextIO

from foundation.errors import Invalid
from foundation.pdf import Pages, Raster
from foundation.translation import N_
from labels.stamp import Shift
from labels.stock import MM_PER_INCH, STOCKS, Stock

# Half the way from black to white; what is darker is a dot.
THRESHOLD: Final = 128
_DOTS: Final = bytes(0x31 if tone < THRESHOLD else 0x30 for tone in range(256))
_LIGHT: Final = b"\xff"
# ^GF takes 99,999 bytes at most (ZPL II Programming Guide); a larger picture is sent in bands one below the other.
MOST_BYTES: Final = 99_999
_RUN: Final = re.compile(r"(.)\1{2,}")


def check_thermal(stock: Stock) -> None:
    """Raises Invalid for a stock that is for no thermal printer."""
    if not stock.dpi:
        raise Invalid(
            N_("The stock {stock} is for no thermal printer, so there is no ZPL for it. Choose one of: {known}."),
            code="zpl_stock",
            stock=stock.key,
            known=", ".join(known.key for known in STOCKS.values() if known.dpi),
        )
    if stock.extra:
        raise Invalid(
            N_("The stock {stock} has bleed or crop marks, and a thermal printer prints nothing beyond the label."),
            code="zpl_stock",
            stock=stock.key,
        )


def write_page(pages: Pages, number: int, stock: Stock, shift: Shift, file: TextIO, *, whole: bool = True) -> None:
    """One page of a job, drawn without any correction, as one print.

    Raises Invalid where the correction cuts it, unless it need not be ``whole``.
    """
    raster = pages.grey(number, stock.dpi)
    right, down = (round(mm * stock.dpi / MM_PER_INCH) for mm in (shift.right, shift.down))
    if whole:
        _check_whole(raster, right, down, shift)
    rows = list(_moved(raster, right, down))
    width = -(-raster.width // 8)
    file.write(f"^XA\n^PW{raster.width}\n^LL{raster.height}\n^LH0,0\n")
    for top, band in _bands(rows, width):
        total = len(band) * width
        file.write(f"^FO0,{top}^GFA,{total},{total},{width},{compress(band, width)}^FS\n")
    file.write("^XZ\n")


def _bands(rows: Sequence[bytes], width: int) -> Iterator[tuple[int, Sequence[bytes]]]:
    height = max(1, MOST_BYTES // width)
    return ((top, rows[top : top + height]) for top in range(0, len(rows), height))


def _moved(raster: Raster, right: int, down: int) -> Iterator[bytes]:
    """The rows in bits, dark is 1, the picture moved back by so many dots."""
    for y in range(down, down + raster.height):
        yield _packed(_row(raster, y, right) if 0 <= y < raster.height else _LIGHT * raster.width)


def _check_whole(raster: Raster, right: int, down: int, shift: Shift) -> None:
    """Raises Invalid where something dark would be moved out of the picture."""
    rows = range(raster.height)
    lost = [_row(raster, y, 0) for y in rows[_outside(raster.height, down)]]
    lost += [_row(raster, y, 0)[_outside(raster.width, right)] for y in rows] if right else []
    if any(b"1" in line.translate(_DOTS) for line in lost):
        raise Invalid(
            N_(
                "The printer is said to print {right} mm too far right and {down} mm too far down. Undoing that would"
                " cut off what stands at the edge of the label: set the printer itself right, or choose larger labels."
            ),
            code="shift_cuts",
            right=f"{shift.right:g}",
            down=f"{shift.down:g}",
        )


def _outside(size: int, moved: int) -> slice:
    """The rows or columns that leave the picture when it is moved towards its beginning."""
    return slice(moved) if moved > 0 else slice(max(0, size + moved), size)


def _row(raster: Raster, y: int, right: int) -> bytes:
    line = bytes(raster.pixels[y * raster.stride : y * raster.stride + raster.width])
    if right > 0:
        return line[right:] + _LIGHT * min(right, raster.width)
    return (_LIGHT * -right + line)[: raster.width]


def _packed(line: bytes) -> bytes:
    width = -(-len(line) // 8)
    return (int(line.translate(_DOTS), 2) << width * 8 - len(line)).to_bytes(width, "big")


def compress(rows: Iterable[bytes], width: int) -> str:
    """Rows of ``width`` bytes in Zebra's own compression of hexadecimal digits (ZPL II Programming Guide, ^GF).

    G to Y repeat the next digit 1 to 19 times, g to z 20 to 400 times, and add up; a comma fills the row with 0, an
    exclamation mark with F, a colon repeats the row above. Raises ValueError for a row of another width.
    """
    made: list[str] = []
    above: bytes | None = None
    for row in rows:
        if len(row) != width:
            raise ValueError(f"a row of {len(row)} bytes among rows of {width}")
        made.append(":" if row == above else _digits(row))
        above = row
    return "".join(made)


@functools.lru_cache(maxsize=4096)
def _digits(row: bytes) -> str:
    text = row.hex().upper()
    for digit, filler in (("0", ","), ("F", "!")):
        if text.endswith(digit):
            return _RUN.sub(_repeated, text.rstrip(digit)) + filler
    return _RUN.sub(_repeated, text)


def _repeated(run: re.Match[str]) -> str:
    count = len(run[0])
    most, rest = divmod(count, 400)
    twenties, ones = divmod(rest, 20)
    letters = "z" * most + (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")
    return letters + run[1]
