"""The press: labels and an order in, one file out that was read back, or none."""

from labels.press.order import Note, Printed, PrintOrder
from labels.press.press import NotProved, prepare, press

__all__ = ["NotProved", "Note", "PrintOrder", "Printed", "prepare", "press"]
