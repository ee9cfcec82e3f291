"""The press: labels and an order in, one file out that was read back, or none."""

from labels.press.order import Note, Printed, PrintOrder
from labels.press.plates import LISTED
from labels.press.press import NotProved, prepare, press, small_modules

__all__ = ["LISTED", "NotProved", "Note", "PrintOrder", "Printed", "prepare", "press", "small_modules"]
