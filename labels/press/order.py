"""What is to be printed how, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.translation import Lang, translate
from labels.stamp import Shift
from labels.stock import Stock
from labels.template import Template


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """How labels are printed: template, stock, the first free position, the printer's error, and the file's form.

    ``prefix`` is the address before the code. ``anyway`` prints labels whose texts hold characters that no face has,
    each as 〓. ``form`` is ``pdf``, ``zpl`` or ``zip``.
    """

    template: Template
    stock: Stock
    prefix: str
    start: int = 1
    shift: Shift = field(default_factory=Shift)
    title: str = "Labels"
    anyway: bool = False
    form: str = "pdf"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a job that is no reason to refuse it."""

    code: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language."""
        return translate(lang, self.text, **self.params)


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished job: how many labels on how many sheets, how many of them were read back, and what is to be said."""

    labels: int
    pages: int
    checked: int
    notes: tuple[Note, ...] = ()
