"""The labels that are measured: five texts beside a symbol, drawn alike by everybody who is measured."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labels.press import PrintOrder
    from labels.sheet import LabelFace

PREFIX = "HTTPS://QR.EXAMPLE.GOV.CN/A/"
SHEET = "a4-3x8"
SEED = 20261124
SYMBOL_MM, SYMBOL_LEFT, SYMBOL_TOP = 25.0, 2.5, 6.0


@dataclass(frozen=True)
class Spot:
    """One text of the measured label: its field, place and width in millimetres, type in points, most lines."""

    field: str
    left: float
    top: float
    width: float
    size: float
    line: float
    bold: bool
    lines: int


# Five fields in Chinese and English and two weights on 70 × 37 mm, beside a symbol of 25 mm with its quiet zone.
SPOTS = (
    Spot("name", 29.5, 4.0, 38.0, 10.0, 12.0, True, 2),
    Spot("name_en", 29.5, 13.2, 38.0, 6.5, 8.0, False, 2),
    Spot("address", 29.5, 19.4, 38.0, 6.5, 8.0, False, 2),
    Spot("asset_code", 29.5, 25.6, 38.0, 6.5, 8.0, False, 1),
    Spot("code", 29.5, 29.0, 38.0, 10.0, 12.0, True, 1),
)
_MANIFEST = """key = "bench"
zh = "五项标签"
en = "Five fields"
[size]
width_mm = 70
height_mm = 37
[symbol]
level = "Q"
below_mm = 12.0
[use]
distance_mm = 150
"""


def css_of(spot: Spot) -> str:
    """The place and type of a text as CSS, the same for every renderer of HTML."""
    return (
        f".{spot.field} {{ position: absolute; left: {spot.left}mm; top: {spot.top}mm; width: {spot.width}mm;"
        f" height: {spot.line * spot.lines}pt; font-size: {spot.size}pt; line-height: {spot.line}pt;"
        f" font-weight: {700 if spot.bold else 400} }}"
    )


def order_of(shipped: bool = False) -> PrintOrder:
    """The five-field label on the sheet of 24, or the one that ships."""
    from labels.press import PrintOrder
    from labels.stock import STOCKS
    from labels.template import read_template, shipped_template

    place = f".qr {{ position: absolute; left: {SYMBOL_LEFT}mm; top: {SYMBOL_TOP}mm }}"
    html = '<div class="qr" data-symbol></div>' + "".join(
        f'<p class="{spot.field}" data-lines="{spot.lines}" data-sizes="1/{spot.lines}">{{{{ {spot.field} }}}}</p>'
        for spot in SPOTS
    )
    css = "\n".join([place, *map(css_of, SPOTS)])
    files = {"manifest.toml": _MANIFEST, "label.html": html, "label.css": css}
    template = shipped_template("sheet-label") if shipped else read_template({k: v.encode() for k, v in files.items()})
    return PrintOrder(template, STOCKS[SHEET], PREFIX)


def words_of(number: int) -> dict[str, str]:
    """The words of the label of that number; nearly all differ from label to label, as a district's do."""
    road = ("解放路", "人民东路", "五马街", "滨江大道环城辅道")[number % 4]
    road_en = ("Jiefang Road", "Renmin East Road", "Wuma Street", "Riverside Avenue ring side road")[number % 4]
    return {
        "kind": "公共厕所 Public toilet",
        "name": f"{road}{number}号公共厕所",
        "name_en": f"{road_en} {number} public toilet",
        "address": f"鹿城区望海街道{road}{number % 900 + 1}号",
        "asset_code": f"GC-{number:06d}",
        "owner": f"0577-{number % 90:02d}00110 鹿城区环卫中心",
    }


def faces(count: int) -> Iterator[LabelFace]:
    """The labels, the same in every process."""
    from foundation.codes import RANDOM_BYTES, new_code
    from labels.sheet import LabelFace

    dice = random.Random(SEED)
    for number in range(count):
        code = new_code(dice.randbytes(RANDOM_BYTES))
        yield LabelFace(code, PREFIX + code, number % 1024, words_of(number), asset=f"GC-{number:06d}")
