"""PDF pages as grey pixels: the one door of pypdfium2."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

POINTS_PER_INCH: Final = 72
# A page of a square metre at 600 dots an inch is 560 million pixels; nothing of ours is a tenth of it.
MOST_PIXELS: Final = 80_000_000


@dataclass(frozen=True, slots=True)
class Raster:
    """Grey pixels, 0 black to 255 white, row by row from the top; a row takes ``stride`` bytes."""

    width: int
    height: int
    stride: int
    pixels: memoryview


class Pages:
    """The pages of an open PDF."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._document)

    def grey(self, number: int, dpi: float, box: tuple[float, float, float, float] | None = None) -> Raster:
        """A page (counted from 0) as grey pixels at so many dots an inch.

        ``box`` is a part of it in points: left, top, right, bottom from the upper left corner. Raises ValueError for a
        page of more than 80 million pixels.
        """
        page = self._document[number]
        try:
            width, height = page.get_size()
            left, top, right, bottom = box or (0.0, 0.0, width, height)
            scale = dpi / POINTS_PER_INCH
            if (right - left) * (bottom - top) * scale * scale > MOST_PIXELS:
                raise ValueError(f"a page of {width:g} x {height:g} points is too large for {dpi:g} dpi")
            crop = (left, height - bottom, width - right, top)
            bitmap = page.render(scale=scale, grayscale=True, crop=crop)
        finally:
            page.close()
        return Raster(bitmap.width, bitmap.height, bitmap.stride, memoryview(bytes(bitmap.buffer)))


@contextlib.contextmanager
def open_pages(source: Path | bytes) -> Iterator[Pages]:
    """The pages of a PDF file or of its content."""
    # Imported late: the library costs a start that prints nothing.
    import pypdfium2

    library: Any = pypdfium2  # partly untyped
    document = library.PdfDocument(source)
    try:
        yield Pages(document)
    finally:
        document.close()
