"""Verbs of labels."""

from labels.service.issue import issue_labels, make_blank_labels
from labels.service.life import bind_label, mark_fixed, mark_worn, replace_label, void_batch, void_label
from labels.service.printing import (
    Paper,
    PrintedSheet,
    preprint,
    preprint_to_file,
    print_labels,
    print_labels_to_file,
)
from labels.service.sightings import note_sighting

__all__ = [
    "Paper",
    "PrintedSheet",
    "bind_label",
    "issue_labels",
    "make_blank_labels",
    "mark_fixed",
    "mark_worn",
    "note_sighting",
    "preprint",
    "preprint_to_file",
    "print_labels",
    "print_labels_to_file",
    "replace_label",
    "void_batch",
    "void_label",
]
