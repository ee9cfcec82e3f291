"""Characters that no bundled face can draw: looked for before the job, never printed as empty boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from foundation.errors import Invalid
from foundation.pdf import FontFile, known_characters, leaves_ink
from foundation.translation import N_
from labels.sheet import LabelFace

# 〓, the printer's mark for a type that is missing (JIS X 0208 "geta mark"), where somebody wants to print anyway.
GETA: Final = "\u3013"
NAMED: Final = 5


@dataclass(slots=True)
class Missing:
    """Gathers the missing characters of a job and which labels they touch; ``fields`` are those of the template."""

    fields: Sequence[str]
    fonts: Sequence[FontFile]
    characters: dict[str, None] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    count: int = 0
    _known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """What all faces can draw."""
        self._known = known_characters(self.fonts)

    def look(self, face: LabelFace) -> LabelFace:
        """The face itself, or with 〓 for what is missing; what leaves no ink is left out."""
        words: dict[str, str] | None = None
        touched = False
        for name in self.fields:
            text = face.words.get(name, "")
            if self._known.issuperset(text):
                continue
            words = dict(face.words) if words is None else words
            absent = [char for char in text if char not in self._known]
            inked = [char for char in absent if leaves_ink(char)]
            words[name] = "".join(char if char in self._known else GETA if leaves_ink(char) else "" for char in text)
            self.characters.update(dict.fromkeys(inked))
            touched = touched or bool(inked)
        if touched:
            self.count += 1
            if len(self.touched) < NAMED:
                self.touched.append(face.name)
        return face if words is None else replace(face, words=words)

    def refusal(self) -> Invalid | None:
        """What to say where something is missing."""
        return Invalid(MISSING, code="missing_glyph", **self.params()) if self.characters else None

    def params(self) -> dict[str, Any]:
        """The values of the sentence."""
        more = ", …" if self.count > len(self.touched) else ""
        named = list(self.characters)
        return {
            "characters": " ".join(f"{char} (U+{ord(char):04X})" for char in named[: NAMED * 2])
            + (" …" if len(named) > NAMED * 2 else ""),
            "count": self.count,
            "names": ", ".join(self.touched) + more,
        }


MISSING: Final = N_("The font cannot draw {characters}. {count} labels are touched: {names}")
