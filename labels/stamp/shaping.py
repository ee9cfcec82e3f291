"""Texts as glyphs: the one place that shapes, with HarfBuzz, as the reference renderer does."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Final

import uharfbuzz

from foundation.pdf import FontFile
from labels.stamp.runs import runs

hb: Any = uharfbuzz  # untyped
_EM: Final = 1000  # PDF counts glyph widths in thousandths of an em
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shaped:
    """One line of text: the array of a PDF ``TJ`` operator, its width in ems, and whether a glyph is missing."""

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
        """The text as glyphs, with ``spacing`` ems more behind each of them."""
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
        pending = 0.0  # thousandths of an em by which the pen stands further left than the next glyph
        hexes: list[str] = []
        for part, script, language in runs(text, lang):
            infos, positions = _glyphs(self.font, part, script, language, plain=bool(spacing))
            for number, (info, position) in enumerate(zip(infos, positions, strict=True)):
                glyph = info.codepoint
                self._note(glyph, part, number, infos)
                wanted = position.x_advance + spacing * _EM
                shift = pending + position.x_offset
                if abs(shift) >= _LEAST:
                    _close(pieces, hexes)
                    pieces.append(f"{-shift:.4g} ")
                    shift = 0.0
                hexes.append(f"{glyph:04X}")
                pending = shift + wanted - self.advance(glyph) - position.x_offset
                width += wanted
        _close(pieces, hexes)
        return Shaped("[" + "".join(pieces) + "]TJ", width / _EM)

    def advance(self, glyph: int) -> float:
        """The face's own width of a glyph in thousandths of an em."""
        found = self.advances.get(glyph)
        if found is None:
            found = self.advances[glyph] = float(self.font.get_glyph_h_advance(glyph))
        return found

    def _note(self, glyph: int, part: str, number: int, infos: Any) -> None:
        if glyph not in self.used:
            start = infos[number].cluster
            later = [info.cluster for info in infos[number + 1 :] if info.cluster > start]
            self.used[glyph] = part[start : later[0] if later else len(part)]


# A shift of a tenth of a thousandth em is nothing that is seen at any size.
_LEAST: Final = 0.1


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
def _blob(file: FontFile) -> Any:
    return hb.Face(hb.Blob.from_file_path(str(file.path)))


def open_face(file: FontFile) -> Face:
    """A face for one job: shaped texts and used glyphs are the job's own."""
    font = hb.Font(_blob(file))
    font.scale = (_EM, _EM)
    return Face(file, font)
