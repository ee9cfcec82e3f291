"""A template laid out once for a stock: the furniture, and where each field, the symbol and the photo go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from foundation.errors import Invalid
from foundation.pdf import (
    POINTS_PER_INCH,
    FontFile,
    Layout,
    OutsideAddress,
    Part,
    TextStyle,
    font_face_css,
    lay_out,
    lay_out_apart,
    text_measure,
)
from foundation.translation import N_
from labels.qr import QUIET_MODULES
from labels.sheet.fit import Fitter, Slot, read_sizes, usual_sizes
from labels.stock import MM_PER_INCH, Stock
from labels.template.binding import FROM_CODE
from labels.template.document import SCHEME, Measures, Place, picture_files, sample_html
from labels.template.source import Template

POINTS_PER_MM: Final = POINTS_PER_INCH / MM_PER_INCH
PDF_A: Final = "pdf/a-2u"
_OUTSIDE: Final = 0.6  # points by which a part may stand over the label's edge, lost to rounding


@dataclass(frozen=True, slots=True)
class TextPart:
    """A field of the compiled template: its slot for fitting, and its part of the layout with its style and stack."""

    slot: Slot
    part: Part
    style: TextStyle
    stack: int | None

    @property
    def face_weight(self) -> int:
        """The weight of the face that is drawn: the two bundled ones stand for all weights."""
        return 700 if self.style.weight >= 600 else 400

    @property
    def place(self) -> Place:
        """Its place as the reference renderer keeps it."""
        return Place(
            spacing=self.slot.spacing,
            inline=self.part.inline_baseline is not None,
            height=self.part.height if self.stack is None else 0.0,
        )


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template laid out for one stock and one size of symbol. Lengths in points, from the label's upper left corner.

    ``reasons`` says what only the reference renderer can draw; where it is empty, labels can be stamped.
    """

    template: Template
    stock: Stock
    sizes: Measures
    layout: Layout
    texts: tuple[TextPart, ...]
    symbol: tuple[float, float, float]
    photo: tuple[float, float, float, float] | None
    reasons: tuple[str, ...]

    @property
    def module(self) -> float:
        """One module of the symbol in millimetres."""
        return self.sizes.module

    def fitter(self, fonts: Sequence[FontFile]) -> Fitter:
        """A fitter for one job."""
        by_weight = {font.weight: text_measure(font) for font in fonts}
        members: dict[int, list[int]] = {}
        for number, text in enumerate(self.texts):
            if text.stack is not None:
                members.setdefault(text.stack, []).append(number)
        return Fitter(
            slots=[text.slot for text in self.texts],
            measures=[by_weight[text.face_weight] for text in self.texts],
            stacks={stack: self.layout.parts[stack].height for stack in members},
            members=members,
        )


def variant_of(template: Template, stock: Stock) -> str | None:
    """The kind of PDF that template or stock asks for; None is any."""
    return PDF_A if template.manifest.pdf_a or stock.pdf_a else None


def _laid_out(html: str, template: Template, stock: Stock, fonts: Sequence[FontFile]) -> Layout:
    """What ships is laid out here; what an operator has written, in a process of its own with an end to it."""
    lay = lay_out_apart if template.revision else lay_out
    try:
        return lay(html, fonts=fonts, files=picture_files(template), variant=variant_of(template, stock))
    except OutsideAddress as error:
        raise Invalid(
            N_("The template asks for “{address}”. It reaches no file and no host; its own pictures are {scheme}NAME."),
            code="template_outside",
            address=str(error)[:120],
            scheme=SCHEME,
        ) from error


def compile_template(
    template: Template, stock: Stock, modules: int, fonts: Sequence[FontFile], *, title: str
) -> Compiled:
    """Lay the template out for a stock, whose symbols have so many modules without their quiet zone.

    Raises Invalid where the label is too small for the template or its symbol, or a field has no room.
    """
    sizes = measure(template, stock, modules)
    html = sample_html(template, sizes, font_face_css(fonts), title)
    layout = _laid_out(html, template, stock, fonts)
    if layout.pages != 1:
        raise Invalid(N_("The template runs over onto {pages} pages."), code="template_overflow", pages=layout.pages)
    edge = sizes.bleed * POINTS_PER_MM
    texts, reasons = _texts(layout, template)
    full = modules + 2 * QUIET_MODULES
    symbol = _on_dots(_symbol(layout, edge), stock, full)
    side = symbol[2] / POINTS_PER_MM
    _check_inside(layout, sizes, edge)
    return Compiled(
        template=template,
        stock=stock,
        sizes=replace(sizes, symbol=side, module=side / full),
        layout=layout,
        texts=texts,
        symbol=symbol,
        photo=_photo(layout, edge),
        reasons=reasons,
    )


def measure(template: Template, stock: Stock, modules: int) -> Measures:
    """The sizes of a label of the stock. Raises Invalid where it does not suit, or the modules get too small."""
    manifest = template.manifest
    if not manifest.takes(stock.label_width, stock.label_height):
        raise Invalid(
            N_("The template {template} does not fit labels of {width} × {height} mm: choose another stock."),
            code="template_size",
            template=template.key,
            width=f"{stock.label_width:g}",
            height=f"{stock.label_height:g}",
        )
    full = modules + 2 * QUIET_MODULES
    module = min(
        (stock.label_height - manifest.below) / full, (stock.label_width - manifest.beside) / full, manifest.most_module
    )
    if stock.dpi:  # a printer of few dots draws even modules only where each is a whole number of dots
        module = int(module * stock.dpi / MM_PER_INCH + 0.001) / stock.dpi * MM_PER_INCH
    if module < manifest.least_module:
        raise Invalid(
            N_("The public address is too long for the stock {stock}: use a shorter host or larger labels."),
            code="symbol_too_dense",
            stock=stock.key,
        )
    module = round(module, 4)
    side, scale = module * full, 1.0
    if manifest.drawn:
        beside, symbol = manifest.drawn
        scale = max(1.0, min((stock.label_width - side) / beside, side / symbol, _MOST_SCALE))
    return Measures(stock.label_width, stock.label_height, side, module, scale, stock.bleed)


