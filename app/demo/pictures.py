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


def _png(raw: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")
