"""Whole jobs taken from the file: every cell read by two readers at two resolutions, and its printed words compared."""

from __future__ import annotations

import pypdfium2
import pytest
from pyzbar import pyzbar

from foundation.codes import printed
from labels.check_word import check_word
from labels.sheet import LabelFace
from labels.stock import STOCKS, Cell, Stock, cells
from labels.template.compiled import POINTS_PER_MM
from tests.labels.press.material import box, cut, face, order, printed_sheets, read

COUNT = 100
START = 7


@pytest.fixture(scope="module")
def job() -> tuple[list[LabelFace], bytes]:
    """A hundred labels from the seventh place on, in Chinese and in English."""
    faces = [
        face(number)
        if number % 2
        else face(number, name=f"Café No. {number}", name_en="", address=f"五马街 {number} 号")
        for number in range(COUNT)
    ]
    return faces, printed_sheets(faces, order(start=START)).pdf


@pytest.mark.parametrize("dpi", [203, 300])
def test_two_readers_find_each_code_in_its_cell_and_nothing_else(job: tuple[list[LabelFace], bytes], dpi: int) -> None:
    faces, pdf = job
    stock = STOCKS["a4-3x8"]
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    wrong = []
    for one, cell in zip(faces, cells(stock, COUNT, START), strict=True):
        label = cut(pages[cell.sheet], dpi, cell, stock)
        readers = (read(label), [symbol.data.decode() for symbol in pyzbar.decode(label)])
        if readers != ([one.url], [one.url]):
            wrong.append((cell, readers))
    assert wrong == []
    # As many symbols on the sheets as labels: none stands between the cells.
    assert sum(len(read(page)) for page in pages) == COUNT
    assert pages[0].crop(box(dpi, 0, 0, 210, 37)).getextrema() == (255, 255)


def test_the_words_printed_in_a_cell_are_those_of_its_label(job: tuple[list[LabelFace], bytes]) -> None:
    faces, pdf = job
    stock = STOCKS["a4-3x8"]
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage() for page in document]
    for number, (one, cell) in enumerate(zip(faces, cells(stock, COUNT, START), strict=True)):
        text = texts[cell.sheet].get_text_bounded(*_bounds(cell, stock))
        wanted = [
            printed(one.code), one.words["name"], one.words["address"], f"GC-{number:04d}",
            check_word(one.word, "zh-CN"), "qr.example.gov.cn", "此码从不要求付款 · Never asks for payment",
        ]  # fmt: skip
        assert [words for words in wanted if words not in text] == [], (number, text)
        assert text.count("GC-") == 1


def _bounds(cell: Cell, stock: Stock) -> tuple[float, float, float, float]:
    """The cell for pdfium: left, bottom, right, top in points from the page's lower left corner."""
    left, top = cell.left, stock.page_height - cell.top
    corners = (left, top - stock.label_height, left + stock.label_width, top)
    return tuple(value * POINTS_PER_MM for value in corners)
