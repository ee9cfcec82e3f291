"""The photo of a label in its place: a small copy for slow lines, made once and kept beside the files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated, Final

import anyio.to_thread
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from foundation.files import thumbnail
from foundation.settings import current_settings
from labels.photos import photo_mark, photo_store
from labels.queries import read_label_photo

Size = tuple[int, tuple[int, ...]]
# Most bytes, and longest sides in pixels of which the first that is small enough is taken: five seconds on a line of
# 50 kbit/s for whoever wants to look closely, and little more than one for what everybody gets.
LOOKED_AT: Final[Size] = (30_000, (400, 320, 240, 160))
SEEN: Final[Size] = (8_000, (256, 192, 160, 128))
_FOREVER: Final = "public, max-age=31536000, immutable"
_A_MOMENT: Final = "no-cache"


@get(["/A/{code:str}/photo", "/a/{code:str}/photo"], name="label_photo")
async def label_photo(
    code: FromPath[str], mark: Annotated[str, QueryParameter(name="k")] = "", small: FromQuery[bool] = False
) -> Response[bytes]:
    """The photo of this label and of nothing else; an address that names the photo's key never changes its content."""
    key = await read_label_photo(code)
    body = await anyio.to_thread.run_sync(small_copy, key, SEEN if small else LOOKED_AT)
    kept = _FOREVER if mark == photo_mark(key) else _A_MOMENT
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": kept, "Vary": "Accept-Encoding"})


def small_copy(key: str, size: Size = LOOKED_AT) -> bytes:
    """A small copy of a stored photo, a JPEG of a size; computing, so for a thread.

    Raises NotFound where the store has no such file, even if a copy is left.
    """
    original = photo_store().path(key)
    place = current_settings().data_dir / "thumbnails" / f"{key}-{size[1][0]}.jpg"
    try:
        return place.read_bytes()
    except FileNotFoundError:
        body = _shrink(original.read_bytes(), size)
        _write(place, body)
        return body


def _shrink(data: bytes, size: Size) -> bytes:
    body, (most, sides) = b"", size
    for side in sides:
        body = thumbnail(data, longest=side).data
        if len(body) <= most:
            break
    return body


def _write(place: Path, body: bytes) -> None:
    """Beside its place first, then moved: nobody ever reads half a picture, not even after a power cut."""
    place.parent.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(place)
