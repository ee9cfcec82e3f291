"""Pictures that the program draws itself, encoded for a page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from foundation.pdf import Raster

_MODES: Final = {1: "L", 3: "RGB"}
_HALF: Final = 128


def grey_png(raster: Raster) -> bytes:
    """Grey pixels as a PNG. Computing: callers on the event loop run it in a thread."""
    size = (raster.width, raster.height)
    image = Image.frombuffer("L", size, bytes(raster.pixels), "raw", "L", raster.stride, 1)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def encode_png(
    width: int,
    height: int,
    samples: bytes | memoryview,
    *,
    channels: int = 1,
    stride: int = 0,
    alpha: bytes | None = None,
    dpi: int = 0,
    two_tone: bool = False,
) -> bytes:
    """The PNG of pixels row by row from the top, eight bits to each of one (grey) or three (red, green, blue) channels.

    ``stride`` is how many bytes a row takes where it is more than its pixels; ``alpha`` a byte for each pixel;
    ``dpi`` stands in the file; ``two_tone`` makes grey pixels black or white, a bit each. Raises ValueError for another
    number of channels, or fewer samples than pixels.
    """
    if channels not in _MODES:
        raise ValueError(f"pixels of {channels} channels")
    mode = _MODES[channels]
    image = Image.frombytes(mode, (width, height), bytes(samples), "raw", mode, stride or width * channels, 1)
    if alpha is not None:
        image.putalpha(Image.frombytes("L", (width, height), alpha))
    if two_tone:
        image = image.point([255 if tone >= _HALF else 0 for tone in range(256)], mode="1")
    out = io.BytesIO()
    image.save(out, "PNG", **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()
