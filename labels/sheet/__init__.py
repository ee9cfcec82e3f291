"""A sheet of labels: faces and stock in, one PDF out."""

from labels.sheet.face import LabelFace
from labels.sheet.print import PrintedSheet, PrintWarning, print_sheet

__all__ = ["LabelFace", "PrintWarning", "PrintedSheet", "print_sheet"]
