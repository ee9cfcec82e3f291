"""Reads of labels."""

from labels.queries.labels import find_labels, get_label, label_counts, read_current
from labels.queries.landing import Replaced, read_landing
from labels.queries.selection import count_selected, find_selected

__all__ = [
    "Replaced",
    "count_selected",
    "find_labels",
    "find_selected",
    "get_label",
    "label_counts",
    "read_current",
    "read_landing",
]
