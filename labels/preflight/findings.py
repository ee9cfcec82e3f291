"""What can be wrong with a printed symbol, and from which figure on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from foundation.translation import N_, Lang, translate
from labels.stock import MM_PER_INCH

# ISO/IEC 15415 grades the symbol contrast B from 0.55 on; readers on phones were seen to fail only under 0.20.
LEAST_CONTRAST: Final = 0.55
# A symbol is read from about ten times its own width: a rule of thumb of makers of readers, not a standard [J].
WIDTHS_AWAY: Final = 10.0
# A printer of few dots needs three dots a module to keep dark and light modules alike [J].
LEAST_DOTS: Final = 3.0
USUAL_DPI: Final = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: sheet and position as printed (from 1; 0 for the whole job), the label's code, and the sentence."""

    sheet: int
    position: int
    label: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language, with the cell before it."""
        said = translate(lang, self.text, **self.params)
        if not self.sheet:
            return said
        where = translate(lang, CELL, sheet=self.sheet, position=self.position, label=self.label)
        return f"{where}{said}"


CELL: Final = N_("Sheet {sheet}, position {position}, {label}: ")
UNREAD: Final = N_("the code cannot be read.")
OTHER: Final = N_("the code reads as {read}.")
QUIET: Final = N_("the quiet zone of four modules around the code is not empty.")
CONTRAST: Final = N_("the contrast is {contrast} %, {least} % is needed: print dark on light.")
FEW_DOTS: Final = N_(
    "One module is {dots} dots of the printer at {dpi} dpi; {least} are needed. Use larger labels or a finer printer."
)
TOO_FAR: Final = N_(
    "The code is {side} mm wide and read from about {reach} mm, but the template is for {distance} mm away."
    " Use larger labels."
)


def findings_of_size(side: float, modules: int, dpi: float, distance: float) -> list[Finding]:
    """What the sizes alone tell. ``side`` of the symbol without its quiet zone and ``distance`` in millimetres."""
    found = []
    dots = side / modules * dpi / MM_PER_INCH
    if dots < LEAST_DOTS - 0.01:
        found.append(
            Finding(0, 0, "", FEW_DOTS, {"dots": f"{dots:.1f}", "dpi": f"{dpi:g}", "least": f"{LEAST_DOTS:g}"})
        )
    if side * WIDTHS_AWAY < distance - 0.5:
        params = {"side": f"{side:.0f}", "reach": f"{side * WIDTHS_AWAY:.0f}", "distance": f"{distance:.0f}"}
        found.append(Finding(0, 0, "", TOO_FAR, params))
    return found
