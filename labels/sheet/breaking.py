"""Breaking a text into lines of a given width, with an ellipsis where it does not fit. Pure.

Done here and not by the PDF library, whose ellipsis is lost in Chinese text that has no blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

# The width of a text in ems of the face it will be set in: the sum of its characters' widths.
Measure = Callable[[str], float]

ELLIPSIS: Final = "…"
# A piece that is not broken while a line can hold it: a Latin word or number with its blank, or one other character.
PIECES: Final = re.compile(r"[\u0021-\u024f]+ ?|.", re.DOTALL)
# GB/T 15834: these do not begin a line.
NO_START: Final = frozenset("，。、；：？！）》」』】〉”’…·,.;:?!)]}%")


def break_lines(text: str, width: float, lines: int, measure: Measure) -> tuple[str, ...]:
    """The text in at most so many lines of that width (ems); the last ends in an ellipsis where some is left out."""
    if lines < 1 or not text:
        return ()
    if measure(text) <= width:
        return (text,)
    made = list(_all_lines(text, width, measure))
    if len(made) <= lines:
        return tuple(made)
    return (*made[: lines - 1], _shorten(" ".join(made[lines - 1 : lines + 1]), width, measure))


def fits(text: str, width: float, lines: int, measure: Measure) -> bool:
    """Whether the whole text has room in so many lines."""
    whole = measure(text)
    if whole <= width or whole > width * lines:
        return whole <= width
    return sum(1 for _ in islice(_all_lines(text, width, measure), lines + 1)) <= lines


def _all_lines(text: str, width: float, measure: Measure) -> Iterator[str]:
    line, filled = "", 0.0  # what the line holds, and how wide that is with its last blank
    for piece in _pieces(text, width, measure):
        bare = measure(piece.rstrip())
        if line and filled + bare > width:
            head, line = _ended_before(piece, line, width, measure)
            yield head
            filled = measure(line)
        line += piece
        filled += bare if len(piece) == len(piece.rstrip()) else measure(piece)
    if line.strip():
        yield line.rstrip()


def _ended_before(piece: str, line: str, width: float, measure: Measure) -> tuple[str, str]:
    """The line ended, and what begins the next one: before a closing mark the last character, where both have room."""
    kept = line.rstrip()
    if piece[0] in NO_START and 1 < len(kept) == len(line) and measure(kept[-1] + piece.rstrip()) <= width:
        return kept[:-1].rstrip(), kept[-1]
    return kept, ""


def _pieces(text: str, width: float, measure: Measure) -> Iterator[str]:
    """The pieces of the text, a word wider than a whole line cut into its characters."""
    for piece in PIECES.findall(text):
        if len(piece) > 1 and measure(piece.rstrip()) > width:
            yield from piece
        else:
            yield piece


def _shorten(text: str, width: float, measure: Measure) -> str:
    """As much of the text as has room before an ellipsis."""
    left = width - measure(ELLIPSIS)
    for place, char in enumerate(text):
        left -= measure(char)
        if left < 0:
            return text[:place].rstrip() + ELLIPSIS
    return text + ELLIPSIS
