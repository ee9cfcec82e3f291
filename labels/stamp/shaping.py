"""Texts as glyphs: the one place that shapes, with HarfBuzz, as the reference renderer does."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import uharfbuzz

from foundation.pdf import FontFile
from labels.stamp.readings import actual_text, preferred
from labels.stamp.runs import runs

hb: Any = uharfbuzz  # untyped
_EM: Final = 1000  # PDF counts glyph widths in thousandths of an em
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shaped:
    """One line of text: the operand and operator ``[…]TJ``, and its width in ems.

    Where its glyphs read as other characters, the operators around them say which it is.
    """

    array: str
    width: float


@dataclass(slots=True)
class Face:
    """One face, the glyphs that a job has used of it, and what each of them reads as."""

    file: FontFile
    font: Any = field(repr=False)
    advances: dict[int, float] = field(default_factory=dict, repr=False)
    used: dict[int, str] = field(default_factory=dict, repr=False)
    _kept: dict[tuple[str, str, float], Shaped] = field(default_factory=dict, repr=False)

    def shape(self, text: str, lang: str, spacing: float = 0.0) -> Shaped:
        """The text as glyphs. ``spacing`` ems more behind each count in its width; the page sets them by ``Tc``."""
        key = (text, lang, spacing)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = self._shape(text, lang, spacing)
        return found

    def _shape(self, text: str, lang: str, spacing: float) -> Shaped:
        pieces: list[str] = []
        width = 0.0
        exact = True
        ahead = 0.0  # thousandths of an em by which the pen stands too far right for the next glyph
        for part, script, language in runs(text, lang):
            infos, positions = _glyphs(self.font, part, script, language, plain=bool(spacing))
            glyphs = [info.codepoint for info in infos]
            wanted = [position.x_advance for position in positions]
            if any(glyph not in self.used for glyph in glyphs):
                self._note(glyphs, part, infos)
            exact = exact and "".join([self.used[glyph] for glyph in glyphs]) == part
            own = [self.advance(glyph) for glyph in glyphs]
            width += sum(wanted)
            if wanted == own and not ahead and not any(position.x_offset for position in positions):
                pieces.append("<" + "".join([f"{glyph:04X}" for glyph in glyphs]) + ">")
            else:
                offsets = [position.x_offset for position in positions]
                ahead = _adjusted(pieces, glyphs, own, wanted, offsets, ahead)
        shown = "[" + "".join(pieces) + "]TJ"
        return Shaped(shown if exact else actual_text(text, shown), width / _EM + spacing * len(text))

    def advance(self, glyph: int) -> float:
        """The face's own width of a glyph in thousandths of an em."""
        found = self.advances.get(glyph)
        if found is None:
            found = self.advances[glyph] = float(self.font.get_glyph_h_advance(glyph))
        return found

    def _note(self, glyphs: list[int], part: str, infos: Any) -> None:
        """What each glyph not seen before reads as: its preferred character, whichever the job has used it for first.

        A glyph that no character has by itself, a ligature for one, reads as the characters of its cluster.
        """
        known = _readings(self.file)
        starts = sorted({info.cluster for info in infos})
        ends = dict(zip(starts, [*starts[1:], len(part)], strict=True))
        for glyph, info in zip(glyphs, infos, strict=True):
            if glyph not in self.used:
                self.used[glyph] = known.get(glyph) or self._plain(part[info.cluster : ends[info.cluster]], known)

    def _plain(self, text: str, known: Mapping[int, str]) -> str:
        """The characters as their own glyphs read."""
        return "".join(known.get(self.font.get_nominal_glyph(ord(one)) or 0, one) for one in text)


# A shift of a tenth of a thousandth em is nothing that is seen at any size.
_LEAST: Final = 0.1


def _adjusted(
    pieces: list[str], glyphs: list[int], own: list[float], wanted: list[float], offsets: list[float], ahead: float
) -> float:
    """Write glyphs that do not stand where their own widths put them; how far the pen is ahead at the end."""
    hexes: list[str] = []
    for glyph, width, advance, offset in zip(glyphs, own, wanted, offsets, strict=True):
        shift = ahead - offset
        if abs(shift) >= _LEAST:
            _close(pieces, hexes)
            pieces.append(f"{shift:.4g} ")
        else:
            offset += shift
        hexes.append(f"{glyph:04X}")
        ahead = offset + width - advance
    _close(pieces, hexes)
    return ahead


def _close(pieces: list[str], hexes: list[str]) -> None:
    if hexes:
        pieces.append(f"<{''.join(hexes)}>")
        hexes.clear()


def _glyphs(font: Any, text: str, script: str, language: str, *, plain: bool) -> tuple[Any, Any]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction = "ltr"
    buffer.script = script
    buffer.language = language
    # CSS Text 3, 8.2: spaced letters form no ligatures.
    hb.shape(font, buffer, _UNJOINED if plain else None)
    return buffer.glyph_infos, buffer.glyph_positions


_UNJOINED: Final = {"liga": False, "clig": False}


@functools.cache
def _readings(file: FontFile) -> Mapping[int, str]:
    """What each glyph that a character has by itself reads as; of 30,000 some 500 have several."""
    face = _blob(file)
    font = hb.Font(face)
    found: dict[int, list[str]] = {}
    for point in face.unicodes:
        found.setdefault(font.get_nominal_glyph(point), []).append(chr(point))
    return {glyph: one[0] if len(one) == 1 else preferred(one) for glyph, one in found.items()}


@functools.cache
def _blob(file: FontFile) -> Any:
    return hb.Face(hb.Blob.from_file_path(str(file.path)))


def open_face(file: FontFile) -> Face:
    """A face for one job: shaped texts and used glyphs are the job's own."""
    font = hb.Font(_blob(file))
    font.scale = (_EM, _EM)
    return Face(file, font)
