"""What is printed on one label. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from foundation.codes import printed
from labels.check_word import check_word

# Controls, line breaks and the marks that turn the writing direction: an imported name must not break the layout.
UNPRINTABLE: Final = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff]+"
)
LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class LabelFace:
    """One label: its code of nine characters, the address its symbol holds, and its words by the fields of a template.

    A blank label, printed before it has an asset, has only what follows from its code. ``photo`` is the file of the
    asset's picture, ``name`` how messages call the asset.
    """

    code: str
    url: str
    word: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    photo: str = ""
    asset: str = ""

    @property
    def name(self) -> str:
        """By what a person finds the label again: its asset's code, else its own."""
        return self.asset or printed(self.code)

    def filled(self) -> LabelFace:
        """The face with what follows from its code, every run of blanks, line breaks and controls made one space."""
        own = {
            "code": printed(self.code),
            "url": self.url,
            # In clear, so that a sticker glued over it shows.
            "host": urlsplit(self.url).netloc.lower(),
            "check_word_zh": check_word(self.word, "zh-CN"),
            "check_word_en": check_word(self.word, "en"),
            "check_word": f"{check_word(self.word, 'zh-CN')} {check_word(self.word, 'en')}",
        }
        cleaned = {name: UNPRINTABLE.sub(" ", text[:LONGEST]).strip() for name, text in self.words.items()}
        return replace(self, words=cleaned | own)
