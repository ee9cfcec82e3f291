"""The calibration page on printers that print off and stretch: read as a person reads it, and all lies right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pypdfium2
import pytest
from PIL import Image

from labels.press import prepare
from labels.press.calibration import Cross, calibration_pdf, calibration_zpl, crosses, read_shift
from labels.stamp import Shift, page_size
from labels.stock import STOCKS, Stock, cells
from labels.template.compiled import POINTS_PER_MM
from tests.labels.press.material import face, order, picture, printed_sheets, text_of
from tests.labels.press.thermal import TWIN, prints

DPI = 600
DOT = DPI / 25.4


@dataclass(frozen=True)
class Printer:
    """Puts what should stand at x to ``x * across + right``, and down the page alike; what leaves the paper is lost."""

    right: float
    down: float
    across: float = 1.0
    along: float = 1.0

    def prints(self, pdf: bytes) -> Image.Image:
        return self.puts(picture(pdf, 0, DPI))

    def puts(self, page: Image.Image) -> Image.Image:
        back = (1 / self.across, 0, -self.right * DOT / self.across, 0, 1 / self.along, -self.down * DOT / self.along)
        return page.transform(page.size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR, fillcolor=255)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point is printed."""
        return x * self.across + self.right, y * self.along + self.down


PRINTERS = [
    Printer(1.5, -0.8),
    Printer(-1.2, 2.3, 1.004, 0.997),
    Printer(0.4, 0.6, 0.996, 1.005),
]


def runs(strip: Image.Image) -> list[tuple[float, float]]:
    """Where the dark parts of a strip begin and end, in millimetres along it."""
    return [(found.start() / DOT, found.end() / DOT) for found in re.finditer(rb"[\x00-\x7f]+", strip.tobytes())]


def row(image: Image.Image, y: float) -> Image.Image:
    return image.crop((0, round(y * DOT), image.width, round(y * DOT) + 1))


def column(image: Image.Image, x: float) -> Image.Image:
    """A column laid down as a row."""
    return image.crop((round(x * DOT), 0, round(x * DOT) + 1, image.height)).transpose(Image.Transpose.TRANSPOSE)


def line_near(strip: Image.Image, wanted: float) -> float:
    """The middle of the line nearest to a place."""
    return min(((a + b) / 2 for a, b in runs(strip)), key=lambda middle: abs(middle - wanted))


def number_at(image: Image.Image, cross: Cross, printer: Printer, *, across: bool) -> float:
    """The number of a ruler at which the real edge of a label is seen, to the nearest twentieth of a millimetre.

    Where the ruler was printed is known beforehand; where its long ticks are is seen.
    """
    axis, other = (cross.across, cross.along) if across else (cross.along, cross.across)
    seen = []
    for tick in range(-4, 5):
        place = axis.edge + 5 * tick
        if axis.first <= place <= axis.last and place != axis.edge and abs(place - axis.cross) > 4:
            x, y = printer.at(place, other.cross + 2) if across else printer.at(other.cross + 2, place)
            seen.append((-5.0 * tick, line_near(row(image, y), x) if across else line_near(column(image, x), y)))
    (one, first), *_, (other_number, last) = seen
    return round((one + (axis.edge - first) / (last - first) * (other_number - one)) * 20) / 20


def readings(image: Image.Image, stock: Stock, printer: Printer) -> tuple[float, float, float, float]:
    """What a person reads and types."""
    cross = crosses(stock)[0]
    right, down = (number_at(image, cross, printer, across=across) for across in (True, False))
    return right, down, bar(image, across=True), bar(image, across=False)


def bar(image: Image.Image, *, across: bool) -> float:
    """The length of the bar, to the nearest tenth of a millimetre; 100 where there is none."""
    size, strip = (image.height, row) if across else (image.width, column)
    for place in (place / DOT for place in range(0, size, 3)):
        for start, end in runs(strip(image, place)):
            if 99 < end - start < 101:  # beside the bar its ends stand alone
                first, last = (line_near(strip(image, place + 1.2), at) for at in (start, end))
                return round(last - first + 0.12, 1)
    return 100.0


def off(image: Image.Image, stock: Stock) -> float:
    """By how much the crosses stand off at most, in millimetres."""
    worst = 0.0
    for cross in crosses(stock):
        for axis, other, strip in ((cross.across, cross.along, row), (cross.along, cross.across, column)):
            # There the other ruler is between two ticks and has no number.
            place = other.cross + (3.25 if other.edge > other.cross else -3.25)
            worst = max(worst, abs(line_near(strip(image, place), axis.cross) - axis.cross))
    return worst


@pytest.mark.parametrize("printer", PRINTERS, ids=["off", "off and stretched", "a little"])
@pytest.mark.parametrize("key", ["a4-3x8", "a4-3x7", "a4-2x5-cards", "plate-150x100"])
def test_what_is_read_and_typed_puts_the_crosses_right(key: str, printer: Printer) -> None:
    stock = STOCKS[key]
    if stock.page_height < 108:  # no bar to see it by
        printer = replace(printer, along=1.0)
    first = printer.prints(calibration_pdf(stock, Shift()))
    assert off(first, stock) > 0.3
    shift = read_shift(stock, *readings(first, stock, printer))
    again = printer.prints(calibration_pdf(stock, shift))
    assert off(again, stock) <= 0.1
    settled = readings(again, stock, Printer(0, 0))
    assert max(abs(settled[0]), abs(settled[1])) <= 0.1


