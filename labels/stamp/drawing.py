"""Matrices, boxes and the graphics state of a PDF page, as its drawing is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from labels.template.compiled import POINTS_PER_MM

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
PLAIN: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# Lengths are rounded to a thousandth of a point; a clip that cuts off less cuts off nothing.
_ROUNDING: Final = 0.01


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """First the one, then the other (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def around(box: Box, matrix: Matrix) -> Box:
    """The upright box around a box that a matrix has moved."""
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def holds(outer: Box, inner: Box) -> bool:
    """Whether one box lies in another one."""
    return (
        outer[0] <= inner[0] + _ROUNDING
        and outer[1] <= inner[1] + _ROUNDING
        and outer[2] >= inner[2] - _ROUNDING
        and outer[3] >= inner[3] - _ROUNDING
    )


def shared(box: Box, other: Box) -> Box:
    """What two boxes share; turned inside out where that is nothing."""
    return max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3])


def transform(matrix: Matrix) -> str:
    """The attribute of an SVG element; nothing for a matrix that moves nothing."""
    if matrix == PLAIN:
        return ""
    return f' transform="matrix({" ".join(f"{number:.7g}" for number in matrix)})"'


@dataclass(frozen=True, slots=True)
class Clip:
    """An area outside of which nothing is drawn: its path and matrix, the box around it, whether it is that box."""

    path: str
    matrix: Matrix
    rule: str
    box: Box
    upright: bool


@dataclass(slots=True)
class State:
    """What a page's operators change and ``q`` and ``Q`` keep (ISO 32000-1, 8.4)."""

    matrix: Matrix = PLAIN
    fill: str = "#000000"
    stroke: str = "#000000"
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    width: float = 1.0
    cap: int = 0
    join: int = 0
    miter: float = 10.0
    dash: str = ""
    clips: tuple[Clip, ...] = ()
    font: Any = field(default=None)
    size: float = 0.0
    letter: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    shown: int = 0

    def inherited(self) -> tuple[object, ...]:
        """What a form drawn in this state takes over."""
        return (
            self.fill, self.stroke, self.fill_alpha, self.stroke_alpha, self.width, self.cap, self.join, self.miter,
            self.dash,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is drawn, as SVG in the page's own points, and the box around it; ``grey`` is neither black nor
    white, or a picture.
    """

    svg: str
    box: Box
    grey: bool = False


class Kept:
    """What is read once for all pages of a document: its faces, and what its forms draw."""

    def __init__(self) -> None:
        self.faces: dict[tuple[int, int], Any] = {}
        self.forms: dict[tuple[object, ...], list[Item]] = {}
        self._clips = 0

    def clipped(self, svg: str, clip: Clip) -> str:
        """What is drawn, within an area."""
        self._clips += 1
        name = f"c{self._clips}"
        rule = ' clip-rule="evenodd"' if clip.rule == "evenodd" else ""
        area = f'<clipPath id="{name}"><path d="{clip.path}"{rule}{transform(clip.matrix)}/></clipPath>'
        return f'{area}<g clip-path="url(#{name})">{svg}</g>'


def _belongs(item: Box, place: Box) -> bool:
    """Whether what is drawn in a box is a part of the label at a place: its middle is there, or it is a ground larger
    than the label that reaches under it.
    """
    middle = ((item[0] + item[2]) / 2, (item[1] + item[3]) / 2)
    if holds(place, (*middle, *middle)):
        return True
    larger = item[2] - item[0] > place[2] - place[0] + 1 or item[3] - item[1] > place[3] - place[1] + 1
    within = shared(item, place)
    return larger and within[0] < within[2] and within[1] < within[3]


def pick_items(items: Iterable[Item], place: Box) -> list[Item]:
    """What of a page is a part of the label at a place."""
    return [item for item in items if _belongs(item.box, place)]


def svg_of(items: Iterable[Item], box: Box, title: str) -> str:
    """An SVG file of its own size in millimetres: the items, cut to a box of the page in points from its lower left."""
    left, bottom, right, top = box
    width, height = (right - left) / POINTS_PER_MM, (top - bottom) / POINTS_PER_MM
    scale = 1 / POINTS_PER_MM
    matrix = transform((scale, 0, 0, -scale, -left * scale, top * scale))
    size = f'width="{width:.4g}mm" height="{height:.4g}mm" viewBox="0 0 {width:.4g} {height:.4g}"'
    drawn = "".join(item.svg for item in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" version="1.1" {size}>'
        f"<title>{escape(title)}</title><g{matrix}>{drawn}</g></svg>\n"
    )


def union(items: list[Item]) -> Box:
    """The box around several items."""
    boxes = [item.box for item in items]
    return (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip


def matrix_of(numbers: Any) -> Matrix:
    """Six numbers of a document."""
    a, b, c, d, e, f = (float(number) for number in numbers)
    return a, b, c, d, e, f
