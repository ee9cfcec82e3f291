"""Where the parts of a page are, read from WeasyPrint's layout tree, and its PDF without the marked texts.

The tree is no public interface of WeasyPrint: its version is pinned, and every name of the tree that is used stands in
this file. What is read here is proved pixel by pixel against WeasyPrint's own page (tests/labels/stamp).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from typing import Any, Final

from foundation.pdf.fonts import FAMILY, FontFile
from foundation.pdf.render import Files, shut_off

POINTS_PER_PIXEL: Final = 0.75
# Elements that carry one of these are reported; texts and pictures of the first two are left out of the PDF.
MARKS: Final = ("data-field", "data-photo", "data-symbol", "data-stack")
_HIDDEN: Final = "[data-field], [data-photo], [data-symbol] { visibility: hidden !important }"
# What a style may not ask of a text that is set apart from WeasyPrint, and the value it must keep.
_PLAIN: Final[Mapping[str, object]] = {
    "font_style": "normal",
    "font_stretch": "normal",
    "font_variant_caps": "normal",
    "font_feature_settings": "normal",
    "text_transform": "none",
    "text_decoration_line": "none",
    "word_spacing": 0,
    "direction": "ltr",
    "opacity": 1,
}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text is set: sizes in points, spacing, ascent and descent in ems, colours from 0 to 1."""

    size: float
    weight: int
    line: float
    line_scales: bool
    align: str
    spacing: float
    colour: tuple[float, float, float]
    lang: str
    ascent: float
    descent: float

    def line_height(self, size: float) -> float:
        """The height of one line at a type size, in points."""
        return self.line * size / self.size if self.line_scales else self.line

    def baseline(self, size: float) -> float:
        """How far below the top of its line the baseline is at a type size, in points (CSS 2.1, 10.8.1)."""
        leading = self.line_height(size) - (self.ascent + self.descent) * size
        return leading / 2 + self.ascent * size