def thermal(stock: Stock, shift: Shift) -> Image.Image:
    """The page as a thermal printer makes it, each of its dots as a square of finer ones."""
    (one,) = prints(calibration_zpl(stock, shift))
    size = tuple(round(dots * DPI / stock.dpi) for dots in one.image.size)
    return one.image.resize(size, Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    "stock", [*(stock for stock in STOCKS.values() if stock.dpi), TWIN], ids=lambda stock: stock.key
)
@pytest.mark.parametrize("printer", [Printer(1.5, -0.8), Printer(-0.7, 2.3)], ids=["right", "down"])
def test_a_thermal_printer_is_set_right_by_a_page_of_its_own_dots(stock: Stock, printer: Printer) -> None:
    dot = 25.4 / stock.dpi
    first = printer.puts(thermal(stock, Shift()))
    assert off(first, stock) > 0.5
    cross = crosses(stock)[0]
    shift = read_shift(stock, *(number_at(first, cross, printer, across=across) for across in (True, False)))
    assert off(printer.puts(thermal(stock, shift)), stock) <= 1.5 * dot  # set by whole dots, and read off them


@pytest.mark.parametrize("stock", [*(stock for stock in STOCKS.values() if stock.dpi), TWIN], ids=lambda s: s.key)
def test_every_tick_of_a_thermal_printers_ruler_is_two_dots_wide_or_more(stock: Stock) -> None:
    page, dot = thermal(stock, Shift()), 25.4 / stock.dpi
    for cross in crosses(stock):
        for axis, other, strip in ((cross.across, cross.along, row), (cross.along, cross.across, column)):
            line = strip(page, other.cross + 0.6)
            found, end = runs(line), line.width / DOT
            ticks = [axis.edge + n / 2 for n in range(-40, 41) if axis.first <= axis.edge + n / 2 <= axis.last]
            ticks = [tick for tick in ticks if abs(tick - axis.cross) > 2.5]  # the cross has a ring around it
            drawn = [min(found, key=lambda run, at=tick: abs(sum(run) / 2 - at)) for tick in ticks]
            assert len(ticks) > 10
            # Where the page is no whole dots, the ruler's end is drawn in by less than one.
            assert max(abs(sum(run) / 2 - tick) for run, tick in zip(drawn, ticks, strict=True)) <= 1.5 * dot
            assert min(last - first for first, last in drawn if first > 0 and last < end) >= 2 * dot - 1.01 / DOT


def test_the_labels_themselves_come_out_right_with_the_same_numbers() -> None:
    stock, printer = STOCKS["a4-3x8"], PRINTERS[1]
    shift = read_shift(stock, *readings(printer.prints(calibration_pdf(stock, Shift())), stock, printer))
    faces = [face(number) for number in range(24)]
    _, compiled = prepare(order(stock))
    left, top, side = (value / POINTS_PER_MM for value in compiled.symbol)
    quiet = 4 * compiled.module
    worst = {}
    for name, wanted in (("plain", Shift()), ("corrected", shift)):
        image = printer.prints(printed_sheets(faces, order(stock, shift=wanted)).pdf)
        apart = []
        for cell in cells(stock, 24):
            x, y = cell.left + left + quiet, cell.top + top + quiet
            near = tuple(
                round(mm * DOT) for mm in (x - 3, y - 3, x + side - 2 * quiet + 2.5, y + side - 2 * quiet + 2.5)
            )
            dark = image.crop(near).point(lambda tone: 255 if tone < 128 else 0).getbbox()
            apart += [abs(dark[0] / DOT - 3), abs(dark[1] / DOT - 3)]
        worst[name] = max(apart)
    assert worst["plain"] > 1.0
    assert worst["corrected"] <= 0.15


@pytest.mark.parametrize("stock", [*STOCKS.values(), TWIN], ids=lambda stock: stock.key)
def test_the_page_is_the_stocks_own_with_rulers_on_it_and_words_in_both_languages(stock: Stock) -> None:
    pdf = calibration_pdf(stock, Shift())
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(page_size(stock), abs=0.01)
    text = "".join(text_of(pdf).split())
    wanted = ("两处都应读到0", "bothcrossesshouldread0.", "按100%", "Printat100%", "10", "5")
    assert [words for words in wanted if words not in text] == []
    held = {"roll", "tag-80x45"} & {stock.form, stock.key}
    assert ("100毫米" in text, "100mm" in text) == (not held, not held)
    for cross in crosses(stock):
        for axis in (cross.across, cross.along):
            assert axis.first <= axis.edge <= axis.last
            assert axis.last - axis.first == pytest.approx(20, abs=2.01)
            assert axis.one_sided or min(axis.edge - axis.first, axis.last - axis.edge) >= 5
    assert off(picture(pdf, 0, DPI), stock) <= 0.07  # half a dot where the page is whole dots


def test_the_error_is_reckoned_from_the_corner() -> None:
    stock = STOCKS["a4-3x8"]
    assert read_shift(stock, 1.5, -0.8) == Shift(1.5, -0.8)
    # An edge 70 mm from the corner is seen 0.28 mm off by stretching alone.
    assert read_shift(stock, 0.28, 0.0, 100.4).right == pytest.approx(0.0, abs=0.005)
    assert read_shift(STOCKS["a5-poster"], -1.0, 1.0, 101.0, 99.0).right == pytest.approx(
        -1.0 - 8 * 0.01 / 1.01, abs=0.001
    )
