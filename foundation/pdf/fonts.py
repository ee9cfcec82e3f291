"""The fonts that are printed, found beside the program so that every machine prints the same sheet."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterable
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


def known_characters(fonts: Iterable[FontFile]) -> frozenset[str]:
    """The characters that all the faces can draw."""
    return frozenset.intersection(*(frozenset(map(chr, _advances(font.path))) for font in fonts))


def leaves_ink(char: str) -> bool:
    """Whether a character is seen: blanks, controls and joiners are not."""
    category = unicodedata.category(char)
    return category[0] not in "ZC" or category in {"Co", "Cn"}


def text_measure(font: FontFile) -> Callable[[str], float]:
    """A function that gives the width of a text in ems of the face, by its advance widths; an unknown character counts
    one em.
    """
    width_of = _widths(font.path).__getitem__
    return lambda text: sum(map(width_of, text))


class _Widths(dict[str, float]):
    """Widths by character; looked up for every character of every text, so nothing is asked that need not be."""

    def __missing__(self, char: str) -> float:
        return 1.0


@functools.cache
def _widths(path: Path) -> _Widths:
    return _Widths((chr(point), width) for point, width in _advances(path).items())


@functools.cache
def _advances(path: Path) -> dict[int, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # costs a start that prints nothing

    with TTFont(path, lazy=True) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {point: metrics[glyph][0] / em for point, glyph in font.getBestCmap().items()}
