"""What somebody in the field says of a label in its place: where it is, and a photo."""

from __future__ import annotations

from dataclasses import dataclass

import anyio.to_thread

from foundation.errors import Invalid
from foundation.files import prepare_photo
from foundation.geometry import Position
from foundation.settings import current_settings
from foundation.translation import N_
from labels.photos import photo_store


@dataclass(frozen=True, slots=True)
class Evidence:
    """Degrees WGS 84, and the key of a stored photo; each may be missing."""

    lon: float | None = None
    lat: float | None = None
    photo: str | None = None


async def take_evidence(lon: float | None, lat: float | None, photo: bytes | None) -> Evidence:
    """Check the position, check and store the photo. Raises Invalid.

    The file is on disk before the verb's transaction begins: a file that no row names does no harm.
    """
    if (lon is None) != (lat is None):
        raise Invalid(N_("A position has a longitude and a latitude."), code="bad_position")
    if lon is not None and lat is not None:
        Position(lon, lat).checked()
    key = await anyio.to_thread.run_sync(_keep, photo) if photo is not None else None
    return Evidence(lon, lat, key)


def _keep(photo: bytes) -> str:
    prepared = prepare_photo(photo, max_bytes=current_settings().upload_max_mb * 1024 * 1024)
    return photo_store().put(prepared.data)
