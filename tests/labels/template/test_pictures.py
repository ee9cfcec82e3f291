"""The pictures of the shipped templates in the documents, printed by the press itself so that they cannot grow old.

Rewritten where FACILITY_TEST_SCREENSHOTS=1; otherwise the labels are only printed and looked at.
"""

from __future__ import annotations

import os
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageOps

from labels.stock import STOCKS, Stock
from labels.template import shipped_templates
from tests.conftest import ROOT
from tests.labels.press.material import order, read
from tests.labels.template.material import face_with, pressed, words_for

WIDE = 900
EDGE = (200, 207, 205)
PRINTED_ON = {
    "asset-card": "a4-2x5-cards", "bridge-plate": "plate-150x100", "door-poster": "a5-poster",
    "garbage-notice": "a4-notice", "sheet-label": "a4-3x8", "tree-tag": "tag-80x45",
}  # fmt: skip
DISTRICT = {"district_zh": "鹿城区", "district_en": "Lucheng District"}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where pictures go: into the documents when asked for, else away."""
    return ROOT / "docs/screenshots" if os.environ.get("FACILITY_TEST_SCREENSHOTS") == "1" else tmp_path


def _picture(pdf: bytes, stock: Stock) -> Image.Image:
    """The first label in colour, cut along its edge."""
    scale = WIDE / stock.label_width
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=scale * 25.4 / 72).to_pil()
    left, top = ((margin + stock.extra) * scale for margin in (stock.margin_left, stock.margin_top))
    return page.crop((round(left), round(top), round(left) + WIDE, round(top + stock.label_height * scale)))


@pytest.mark.parametrize("key", shipped_templates())
def test_the_picture_of_the_template(key: str, shelf: Path) -> None:
    template, stock = shipped_templates()[key], STOCKS[PRINTED_ON[key]]
    one = face_with(words_for(template) | DISTRICT, photo="flat")
    image = _picture(pressed([one], order(stock, template=key)).pdf, stock)
    assert read(image) == [one.url]
    file = shelf / f"template-{key}.png"
    ImageOps.expand(image, 1, EDGE).save(file, optimize=True)
    assert file.stat().st_size < 400_000
