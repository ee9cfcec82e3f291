"""Small drawn pictures in place of photos: the demonstration shows nobody's real toilet."""

from __future__ import annotations

import random
import struct
import zlib

_WIDE, _HIGH = 320, 240


def draw_picture(dice: random.Random, *, mended: bool = False) -> bytes:
    """A PNG of tiles: one broken dark and wet, or all whole and clean."""
    base = (198, 214, 210) if mended else (176, 180, 176)
    shades = [[dice.randrange(-8, 9) for _ in range(8)] for _ in range(6)]
    wet = (dice.randrange(80, 220), dice.randrange(90, 190), dice.randrange(30, 60))
    rows = []
    for y in range(_HIGH):
        row = bytearray(b"\0")
        for x in range(_WIDE):
            row += bytes(_pixel(x, y, base, shades, None if mended else wet))
        rows.append(bytes(row))
    return _png(b"".join(rows))


def _pixel(
    x: int, y: int, base: tuple[int, int, int], shades: list[list[int]], wet: tuple[int, int, int] | None
) -> tuple[int, int, int]:
    if x % 40 < 2 or y % 40 < 2:
        return (120, 128, 126)
    shade = shades[y // 40][x // 40]
    if wet is not None and (x - wet[0]) ** 2 + 2 * (y - wet[1]) ** 2 < wet[2] ** 2:
        return (86 + shade, 92 + shade, 84 + shade)
    return (base[0] + shade, base[1] + shade, base[2] + shade)


# A label on a wall, in pixels: the plate, its band and the square on it.
_PLATE = (100, 28, 220, 212)
_BAND = 62
_SQUARE, _SIDE, _CELL = (110, 74), 25, 4
_WHITE, _TEAL, _INK, _EDGE = (246, 248, 247), (15, 91, 87), (24, 28, 28), (150, 156, 154)


def draw_label(dice: random.Random) -> bytes:
    """A PNG of a label screwed to a brick wall; its square only looks like a code and leads nowhere."""
    wall = (dice.randrange(148, 190), dice.randrange(120, 150), dice.randrange(100, 130))
    shades = [[dice.randrange(-14, 15) for _ in range(9)] for _ in range(15)]
    cells = [
        [_finder(x, y) or (_finder(x, y) is None and dice.random() < 0.5) for x in range(_SIDE)] for y in range(_SIDE)
    ]
    rows = []
    for y in range(_HIGH):
        row = bytearray(b"\0")
        for x in range(_WIDE):
            row += bytes(_on_plate(x, y, cells) or _brick(x, y, wall, shades))
        rows.append(bytes(row))
    return _png(b"".join(rows))


def _finder(x: int, y: int) -> bool | None:
    """Whether a cell of one of the three corner marks is dark; None beside them."""
    for left, top in ((0, 0), (_SIDE - 7, 0), (0, _SIDE - 7)):
        if left - 1 <= x <= left + 7 and top - 1 <= y <= top + 7:
            return max(abs(x - left - 3), abs(y - top - 3)) in {0, 1, 3}
    return None


def _brick(x: int, y: int, wall: tuple[int, int, int], shades: list[list[int]]) -> tuple[int, int, int]:
    row, across = y // 16, x + (y // 16 % 2) * 20
    if y % 16 < 2 or across % 40 < 2:
        return (196, 192, 184)
    shade = shades[row][across // 40]
    return (wall[0] + shade, wall[1] + shade, wall[2] + shade)


def _on_plate(x: int, y: int, cells: list[list[bool]]) -> tuple[int, int, int] | None:
    left, top, right, bottom = _PLATE
    if not (left <= x < right and top <= y < bottom):
        return None
    if min(x - left, right - 1 - x, y - top, bottom - 1 - y) < 3:
        return _EDGE
    if y < _BAND:
        return _WHITE if 42 <= y < 48 and 118 <= x < 202 else _TEAL
    across, down = (x - _SQUARE[0]) // _CELL, (y - _SQUARE[1]) // _CELL
    if 0 <= across < _SIDE and 0 <= down < _SIDE:
        return _INK if cells[down][across] else _WHITE
    written = (184 <= y < 190 and 116 <= x < 204) or (196 <= y < 201 and 134 <= x < 186)
    return _INK if written and x % 9 < 7 else _WHITE


def _png(raw: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")
