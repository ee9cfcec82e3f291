"""Embedded faces of a PDF as outlines: what a text shows, drawn as one path, so that nobody needs the face."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import uharfbuzz

hb: Any = uharfbuzz  # untyped
_EM: Final = 1000


class Outlines:
    """One embedded face: the outline of each glyph and its advance, both in thousandths of an em, upwards."""

    def __init__(self, font: Any) -> None:
        descendant = font.DescendantFonts[0]
        file = descendant.FontDescriptor.get("/FontFile2") or descendant.FontDescriptor.FontFile3
        self._font = hb.Font(hb.Face(hb.Blob(file.read_bytes())))
        self._font.scale = (_EM, _EM)
        self._plain = float(descendant.get("/DW", _EM))
        self._advances = dict(_widths(descendant.get("/W", ())))
        self._drawn: dict[int, str] = {}

    def advance(self, glyph: int) -> float:
        """By how much the pen moves on, as the document says."""
        return self._advances.get(glyph, self._plain)

    def path(self, glyph: int) -> str:
        """The data of an SVG path that begins where the pen is."""
        found = self._drawn.get(glyph)
        if found is None:
            pen = _Pen()
            self._font.draw_glyph(glyph, _functions(), pen)
            found = self._drawn[glyph] = "".join(pen.made)
        return found


def _widths(table: Any) -> Iterable[tuple[int, float]]:
    """The widths of a CID font (ISO 32000-1, 9.7.4.3): ``c [w1 w2 …]`` or ``first last w``."""
    place = 0
    while place < len(table):
        first, second = int(table[place]), table[place + 1]
        if isinstance(second, int | float):
            width = float(table[place + 2])
            yield from ((glyph, width) for glyph in range(first, int(second) + 1))
            place += 3
        else:
            yield from ((first + number, float(width)) for number, width in enumerate(second))
            place += 2


class _Pen:
    """Writes an outline in relative steps, so that a line of text is one path."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.at = (0.0, 0.0)
        self.began = (0.0, 0.0)

    def move(self, x: float, y: float) -> None:
        self.made.append(f"m{self._step((x, y))}")
        self.at = self.began = (x, y)

    def curve(self, letter: str, *points: tuple[float, float]) -> None:
        self.made.append(letter + " ".join(self._step(point) for point in points))
        self.at = points[-1]

    def close(self) -> None:
        self.made.append("z")
        self.at = self.began

    def _step(self, point: tuple[float, float]) -> str:
        return f"{point[0] - self.at[0]:g} {point[1] - self.at[1]:g}"


def _functions() -> Any:
    if not _KEPT:
        functions = hb.DrawFuncs()
        functions.set_move_to_func(lambda x, y, pen: pen.move(x, y))
        functions.set_line_to_func(lambda x, y, pen: pen.curve("l", (x, y)))
        functions.set_quadratic_to_func(lambda a, b, x, y, pen: pen.curve("q", (a, b), (x, y)))
        functions.set_cubic_to_func(lambda a, b, c, d, x, y, pen: pen.curve("c", (a, b), (c, d), (x, y)))
        functions.set_close_path_func(lambda pen: pen.close())
        _KEPT.append(functions)
    return _KEPT[0]


_KEPT: Final[list[Any]] = []


class Line:
    """One text as it is shown: its path in thousandths of an em and how far the pen went, both without the size."""

    def __init__(self, face: Outlines, spacing: Callable[[int], float]) -> None:
        self._face, self._spacing = face, spacing
        self._pieces: list[str] = []
        self.width = 0.0

    def show(self, codes: bytes) -> None:
        """Codes of two bytes each, which are glyphs."""
        for place in range(0, len(codes) - 1, 2):
            glyph = int.from_bytes(codes[place : place + 2], "big")
            if path := self._face.path(glyph):
                self._pieces.append(f"M{self.width:.6g} 0{path}")
            self.width += self._face.advance(glyph) + self._spacing(glyph)

    def back(self, thousandths: float) -> None:
        """The pen moves back, as between two letters that are set closer."""
        self.width -= thousandths

    @property
    def path(self) -> str:
        """The data of one SVG path."""
        return "".join(self._pieces)
