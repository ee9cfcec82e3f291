"""Pictures that the program draws itself, encoded for a page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from foundation.pdf import Raster


def grey_png(raster: Raster) -> bytes:
    """Grey pixels as a PNG. Computing: callers on the event loop run it in a thread."""
    size = (raster.width, raster.height)
    image = Image.frombuffer("L", size, raster.pixels, "raw", "L", raster.stride, 1)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
