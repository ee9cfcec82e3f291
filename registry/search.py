"""Search keys that find one, two or more characters of Chinese as surely as English words (pure).

One- and two-character grams in an indexed array: trigram search reads the whole table for a two-character Chinese word.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise


def fold(text: str) -> str:
    """Compatibility-folded, lower-case text with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(*texts: str | None) -> list[str]:
    """All one- and two-character grams of the texts, sorted; grams never cross a space."""
    found: set[str] = set()
    for text in texts:
        for word in fold(text or "").split(" "):
            found.update(word)
            found.update(a + b for a, b in pairwise(word))
    return sorted(found)


def query_grams(query: str) -> list[str]:
    """The grams a row must hold to match: pairs, or the single character of one-character words."""
    wanted: set[str] = set()
    for word in fold(query).split(" "):
        wanted.update({a + b for a, b in pairwise(word)} or set(word))
    return sorted(wanted)


def like_pattern(query: str) -> str:
    """The folded query as a LIKE pattern with its wildcards escaped and spaces matching anything."""
    escaped = fold(query).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "%" + escaped.replace(" ", "%") + "%"
