"""What a glyph reads as where it stands for several characters. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from typing import Final


def preferred(characters: Collection[str]) -> str:
    """The one of a glyph's characters that it reads as, whatever the text: what is written every day.

    First what GBK has, in its order (the characters of every Chinese keyboard: 工 and not the radical ⼯, 胶 and not
    㬵, ／ and not ∕), then what is not the compatibility form (Unicode, UAX 15) of another, then the lowest code point.
    """
    return min(characters, key=lambda one: (_in_gbk(one), _is_form_of(one, characters), one))


_NOT_IN_IT: Final = b"\xff"  # behind all of its two bytes


def _in_gbk(character: str) -> bytes:
    try:
        return character.encode("gbk")
    except UnicodeEncodeError:
        return _NOT_IN_IT


def _is_form_of(character: str, others: Iterable[str]) -> bool:
    plain = unicodedata.normalize("NFKC", character)
    return plain != character and plain in others


def actual_text(text: str, shown: str) -> str:
    """The operators of a text whose glyphs read as something else, with what it is (ISO 32000-1, 14.9.4)."""
    return f"/Span <</ActualText <FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>>> BDC {shown} EMC"
