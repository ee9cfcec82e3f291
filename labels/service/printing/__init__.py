"""Print the labels of many assets, or blank ones: issue what is missing, press, tell history, hand out."""

from labels.service.printing.direct import (
    PrintedSheet,
    preprint,
    preprint_to_file,
    print_labels,
    print_labels_to_file,
)
from labels.service.printing.paper import Paper, order_for

__all__ = [
    "Paper",
    "PrintedSheet",
    "order_for",
    "preprint",
    "preprint_to_file",
    "print_labels",
    "print_labels_to_file",
]