@dataclass(frozen=True, slots=True)
class Part:
    """One marked element: its content box in points from the page's upper left corner, and its ``data-`` attributes.

    ``style`` is there for texts; ``inside`` is the place of its stack in the list of parts, or None.
    ``inline_baseline`` is that of a text that goes on to the end of the line it stands in, in points from the page's
    top, and ``followed`` says that something stands behind it there. ``why_not`` says what of its style only WeasyPrint
    can draw.
    """

    data: Mapping[str, str]
    left: float
    top: float
    width: float
    height: float
    style: TextStyle | None = None
    inside: int | None = None
    inline_baseline: float | None = None
    followed: bool = False
    why_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A page laid out once: its PDF without the marked texts, its size in points, and its marked parts in order."""

    pdf: bytes = field(repr=False)
    pages: int
    width: float
    height: float
    parts: tuple[Part, ...]


def lay_out(
    html: str, *, fonts: Iterable[FontFile] = (), files: Files | None = None, variant: str | None = None
) -> Layout:
    """Lay out one self-contained HTML page and read its marked parts; ``variant`` such as ``pdf/a-2u``.

    Raises OutsideAddress where the page asks for anything that is not a given font, and StartRefused where the
    system's text libraries are missing.
    """
    hidden = html.replace("</head>", f"<style>{_HIDDEN}</style></head>", 1)
    with shut_off(hidden, fonts, files) as page:
        document = page.render(pdf_variant=variant)
        root: Any = document.pages[0]._page_box
        parts = tuple(_Reader(root).parts)
        pdf: bytes = document.write_pdf(pdf_variant=variant)
    return Layout(pdf, len(document.pages), _points(root.width), _points(root.height), parts)


def _points(pixels: float) -> float:
    return pixels * POINTS_PER_PIXEL


class _Reader:
    """Walks the layout tree of one page."""

    def __init__(self, root: Any) -> None:
        self.parts: list[Part] = []
        self._seen: set[int] = set()
        self._walk(root, None, None, None, ())

    def _walk(self, box: Any, stack: int | None, line: Any, block: Any, why: tuple[str, ...]) -> None:
        kind = type(getattr(box, "_box", box)).__name__
        why = why + tuple(_why_not_around(box)) if getattr(box, "style", None) is not None else why
        if kind == "LineBox":
            line = box
        elif _width(box) is not None and kind not in {"InlineBox", "TextBox"}:
            line, block = None, box
        data = _marks_of(box)
        if data and id(box.element) not in self._seen:
            self._seen.add(id(box.element))
            self.parts.append(self._part(box, data, stack, line, block, why))
            if "data-stack" in data:
                stack = len(self.parts) - 1
        for child in getattr(box, "children", None) or ():
            self._walk(child, stack, line, block, why)

    def _part(
        self, box: Any, data: dict[str, str], stack: int | None, line: Any, block: Any, why: tuple[str, ...]
    ) -> Part:
        left, top = box.content_box_x(), box.content_box_y()
        width, height = box.width, box.height
        if line is not None:  # goes on to the end of its line
            width = block.content_box_x() + block.width - left
            top, height = line.position_y, line.height
        baseline = None if line is None else _points(line.position_y + line.baseline)
        style, followed = None, False
        if "data-field" in data:
            style, own = _style(box, line)
            followed = line is not None and _followed(box, line)
            why = (*why, *own)
        return Part(
            data, _points(left), _points(top), _points(width), _points(height),
            style=style, inside=stack, inline_baseline=baseline, followed=followed, why_not=why,
        )  # fmt: skip


def _followed(box: Any, line: Any) -> bool:
    """Whether anything that takes room stands behind the text of an element in its line."""
    *_, last = _leaves(box)
    behind = dropwhile(lambda leaf: leaf is not last, _leaves(line))
    return any(leaf.width > 0 for leaf in islice(behind, 1, None))


def _leaves(box: Any) -> Iterator[Any]:
    """What stands in a line, in its order: texts, and boxes that are not opened; not what is placed elsewhere."""
    if type(box).__name__ not in {"LineBox", "InlineBox"}:
        yield box
        return
    for child in box.children:
        if not hasattr(child, "_box") and child.is_in_normal_flow():
            yield from _leaves(child)


def _width(box: Any) -> Any:
    return getattr(box, "width", None)


def _marks_of(box: Any) -> dict[str, str]:
    element = getattr(box, "element", None)
    if element is None or not hasattr(element, "attrib") or not any(mark in element.attrib for mark in MARKS):
        return {}
    return {name: value for name, value in element.attrib.items() if name.startswith("data-")}


def _style(box: Any, line: Any) -> tuple[TextStyle, list[str]]:
    style = box.style
    text = next(_texts(box), None)
    line_box = line if line is not None else next(_lines(box), None)
    if text is None or line_box is None:
        raise LookupError("a marked text without a line")
    size, given = style["font_size"], style["line_height"]
    scales = given == "normal" or not hasattr(given, "value")
    own = text.height if given == "normal" else given * size if scales else given.value
    made = TextStyle(
        size=_points(size),
        weight=round(style["font_weight"]),
        line=_points(own),
        line_scales=scales,
        align={"start": "left", "end": "right", "justify": "left"}.get(
            style["text_align_all"], style["text_align_all"]
        ),
        spacing=style["letter_spacing"] / size if style["letter_spacing"] != "normal" else 0.0,
        colour=_colour(style["color"]),
        lang=style["lang"] or "",
        # The tree counts a text's baseline from the top of its line, half the leading above the face's own top.
        ascent=(text.baseline - (own - text.height) / 2) / size,
        descent=(text.height - text.baseline + (own - text.height) / 2) / size,
    )
    return made, list(_why_not(style))


def _texts(box: Any) -> Iterator[Any]:
    if type(box).__name__ == "TextBox":
        yield box
    for child in getattr(box, "children", None) or ():
        yield from _texts(child)


def _lines(box: Any) -> Iterator[Any]:
    if type(box).__name__ == "LineBox":
        yield box
    for child in getattr(box, "children", None) or ():
        yield from _lines(child)


def _colour(colour: Any) -> tuple[float, float, float]:
    red, green, blue = colour.to("srgb").coordinates
    return (round(red, 4), round(green, 4), round(blue, 4))


def _why_not(style: Any) -> Iterator[str]:
    """What of a text's style only WeasyPrint can draw."""
    if style["font_family"][0] != FAMILY:
        yield f"font-family: {style['font_family'][0]}"
    yield from (
        f"{name.replace('_', '-')}: {style[name]}" for name, plain in _PLAIN.items() if not _is(style[name], plain)
    )


def _why_not_around(box: Any) -> Iterator[str]:
    """What around a marked part moves or fades it: only WeasyPrint can draw that."""
    style = box.style
    if style["transform"]:
        yield "transform"
    if style["opacity"] != 1:
        yield f"opacity: {style['opacity']}"


def _is(value: object, plain: object) -> bool:
    return value == plain or (isinstance(value, frozenset | set | tuple) and plain == "none" and not value)
