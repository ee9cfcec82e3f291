"""Reads of labels."""

from labels.queries.labels import (
    LabelStory,
    find_batches,
    find_labels,
    get_label,
    label_counts,
    label_story,
    read_current,
    unknown_label,
)
from labels.queries.landing import Forerunner, Replaced, read_forerunner, read_label_photo, read_landing
from labels.queries.means import (
    Printer,
    find_printer,
    find_printers,
    find_stock,
    find_template,
    find_templates,
)
from labels.queries.selection import count_selected, find_selected, has_ids, selection_filter

__all__ = [
    "Forerunner",
    "LabelStory",
    "Printer",
    "Replaced",
    "count_selected",
    "find_batches",
    "find_labels",
    "find_printer",
    "find_printers",
    "find_selected",
    "find_stock",
    "find_template",
    "find_templates",
    "get_label",
    "has_ids",
    "label_counts",
    "label_story",
    "read_current",
    "read_forerunner",
    "read_label_photo",
    "read_landing",
    "selection_filter",
    "unknown_label",
]
