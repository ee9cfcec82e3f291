"""A symbol as one path: of an SVG, or of a PDF page.

One path of rectangles: a page of separate shapes shows hair lines between them when it is drawn on a screen.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from labels.qr.affine import SymbolTable
from labels.qr.encode import QUIET_MODULES

_CHUNK = 8


def path_data(table: SymbolTable, bits: int) -> str:
    """The data of one SVG path in modules, its origin at the quiet zone's corner."""
    return "".join(
        f"M{QUIET_MODULES + start} {QUIET_MODULES + y}h{length}v1h-{length}z"
        for y, row in enumerate(table.rows(bits))
        for start, length in _runs(row, table.size)
    )


def path_operators(table: SymbolTable, bits: int) -> str:
    """The rectangles of a PDF path in modules, upwards, its origin at the quiet zone's lower left corner; not painted.

    A row is put together from pieces of eight modules that are written once for all symbols of this size.
    """
    pieces = _pieces(table.size)
    width = table.size
    # The last piece of a row is made whole with light modules, so that every piece is a byte.
    filled = -(-width // _CHUNK) * _CHUNK
    made = []
    for row_pieces, row in zip(pieces, table.rows(bits), strict=True):
        for place, byte in enumerate((row << filled - width).to_bytes(filled // _CHUNK, "big")):
            made.append(row_pieces[place][byte])
    return "".join(made)


@functools.lru_cache(maxsize=8)
def _pieces(size: int) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """For each row, each piece of it and each byte: the operators of its dark runs."""
    places = -(-size // _CHUNK)
    return tuple(
        tuple(
            tuple(
                "".join(f"{QUIET_MODULES + place * _CHUNK + x} {y} {n} 1 re\n" for x, n in _runs(byte, _CHUNK))
                for byte in range(1 << _CHUNK)
            )
            for place in range(places)
        )
        for y in range(QUIET_MODULES + size - 1, QUIET_MODULES - 1, -1)
    )


def _runs(row: int, width: int) -> Iterator[tuple[int, int]]:
    """Where the dark runs of a row begin, and how long they are."""
    start = 0
    text = f"{row:0{width}b}"
    while (start := text.find("1", start)) >= 0:
        end = text.find("0", start)
        end = width if end < 0 else end
        yield start, end - start
        start = end
