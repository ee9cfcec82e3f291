"""Pages that somebody else has drawn, made pages of a stock as stamped ones are."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pikepdf import Array, Name, Pdf, Stream

from labels.stamp.page import Shift, correction, crop_marks, page_boxes
from labels.stock import Stock


def join_documents(documents: Iterable[bytes], out: Path | BinaryIO, stock: Stock, shift: Shift) -> None:
    """The pages of several PDFs one after the other in one file, with the printer's error undone and crop marks.

    The first document gives the metadata.
    """
    whole: Pdf | None = None
    for data in documents:
        found = Pdf.open(io.BytesIO(data))
        if whole is None:
            whole = found
        else:
            whole.pages.extend(found.pages)
    if whole is None:
        return
    moved = correction(stock, shift).encode("ascii")
    after = b"Q\nq " + moved + crop_marks(stock).encode("ascii") + b"Q\n"
    for page in whole.pages:
        page.contents_add(Stream(whole, b"q " + moved), prepend=True)
        page.contents_add(Stream(whole, after))
        for name, box in page_boxes(stock).items():
            page.obj[Name("/" + name)] = Array([round(value, 3) for value in box])
    whole.save(out)
