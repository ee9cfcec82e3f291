"""The HTML that is laid out: one label with samples, or whole sheets as the reference renderer draws them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from labels.sheet.fit import Setting
from labels.stock import Cell, Stock
from labels.template.binding import SAMPLE
from labels.template.source import PICTURES, Template

# Pictures of a template are named by this scheme, in ``src`` and in ``url()``; nothing else is ever fetched.
SCHEME: Final = "template:"


@dataclass(frozen=True, slots=True)
class Measures:
    """The sizes a template's CSS may use, in millimetres: as ``--width``, ``--height``, ``--symbol``, ``--module``,
    ``--bleed``; and ``--scale``, how much larger than the template's least label this one is.
    """

    width: float
    height: float
    symbol: float
    module: float
    scale: float
    bleed: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """What a field's place is on every label: letter spacing (ems), whether it is the end of a line, and its height in
    points, which it keeps whatever stands in it; 0 in a stack, where it is as high as its text.
    """

    spacing: float
    inline: bool
    height: float


@dataclass(frozen=True, slots=True)
class Filled:
    """One label for the reference renderer: settings by field number, symbol, photo."""

    settings: tuple[Setting, ...]
    path: str
    modules: int
    photo: str = ""


def sample_html(template: Template, sizes: Measures, font_faces: str, title: str) -> str:
    """One label with samples in its fields, on a page of its own size with its bleed around."""
    width, height = sizes.width + 2 * sizes.bleed, sizes.height + 2 * sizes.bleed
    label = _label(template.bound.sample(), sizes.bleed, sizes.bleed)
    return _page(template, sizes, font_faces, title, (width, height), f'<section class="sheet">{label}</section>')


def sheets_html(
    template: Template,
    sizes: Measures,
    stock: Stock,
    places: Sequence[Place],
    placed: Iterable[tuple[Cell, Filled]],
    font_faces: str,
    title: str,
) -> str:
    """Whole sheets with every label's own words, for the reference renderer; bleed and crop marks have their room."""
    extra = stock.extra
    sheets: dict[int, list[str]] = {}
    for cell, filled in placed:
        html = _label(_fill(template, places, filled), cell.left + extra, cell.top + extra)
        sheets.setdefault(cell.sheet, []).append(html)
    body = "".join(f'<section class="sheet">{"".join(labels)}</section>' for labels in sheets.values())
    page = (stock.page_width + 2 * extra, stock.page_height + 2 * extra)
    return _page(template, sizes, font_faces, title, page, body)


def picture_files(template: Template) -> Mapping[str, tuple[bytes, str]]:
    """The template's pictures by address, each with its media type."""
    return {SCHEME + name: (data, PICTURES["." + name.rpartition(".")[2]]) for name, data in template.pictures.items()}


def _label(html: str, left: float, top: float) -> str:
    return f'<div class="label" style="left:{left:.4f}mm;top:{top:.4f}mm">{html}</div>'


def _fill(template: Template, places: Sequence[Place], filled: Filled) -> str:
    def put(sort: str, number: int) -> str:
        if sort == "q":
            return f'<svg viewBox="0 0 {filled.modules} {filled.modules}"><path d="{filled.path}"/></svg>'
        if sort == "p":
            return f'<img src="{escape(filled.photo)}" alt="">' if filled.photo else ""
        place, setting = places[number], filled.settings[number]
        if sort == "s":
            return "" if place.height or setting.lines else ' style="display:none"'
        return _text(place, setting)

    return template.bound.filled(put)


def _text(place: Place, setting: Setting) -> str:
    """A text in an element of its own, so that its size changes nothing of the field's: what stands below stays."""
    style = f"font-size:{setting.size:.5f}pt;letter-spacing:{place.spacing:.5f}em"
    held = ""
    if place.inline:  # a sample that takes no width and is not seen makes the line as high as it was laid out
        held = f'<x-held style="display:inline-block;width:0;visibility:hidden">{SAMPLE}</x-held>'
        style = f"line-height:0;{style}"
    else:
        style = f"display:block;{f'height:{place.height:.5f}pt;' if place.height else ''}{style}"
    lines = "<br>".join(escape(line, quote=False) for line in setting.lines)
    return f'{held}<x-text style="{style}">{lines}</x-text>'


def _page(
    template: Template, sizes: Measures, font_faces: str, title: str, page: tuple[float, float], body: str
) -> str:
    root = "".join(
        f"--{name}:{value:.4f}mm;"
        for name, value in (
            ("width", sizes.width), ("height", sizes.height), ("symbol", sizes.symbol), ("module", sizes.module),
            ("bleed", sizes.bleed),
        )
    )  # fmt: skip
    return _DOCUMENT.format(
        title=escape(title),
        fonts=font_faces,
        width=page[0],
        height=page[1],
        root=f"{root}--scale:{sizes.scale:.5f};",
        label_width=sizes.width,
        label_height=sizes.height,
        css=template.css,
        body=body,
    )


# The label's own box comes before the template's CSS; its texts never break a line by themselves.
_DOCUMENT: Final = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
{fonts}
@page {{ size: {width:.4f}mm {height:.4f}mm; margin: 0 }}
:root {{ {root} }}
html {{ font-family: "Facility Sans"; font-size: calc(var(--scale) * 1pt); line-height: 1.2; color: #000 }}
body, p, h1, h2, h3, ul, ol, dl, dd, figure {{ margin: 0; padding: 0; font-size: inherit; font-weight: inherit }}
.sheet {{ position: relative; width: {width:.4f}mm; height: {height:.4f}mm; overflow: hidden }}
.sheet + .sheet {{ break-before: page }}
.label {{ position: absolute; width: {label_width:.4f}mm; height: {label_height:.4f}mm }}
[data-field] {{ white-space: nowrap }}
[data-symbol], [data-photo] {{ display: block }}
[data-symbol] {{ width: var(--symbol); height: var(--symbol) }}
[data-symbol] svg {{ display: block; width: 100%; height: 100% }}
[data-photo] img {{ display: block; width: 100%; height: 100%; object-fit: cover }}
</style><style>
{css}
</style></head><body>{body}</body></html>"""
