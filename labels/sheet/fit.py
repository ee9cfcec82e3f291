"""How large a text is set in its part of a label, and in which lines, so that all of them fit. Pure.

The rule: a text takes the first of its sizes at which it fits whole into that size's number of lines; the last size
ends in an ellipsis. In a stack the texts that come first take all their lines; every other text then gets one line, in
the order of its rank; what room is left goes, in the same order, to texts that want more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from labels.sheet.breaking import Measure, break_lines, fits

# Shaping may set a line a little wider than the sum of its characters.
SAFE: Final = 0.985
# Where a template says nothing: smaller by tenths down to seven of them.
USUAL_SIZES: Final = (1.0, 0.9, 0.8, 0.7)
LEAST_SIZE: Final = 0.3
MOST_LINES: Final = 20
LEAST_ROOM: Final = 0.02  # of a line, lost to rounding
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Slot:
    """One text's part: its field, its room in points, its CSS size and line height, and (size, lines) in order.

    Sizes are in multiples of the CSS size. ``rank`` orders the texts of one stack, of which
    those that come ``first`` take all their lines; ``whole`` is never cut but made as
    small as it must be (the end of an address tells a foreign label from ours). ``spacing`` is in ems a character.
    """

    field: str
    width: float
    height: float
    size: float
    line: float
    line_scales: bool
    sizes: tuple[tuple[float, int], ...]
    spacing: float = 0.0
    rank: int = 0
    first: bool = False
    whole: bool = False

    def line_height(self, size: float) -> float:
        """The height of a line at a type size, in points."""
        return self.line * size / self.size if self.line_scales else self.line


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as it is set: type size in points, and its lines."""

    size: float
    lines: tuple[str, ...]


NOTHING: Final = Setting(0.0, ())


@dataclass(slots=True)
class Fitter:
    """Sets the texts of many labels into the same slots; ``measure`` gives a text's width in ems of the slot's face."""

    slots: Sequence[Slot]
    measures: Sequence[Measure]
    stacks: Mapping[int, float] = field(default_factory=dict)
    members: Mapping[int, Sequence[int]] = field(default_factory=dict)
    _kept: list[dict[str, Setting]] = field(default_factory=list)
    _alone: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Each slot keeps what it has set: a district's kinds, streets and owners come again and again."""
        self._kept = [{} for _ in self.slots]
        stacked = {number for members in self.members.values() for number in members}
        self._alone = [number for number in range(len(self.slots)) if number not in stacked]

    def set_texts(self, words: Mapping[str, str]) -> list[Setting]:
        """The setting of each slot, in their order; an empty text sets nothing."""
        made = [NOTHING] * len(self.slots)
        for number in self._alone:
            made[number] = self._set(number, words.get(self.slots[number].field, ""))
        for stack, members in self.members.items():
            for number, setting in self._set_stack(self.stacks[stack], members, words):
                made[number] = setting
        return made

    def _set(self, number: int, text: str) -> Setting:
        kept = self._kept[number]
        found = kept.get(text)
        if found is None:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            found = kept[text] = self._fit(number, text)
        return found

    def _fit(self, number: int, text: str) -> Setting:
        """The text alone in its slot, whatever else stands there."""
        if not text:
            return NOTHING
        size, lines = self._size(number, text)
        return Setting(size, self._lines(number, text, size, lines))

    def _size(self, number: int, text: str) -> tuple[float, int]:
        slot, measure = self.slots[number], self.measures[number]
        if slot.whole:
            return min(slot.size, self._room(slot, 1.0) / max(measure(text) + slot.spacing * len(text), 0.1)), 1
        for ratio, lines in slot.sizes:
            size = slot.size * ratio
            allowed = min(lines, self._most_lines(slot, size))
            if allowed and fits(text, self._room(slot, size), allowed, self._measure(number)):
                return size, allowed
        ratio, lines = slot.sizes[-1]
        size = slot.size * ratio
        return size, max(1, min(lines, self._most_lines(slot, size)))

    def _lines(self, number: int, text: str, size: float, lines: int) -> tuple[str, ...]:
        slot = self.slots[number]
        if slot.whole:
            return (text,)
        return break_lines(text, self._room(slot, size), lines, self._measure(number))

    def _measure(self, number: int) -> Measure:
        measure, each = self.measures[number], self.slots[number].spacing
        return (lambda text: measure(text) + each * len(text)) if each else measure

    @staticmethod
    def _room(slot: Slot, size: float) -> float:
        return slot.width * SAFE / size

    @staticmethod
    def _most_lines(slot: Slot, size: float) -> int:
        return int(slot.height / slot.line_height(size) + LEAST_ROOM)

    def _set_stack(self, height: float, members: Sequence[int], words: Mapping[str, str]) -> list[tuple[int, Setting]]:
        """Every text of the stack by itself first; where they are too high together, the least take fewer lines."""
        alone = [
            (number, self._set(number, text)) for number in members if (text := words.get(self.slots[number].field))
        ]
        if sum(self._height(number, setting) for number, setting in alone) <= height * (1 + LEAST_ROOM / 10):
            return alone
        wanted = {number: len(setting.lines) for number, setting in alone}
        sizes = {number: setting.size for number, setting in alone}
        shares = dict.fromkeys(wanted, 0)
        ranked = sorted(wanted, key=lambda number: (self.slots[number].rank, members.index(number)))
        left = height * (1 + LEAST_ROOM / 10)
        foremost = [number for number in ranked if self.slots[number].first]
        turns = [number for number in foremost for _ in range(wanted[number])]
        turns += [number for turn in range(max(wanted.values())) for number in ranked if number not in foremost]
        for number in turns:
            line = self.slots[number].line_height(sizes[number])
            if shares[number] < wanted[number] and line <= left:
                shares[number] += 1
                left -= line
        return [
            (number, Setting(sizes[number], self._lines(number, words[self.slots[number].field], sizes[number], lines)))
            for number, lines in shares.items()
            if lines
        ]

    def _height(self, number: int, setting: Setting) -> float:
        return self.slots[number].line_height(setting.size) * len(setting.lines)


def read_sizes(text: str) -> tuple[tuple[float, int], ...]:
    """The sizes of a template's ``data-sizes``, such as ``1 0.8/2 0.7/3``: multiples of the CSS size, each with its
    most lines (1 where none is said). Raises ValueError for anything else.
    """
    pairs = [piece.partition("/") for piece in text.split()]
    try:
        found = tuple((float(ratio), int(lines or 1)) for ratio, _, lines in pairs)
    except ValueError as error:
        raise ValueError(f"{text!r} are no sizes") from error
    sensible = all(LEAST_SIZE <= ratio <= 1.0 and 1 <= lines <= MOST_LINES for ratio, lines in found)
    if not found or not sensible or any(after[0] > before[0] for before, after in pairwise(found)):
        raise ValueError(f"{text!r} are no sizes")
    return found


def usual_sizes(lines: int) -> tuple[tuple[float, int], ...]:
    """The sizes of a text whose template names none: one line while it nearly fits, then all lines, and smaller."""
    if lines == 1:
        return tuple((ratio, 1) for ratio in USUAL_SIZES)
    return ((1.0, 1), (0.9, 1), *((ratio, lines) for ratio in USUAL_SIZES))