_MOST_SCALE: Final = 1.6


def _texts(layout: Layout, template: Template) -> tuple[tuple[TextPart, ...], tuple[str, ...]]:
    made: list[TextPart] = []
    reasons: list[str] = []
    for part in layout.parts:
        if part.style is None:
            continue
        if part.followed:
            raise Invalid(
                N_("Something stands behind the field {name}: a field is alone in its element or ends its line."),
                code="template_field",
                name=part.data["data-field"],
            )
        reasons += [f"{part.data['data-field']}: {why}" for why in part.why_not]
        made.append(TextPart(_slot(part, part.style, layout), part, part.style, part.inside))
    if len(made) != template.bound.texts:
        raise Invalid(
            N_("A field of the template is not shown: every field needs a place of its own."), code="template_field"
        )
    return tuple(made), tuple(reasons)


def _slot(part: Part, style: TextStyle, layout: Layout) -> Slot:
    data, name = part.data, part.data["data-field"]
    around = layout.parts[part.inside] if part.inside is not None else part
    inline = part.inline_baseline is not None
    height = style.line_height(style.size) if inline else max(around.height, style.line_height(style.size) * 0.999)
    try:
        lines = 1 if inline else int(data.get("data-lines", 0))
        lines = lines or (2 if part.inside is not None else max(1, int(height / style.line_height(style.size) + 0.02)))
        sizes = read_sizes(data["data-sizes"]) if "data-sizes" in data else usual_sizes(lines)
        rank = int(data.get("data-rank", 0))
    except ValueError as error:
        raise Invalid(
            N_("data-sizes, data-lines or data-rank of the field {name} cannot be read."),
            code="template_field",
            name=name,
        ) from error
    return Slot(
        field=name,
        width=part.width,
        height=height,
        size=style.size,
        line=style.line,
        line_scales=style.line_scales,
        sizes=tuple((ratio, min(count, 1)) for ratio, count in sizes) if inline else sizes,
        spacing=style.spacing,
        rank=rank,
        first="data-first" in data,
        # What a person compares letter by letter is never cut.
        whole="data-whole" in data or name in FROM_CODE,
    )


def _symbol(layout: Layout, edge: float) -> tuple[float, float, float]:
    part = next((part for part in layout.parts if "data-symbol" in part.data), None)
    if part is None or min(part.width, part.height) <= 0:
        raise Invalid(
            N_("The QR code has no place on the label: the element with data-symbol is not shown."),
            code="template_symbol",
        )
    side = min(part.width, part.height)
    return part.left - edge, part.top - edge, side


def _on_dots(place: tuple[float, float, float], stock: Stock, full: int) -> tuple[float, float, float]:
    """The symbol made so much smaller in its place that its modules are whole dots of the stock's printer; it is
    ``full`` modules wide with its quiet zone.
    """
    left, top, side = place
    dots = int(side / full * stock.dpi / POINTS_PER_INCH + _ROUNDING)
    if not dots:
        return place
    smaller = dots * full * POINTS_PER_INCH / stock.dpi
    return left + (side - smaller) / 2, top + (side - smaller) / 2, smaller


_ROUNDING: Final = 0.02  # of a dot, lost where lengths were rounded to a ten-thousandth of a millimetre


def _photo(layout: Layout, edge: float) -> tuple[float, float, float, float] | None:
    part = next((part for part in layout.parts if "data-photo" in part.data), None)
    return None if part is None else (part.left - edge, part.top - edge, part.width, part.height)


def _check_inside(layout: Layout, sizes: Measures, edge: float) -> None:
    """Everything bound stands on the label itself, or it would be cut off or printed on the neighbour."""
    right, bottom = edge + sizes.width * POINTS_PER_MM + _OUTSIDE, edge + sizes.height * POINTS_PER_MM + _OUTSIDE
    for part in layout.parts:
        inside = part.inside is not None or (
            part.left >= edge - _OUTSIDE
            and part.top >= edge - _OUTSIDE
            and part.left + part.width <= right
            and part.top + part.height <= bottom
        )
        name = part.data.get("data-field") or next(
            (mark for mark in ("data-symbol", "data-photo") if mark in part.data), ""
        )
        if not inside and name:
            raise Invalid(N_("{name} stands outside the label."), code="template_overflow", name=name)
        if part.width <= 0 and name:
            raise Invalid(N_("{name} has no room on the label."), code="template_overflow", name=name)


_KEPT: Final[dict[tuple[object, ...], Compiled]] = {}
_MOST_KEPT: Final = 64


def kept_template(template: Template, stock: Stock, modules: int, fonts: tuple[FontFile, ...], title: str) -> Compiled:
    """``compile_template``, kept: a revision of a template is laid out for a stock once in the life of the program."""
    # A draft keeps its number when its files change, whichever of them.
    key = (template.name, hash(tuple(sorted(template.files.items()))), stock, modules, title)
    found = _KEPT.get(key)
    if found is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[key] = compile_template(template, stock, modules, fonts, title=title)
    return found
