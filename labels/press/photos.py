"""Photos as they are printed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final

from foundation.errors import FacilityError
from foundation.files import thumbnail
from labels.photos import photo_store

# At 300 dpi this is 7 cm, the width of a photo on a card.
LONGEST: Final = 800


def read_photos(keys: Iterable[str]) -> Mapping[str, bytes]:
    """The JPEG of each photo that is there; one that is lost leaves its place empty."""
    found = {}
    for key in keys:
        data = _photo(key)
        if data:
            found[key] = data
    return found


@functools.lru_cache(maxsize=64)
def _photo(key: str) -> bytes:
    try:
        return thumbnail(photo_store().read(key), LONGEST).data
    except FacilityError:
        return b""
