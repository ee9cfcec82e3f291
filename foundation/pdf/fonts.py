"""The fonts that are printed, found beside the program so that every machine prints the same sheet."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foundation.errors import StartRefused
from foundation.translation import N_, ROOT

FAMILY: Final = "Facility Sans"
# WeasyPrint asks for fonts under this scheme, and for nothing else (see foundation/pdf/render.py).
SCHEME: Final = "bundled:"
# Static faces, not the variable font: the PDF holds a sixth of the bytes and a third of the memory is used.
FACES: Final = ((400, "400Regular", "NotoSansSC_400Regular.ttf"), (700, "700Bold", "NotoSansSC_700Bold.ttf"))


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face that may be printed with."""

    family: str
    weight: int
    path: Path

    @property
    def url(self) -> str:
        """The address by which a style sheet names this face."""
        return SCHEME + self.path.name


def font_files(root: Path = ROOT) -> tuple[FontFile, ...]:
    """The regular and the bold face, from the built assets or from the installed package.

    Raises StartRefused where one is absent.
    """
    return tuple(FontFile(FAMILY, weight, _find(root, folder, name)) for weight, folder, name in FACES)


def _find(root: Path, folder: str, name: str) -> Path:
    places = (
        root / "app" / "static" / "build" / "fonts" / name,
        root / "node_modules" / "@expo-google-fonts" / "noto-sans-sc" / folder / name,
    )
    for path in places:
        if path.is_file():
            return path
    raise StartRefused(N_("The font {name} that labels are printed with is missing. Run script/setup."), name=name)


def font_face_css(fonts: Iterable[FontFile]) -> str:
    """The ``@font-face`` rules that make the faces known to a style sheet."""
    return "\n".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; src: url("{font.url}"); }}'
        for font in fonts
    )


def missing_characters(text: str, fonts: Iterable[FontFile]) -> tuple[str, ...]:
    """The characters of the text that some face cannot draw, in order and once each.

    Blanks, controls and joiners leave no ink and are not counted.
    """
    known = frozenset.intersection(*(_drawable(font.path) for font in fonts))
    return tuple(char for char in dict.fromkeys(text) if ord(char) not in known and _leaves_ink(char))


def text_width(text: str, font: FontFile) -> float:
    """The width of the text in ems of the face, by its advance widths; an unknown character counts one em."""
    widths = _advances(font.path)
    return sum(widths.get(ord(char), 1.0) for char in text)


def _leaves_ink(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZC" or unicodedata.category(char) in {"Co", "Cn"}


@functools.cache
def _drawable(path: Path) -> frozenset[int]:
    return frozenset(_advances(path))


@functools.cache
def _advances(path: Path) -> dict[int, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # costs a start that prints nothing

    with TTFont(path, lazy=True) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {point: metrics[glyph][0] / em for point, glyph in font.getBestCmap().items()}
