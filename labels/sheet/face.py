"""What is printed on one label. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Final
from urllib.parse import urlsplit

from foundation.codes import printed

# Controls, line breaks and the marks that turn the writing direction: an imported name must not break the layout.
UNPRINTABLE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class LabelFace:
    """The words of one label. A blank label, printed before it has an asset, has only its code and address."""

    code: str
    url: str
    kind_zh: str = ""
    kind_en: str = ""
    name: str = ""
    name_en: str = ""
    address: str = ""
    asset_code: str = ""
    owner: str = ""

    @property
    def printed_code(self) -> str:
        """The code as a person reads it aloud, ``XXXX-XXXX-C``."""
        return printed(self.code)

    @property
    def host(self) -> str:
        """Where the code leads, so that a sticker glued over it shows."""
        return urlsplit(self.url).netloc.lower()

    @property
    def words(self) -> str:
        """All text of the face, for counting characters."""
        return "".join(getattr(self, field.name) for field in fields(self))

    def cleaned(self) -> LabelFace:
        """The same face with every run of blanks, line breaks and controls made one space."""
        return LabelFace(**{f.name: UNPRINTABLE.sub(" ", getattr(self, f.name)).strip() for f in fields(self)})
