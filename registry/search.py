"""Search keys that find one, two or more characters of Chinese as surely as English words (pure).

One- and two-character grams in an indexed array: trigram search reads the whole table for a two-character Chinese word.
Whole words stand beside them, since a longer word is not yet found where all its pairs are.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Final

_LONGEST_KEY: Final = 300  # the index takes no key beyond 2,700 bytes


def fold(text: str) -> str:
    """Compatibility-folded, lower-case text with single spaces; folding it again changes nothing."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(plain.casefold().split())


def _words(text: str) -> list[str]:
    return [word[:_LONGEST_KEY] for word in fold(text).split()]


def search_keys(*texts: str | None) -> list[str]:
    """All words of the texts with their one- and two-character grams, sorted."""
    found: set[str] = set()
    for text in texts:
        for word in _words(text or ""):
            found.add(word)
            found.update(word)
            found.update(a + b for a, b in pairwise(word))
    return sorted(found)


def query_grams(query: str) -> list[str]:
    """The grams a row must hold to match: pairs, or the single character of one-character words."""
    wanted: set[str] = set()
    for word in _words(query):
        wanted.update({a + b for a, b in pairwise(word)} or {word})
    return sorted(wanted)


def like_patterns(query: str) -> list[str]:
    """A LIKE pattern for each word that its grams alone do not prove, over the row's keys joined by spaces."""
    return [f"%{_escaped(word)}%" for word in sorted(set(_words(query))) if len(word) > 2]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
