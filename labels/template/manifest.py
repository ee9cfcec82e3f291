"""What a template says of itself: names, size, symbol, where it is read. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from foundation.errors import Invalid
from foundation.translation import N_

KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LEVELS: Final = ("M", "Q", "H")
_SECTIONS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"key", "zh", "en", "kinds", "pdf_a", "size", "symbol", "type", "use"}),
    "size": frozenset(
        {"width_mm", "height_mm", "least_width_mm", "least_height_mm", "most_width_mm", "most_height_mm"}
    ),
    "symbol": frozenset({"level", "least_module_mm", "most_module_mm", "beside_mm", "below_mm"}),
    "type": frozenset({"drawn_beside_mm", "drawn_symbol_mm"}),
    "use": frozenset({"place", "distance_mm", "source", "source_level"}),
}
_PLACES: Final = ("indoors", "outdoors")
_LARGEST_MM: Final = 1000.0
_LARGEST_MODULE_MM: Final = 20.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """A template's manifest; lengths in millimetres.

    ``width`` and ``height`` are those of a template drawn for one size; a template without them takes the stock's
    label between ``least`` and ``most``. The symbol's module is as large as the label allows beside ``beside`` and
    above ``below`` millimetres kept for text, from ``least_module`` to ``most_module``. ``drawn`` is the room beside
    the symbol and the symbol's side for which the type was drawn: larger labels scale it.
    """

    key: str
    zh: str
    en: str
    kinds: tuple[str, ...] = ()
    pdf_a: bool = False
    width: float | None = None
    height: float | None = None
    least: tuple[float, float] = (10.0, 10.0)
    most: tuple[float, float] = (_LARGEST_MM, _LARGEST_MM)
    level: str = "Q"
    least_module: float = 0.5
    most_module: float = 1.2
    beside: float = 0.0
    below: float = 0.0
    drawn: tuple[float, float] | None = None
    place: str = "outdoors"
    distance: float = 300.0

    def takes(self, width: float, height: float) -> bool:
        """Whether a label of this size can be printed with the template."""
        if self.width is not None and self.height is not None:
            return abs(width - self.width) <= _SAME_MM and abs(height - self.height) <= _SAME_MM
        return self.least[0] <= width <= self.most[0] and self.least[1] <= height <= self.most[1]


# Makers of labels round their sizes.
_SAME_MM: Final = 0.5


def read_manifest(text: str) -> Manifest:
    """A manifest from its TOML text. Raises Invalid that names what is wrong in it."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(str(error)) from error
    for section, names in _SECTIONS.items():
        given = values if not section else values.get(section, {})
        if not isinstance(given, dict):
            raise _wrong(section)
        if strangers := sorted(given.keys() - names):
            raise Invalid(
                N_("The manifest has no entry {name}."),
                code="bad_manifest",
                name=f"{section}.{strangers[0]}".strip("."),
            )
    return _read(values, *(values.get(section, {}) for section in ("size", "symbol", "type", "use")))


def _read(
    values: Mapping[str, Any],
    size: Mapping[str, Any],
    symbol: Mapping[str, Any],
    drawn: Mapping[str, Any],
    use: Mapping[str, Any],
) -> Manifest:
    key = values.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise _wrong("key", N_("key is made of small letters, digits and hyphens, 40 at most."))
    names = tuple(values.get(name) for name in ("zh", "en"))
    if not all(isinstance(name, str) and 0 < len(name.strip()) <= 80 for name in names):
        raise _wrong("zh, en", N_("zh and en are the template's names in both languages, up to 80 characters."))
    kinds = values.get("kinds", [])
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise _wrong("kinds")
    both = ("width_mm" in size, "height_mm" in size)
    if any(both) and not all(both):
        raise _wrong("size", N_("A template of one size says both width_mm and height_mm."))
    level, place = symbol.get("level", "Q"), use.get("place", "outdoors")
    if level not in LEVELS or place not in _PLACES:
        raise _wrong("symbol.level, use.place", N_("The level is M, Q or H, and the place indoors or outdoors."))
    usual = Manifest("x", "x", "x")
    made = Manifest(
        key=key,
        zh=str(names[0]).strip(),
        en=str(names[1]).strip(),
        kinds=tuple(kinds),
        pdf_a=values.get("pdf_a") is True,
        width=_length(size, "width_mm", None),
        height=_length(size, "height_mm", None),
        least=(_mm(size, "least_width_mm", usual.least[0]), _mm(size, "least_height_mm", usual.least[1])),
        most=(_mm(size, "most_width_mm", usual.most[0]), _mm(size, "most_height_mm", usual.most[1])),
        level=level,
        least_module=_mm(symbol, "least_module_mm", usual.least_module, _LARGEST_MODULE_MM),
        most_module=_mm(symbol, "most_module_mm", usual.most_module, _LARGEST_MODULE_MM),
        beside=_mm(symbol, "beside_mm", usual.beside, zero=True),
        below=_mm(symbol, "below_mm", usual.below, zero=True),
        drawn=(_mm(drawn, "drawn_beside_mm", 0.0), _mm(drawn, "drawn_symbol_mm", 0.0)) if drawn else None,
        place=place,
        distance=_mm(use, "distance_mm", usual.distance, 20_000.0),
    )
    if made.least_module > made.most_module:
        raise _wrong("symbol", N_("The smallest module is larger than the largest."))
    return made


def _mm(section: Mapping[str, Any], name: str, usual: float, most: float = _LARGEST_MM, *, zero: bool = False) -> float:
    found = _length(section, name, usual, most, zero=zero)
    return usual if found is None else found


def _length(
    section: Mapping[str, Any], name: str, usual: float | None, most: float = _LARGEST_MM, *, zero: bool = False
) -> float | None:
    value = section.get(name, usual)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not (0 <= value <= most) or not (zero or value):
        raise Invalid(
            N_("{name} is a length in millimetres, up to {most}."), code="bad_manifest", name=name, most=f"{most:g}"
        )
    return float(value)


def _wrong(what: str, text: str | None = None) -> Invalid:
    return Invalid(text or N_("The manifest cannot be read: {what}."), code="bad_manifest", what=what)
