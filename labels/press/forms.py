"""Other forms of a finished job than PDF: made of its proved pages, which lie beside the file until it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from foundation.pdf import open_pages
from labels.press.order import PrintOrder
from labels.press.plates import Listing, write_plates
from labels.press.zpl import check_thermal, write_page
from labels.sheet import LabelFace
from labels.stock import Cell
from labels.template import Compiled

# The labels of a sheet (from 0): each one's number in the job (from 0) and its place.
Places = Callable[[int], Sequence[tuple[int, Cell]]]
Told = Callable[[int], None]


class Conversion(Protocol):
    """How a job becomes another form. ``pdf`` is where its pages are drawn first."""

    pdf: Path

    def note(self, placed: Iterable[tuple[Cell, LabelFace]]) -> None:
        """Hear of each label in turn, before it is drawn."""

    def write(self, compiled: Compiled, places: Places, told: Told) -> None:
        """Make the file; ``told`` hears how many labels are in it. Raises Invalid for what the form cannot show."""


def check_form(order: PrintOrder) -> None:
    """Raises Invalid where the stock does not suit the form."""
    if order.form == "zpl":
        check_thermal(order.stock)


def conversion_for(order: PrintOrder, count: int, out: Path) -> Conversion | None:
    """The conversion of an order of so many labels into the file ``out``; None where the pages are the file."""
    if order.form == "zpl":
        return _Zpl(order, out)
    return _Plates(out, count) if order.form == "zip" else None


def _beside(out: Path) -> tuple[Path, Path]:
    return out.with_name(out.name + ".pdf"), out.with_name(out.name + ".csv")


def remove_intermediate(out: Path) -> None:
    """Remove what lies beside a file as long as it is made."""
    for path in _beside(out):
        path.unlink(missing_ok=True)


class _Zpl:
    def __init__(self, order: PrintOrder, out: Path) -> None:
        self.order, self.out = order, out
        self.pdf, _ = _beside(out)

    def note(self, placed: Iterable[tuple[Cell, LabelFace]]) -> None:
        """A thermal printer needs no list."""

    def write(self, compiled: Compiled, places: Places, told: Told) -> None:
        """One print after the other."""
        stock, shift = compiled.stock, self.order.shift
        with open_pages(self.pdf) as pages, self.out.open("w", encoding="ascii", newline="\n") as file:
            for number in range(len(pages)):
                write_page(pages, number, stock, shift, file)
                told(places(number)[-1][0] + 1)


class _Plates:
    def __init__(self, out: Path, count: int) -> None:
        self.out = out
        self.pdf, listing = _beside(out)
        self.listing = Listing(listing, count)

    def note(self, placed: Iterable[tuple[Cell, LabelFace]]) -> None:
        """Each label becomes a line of the list."""
        self.listing.add(placed)

    def write(self, compiled: Compiled, places: Places, told: Told) -> None:
        """One label after the other, and the list."""
        write_plates(self.pdf, compiled, self.listing, places, self.out, told)
