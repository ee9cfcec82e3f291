"""Reads of labels."""

from labels.queries.labels import find_labels, get_label, label_counts, read_current
from labels.queries.landing import Forerunner, Replaced, read_forerunner, read_label_photo, read_landing
from labels.queries.selection import count_selected, find_selected

__all__ = [
    "Forerunner",
    "Replaced",
    "count_selected",
    "find_labels",
    "find_selected",
    "get_label",
    "label_counts",
    "read_current",
    "read_forerunner",
    "read_label_photo",
    "read_landing",
]
