"""Labels stamped onto sheets: the one door of pikepdf and HarfBuzz."""

from labels.stamp.drawing import pick_items, svg_of
from labels.stamp.joining import join_documents
from labels.stamp.outlines import OutlinedPages
from labels.stamp.page import Shift, page_size, printed_shift
from labels.stamp.sheets import Stamper

__all__ = [
    "OutlinedPages",
    "Shift",
    "Stamper",
    "join_documents",
    "page_size",
    "pick_items",
    "printed_shift",
    "svg_of",
]
