"""The pages of a finished job as outlines, that an engraver needs no faces for."""

from __future__ import annotations

from pathlib import Path

from pikepdf import Pdf

from labels.stamp.contents import Reader
from labels.stamp.drawing import Item, Kept, State


class OutlinedPages:
    """The pages of a finished job as outlines; faces and furniture are drawn once for all of them."""

    def __init__(self, pdf: Path) -> None:
        self._pdf = Pdf.open(pdf)
        self._kept = Kept()

    def __enter__(self) -> OutlinedPages:
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    def items(self, number: int) -> list[Item]:
        """What a page (from 0) draws, in order, in points from its lower left corner.

        Raises Invalid for what has no outlines: a pattern, a gradient, a blend.
        """
        page = self._pdf.pages[number]
        return Reader(self._kept, page.obj.get("/Resources", {}), State()).read(page)
