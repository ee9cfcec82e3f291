"""All symbols of one prefix from a table, thousands of times faster than one by one, and the same to the module.

For a fixed prefix, length, version, level and mask a symbol is an affine map over GF(2) of its data bits: Reed-Solomon,
placement and mask are linear. The basis comes from the qrcode library's own symbols, one for each data bit of the part
that varies; a code's symbol is then a few look-ups and exclusive ors of one integer.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labels.qr.encode import QUIET_MODULES, Level, Symbol, encode

# ISO/IEC 18004, table 5: the values of alphanumeric mode. Two characters are 11 bits (45·a + b), a single one is 6.
ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# So many codes, spread over the alphabet, say which mask is usually best.
SPREAD: Final = 24
_PAIR_BITS: Final = 11
_SINGLE_BITS: Final = 6


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """The symbols of ``prefix`` followed by ``length`` characters. ``bits`` of a code hold the modules row by row,
    the first row in the highest bits.
    """

    prefix: str
    length: int
    level: Level
    version: int
    mask: int
    size: int
    base: int
    steps: tuple[tuple[int, dict[str, int]], ...]

    @property
    def full_size(self) -> int:
        """Modules along one side with the quiet zone."""
        return self.size + 2 * QUIET_MODULES

    def bits(self, code: str) -> int:
        """The modules of a code as one integer of ``size`` × ``size`` bits; KeyError for a character that has none."""
        if len(code) != self.length:
            raise ValueError(f"a code of this table has {self.length} characters, not {len(code)}")
        tail = self.prefix[len(self.prefix) - len(self.prefix) % 2 :] + code
        found, place = self.base, 0
        for width, table in self.steps:
            found ^= table[tail[place : place + width]]
            place += width
        return found

    def rows(self, bits: int) -> Iterator[int]:
        """The rows of a symbol from the top, each an integer whose highest bit is the left module."""
        full = (1 << self.size) - 1
        return (bits >> shift & full for shift in range(self.size * (self.size - 1), -1, -self.size))

    def differs(self, code: str) -> bool:
        """Whether the library's own symbol of this code is another one: a fault that must stop a job."""
        symbol = encode(self.prefix + code, level=self.level, version=self.version, mask=self.mask)
        return _bits(symbol) != self.bits(code)


@functools.lru_cache(maxsize=16)
def symbol_table(prefix: str, length: int, level: Level = "Q") -> SymbolTable:
    """The table of all codes behind a prefix; some eighty symbols of the library, about 0.1 s, then kept.

    The smallest version that holds them all; the mask is the one that is best for most codes, and then the same for
    every code. Readers take any mask, but a poor one is lost sooner to blur (`script/bench damage`). The alphabet of
    prefix and codes is QR's alphanumeric one.
    """
    first = encode(prefix + "0" * length, level=level)
    mask = _usual_mask(prefix, length, level)
    head, tail = prefix[: len(prefix) - len(prefix) % 2], len(prefix) % 2 + length
    zeros = "0" * tail
    make = functools.partial(_made, head, level, first.version, mask)
    base = make(zeros)
    steps = []
    for place in range(0, tail, 2):
        width = min(2, tail - place)
        bits = _PAIR_BITS if width == 2 else _SINGLE_BITS
        basis = [make(zeros[:place] + _text(1 << bit, width) + zeros[place + width :]) ^ base for bit in range(bits)]
        steps.append((width, _table(width, basis)))
    return SymbolTable(prefix, length, level, first.version, mask, first.size, base, tuple(steps))


def _usual_mask(prefix: str, length: int, level: Level) -> int:
    """The mask that is best for most of a spread of codes: the one for a single code may be poor for the others."""
    spread = ("".join(ALPHANUMERIC[(n * 7 + place * (n + 3)) % 32] for place in range(length)) for n in range(SPREAD))
    counts = Counter(encode(prefix + code, level=level).mask for code in spread)
    return min(counts, key=lambda mask: (-counts[mask], mask))


def _made(head: str, level: Level, version: int, mask: int, tail: str) -> int:
    return _bits(encode(head + tail, level=level, version=version, mask=mask))


def _bits(symbol: Symbol) -> int:
    return int("".join("1" if dark else "0" for row in symbol.rows for dark in row), 2)


def _text(value: int, width: int) -> str:
    return ALPHANUMERIC[value] if width == 1 else ALPHANUMERIC[value // 45] + ALPHANUMERIC[value % 45]


def _table(width: int, basis: list[int]) -> dict[str, int]:
    """What each text of the width adds: the exclusive or of its value's bits."""
    return {text: _sum(value, basis) for value, text in _texts(width)}


def _texts(width: int) -> Iterator[tuple[int, str]]:
    count = len(ALPHANUMERIC) ** width
    return ((value, _text(value, width)) for value in range(count))


def _sum(value: int, basis: list[int]) -> int:
    total = 0
    while value:
        low = value & -value
        total ^= basis[low.bit_length() - 1]
        value ^= low
    return total
