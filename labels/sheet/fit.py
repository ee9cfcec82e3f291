"""How large a face's words are set, and in which lines, so that all of them fit. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labels.sheet.breaking import Measure, break_lines, fits
from labels.sheet.face import LabelFace
from labels.sheet.geometry import Geometry

POINTS_PER_MM: Final = 72 / 25.4
# Points of the drawn design; labels/templates/labels/sheet.css takes them from here.
KIND_SIZE: Final = 6.3
KIND_LINE: Final = 7.9
SMALL_SIZE: Final = 6.2
SMALL_LINE: Final = 7.44
STRIP_SIZE: Final = 5.6
FOOT: Final = 31.5
NAME_LEADING: Final = 1.15
# (type size, lines) from the best to the last resort.
NAME_SIZES: Final = ((12.0, 1), (9.5, 2), (8.0, 2), (7.0, 3))
# Shaping may set a line a little wider than the sum of its characters.
SAFE: Final = 0.985
# Left for the asset code beside the notice, in points.
NOTICE_WIDTH: Final = 128.0


@dataclass(frozen=True, slots=True)
class Measures:
    """The widths of texts in the two faces, in ems."""

    regular: Measure
    bold: Measure


@dataclass(frozen=True, slots=True)
class Words:
    """One face's words broken into lines. Sizes are in points of the drawn design."""

    kind: str
    name_size: float
    name: tuple[str, ...]
    small: tuple[str, ...]
    host: str
    host_size: float
    asset_code: str


def set_words(face: LabelFace, parts: Geometry, measures: Measures) -> Words:
    """The lines of one face for the parts of its label."""
    width = parts.column_width * POINTS_PER_MM / parts.scale * SAFE
    height = parts.column_height * POINTS_PER_MM / parts.scale
    size, lines = _name_size(face.name, width, measures.bold)
    name = break_lines(face.name, width / size, lines, measures.bold)
    left = height - FOOT - KIND_LINE - size * NAME_LEADING * len(name)
    strip = parts.strip_width * POINTS_PER_MM / parts.scale - NOTICE_WIDTH
    return Words(
        kind=_one_line(f"{face.kind_zh} {face.kind_en}".strip(), width / KIND_SIZE, measures.regular),
        name_size=size,
        name=name,
        small=tuple(_small_lines(face, int(left / SMALL_LINE), width / SMALL_SIZE, measures.regular)),
        host=face.host,
        host_size=_host_size(face.host, width, measures.regular),
        asset_code=_one_line(face.asset_code, strip / STRIP_SIZE, measures.bold),
    )


def _one_line(text: str, width: float, measure: Measure) -> str:
    return "".join(break_lines(text, width, 1, measure))


def _host_size(host: str, width: float, measure: Measure) -> float:
    """The host is printed whole, however small: its end tells a foreign sticker from ours."""
    return round(min(SMALL_SIZE, width / max(measure(host), 1.0)), 2)


def _name_size(name: str, width: float, measure: Measure) -> tuple[float, int]:
    return next((pair for pair in NAME_SIZES if fits(name, width / pair[0], pair[1], measure)), NAME_SIZES[-1])


def _small_lines(face: LabelFace, room: int, width: float, measure: Measure) -> Iterator[str]:
    """English name, address, owner: one line each, the address first; then a second line to whom it helps."""
    texts = (face.name_en, face.address, face.owner)
    wanted = [len(break_lines(text, width, 2, measure)) for text in texts]
    shares = [0, 0, 0]
    for which in (1, 0, 2, 1, 0, 2):
        if room and shares[which] < wanted[which]:
            shares[which] += 1
            room -= 1
    for text, lines in zip(texts, shares, strict=True):
        yield from break_lines(text, width, lines, measure)
