"""The content of a PDF page read into SVG: what it draws becomes paths, its texts the shapes of their letters.

The operators are those that the stamp and the reference renderer write; anything else is refused, for a plate that
lacks something must not be made.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, Final

import pikepdf

from labels.stamp.drawing import (
    PLAIN,
    Box,
    Clip,
    Item,
    Kept,
    State,
    around,
    holds,
    matrix_of,
    shared,
    times,
    transform,
    union,
)
from labels.stamp.glyphs import Line, Outlines
from labels.stamp.ink import fill_of, hex_colour, is_grey, no_outlines, picture_address, stroke_of

# The height of a line of the bundled faces, in thousandths of an em: no letter is lower or higher.
_BELOW: Final = -300
_ABOVE: Final = 1200


class Reader:
    """Reads one content stream."""

    def __init__(self, kept: Kept, resources: Any, state: State) -> None:
        self.kept, self.resources, self.state = kept, resources, state
        self.stack: list[State] = []
        self.found: list[Item] = []
        self.path: list[str] = []
        self.xs: list[float] = []
        self.ys: list[float] = []
        self.upright = True
        self.clip = ""
        self.text = self.line = PLAIN

    def read(self, stream: Any) -> list[Item]:
        """The items of the stream."""
        for instruction in pikepdf.parse_content_stream(stream):
            name = str(instruction.operator)
            does = _DOES.get(name)
            if does is None:
                raise no_outlines(name)
            does(self, *instruction.operands)
        return self.found

    def keep(self) -> None:
        """``q``."""
        self.stack.append(copy.copy(self.state))

    def back(self) -> None:
        """``Q``."""
        if self.stack:
            self.state = self.stack.pop()

    def concat(self, *numbers: Any) -> None:
        """``cm``."""
        self.state.matrix = times(matrix_of(numbers), self.state.matrix)

    def to(self, letter: str, *numbers: Any) -> None:
        """``m``, ``l`` and ``c``."""
        self.path.append(letter + " ".join(map(str, numbers)))
        self.xs += map(float, numbers[::2])
        self.ys += map(float, numbers[1::2])
        self.upright = False

    def close(self) -> None:
        """``h``."""
        self.path.append("Z")

    def rectangle(self, x: Any, y: Any, width: Any, height: Any) -> None:
        """``re``."""
        self.upright = self.upright and not self.path
        self.path.append(f"M{x} {y}h{width}v{height}h{-width}z")
        self.xs += (float(x), float(x + width))
        self.ys += (float(y), float(y + height))

    def cut(self, rule: str) -> None:
        """``W`` and ``W*``: in force from the end of the path on."""
        self.clip = rule

    def paint(self, fill: str, stroke: bool) -> None:
        """The end of a path: fill rule or nothing, stroked or not, and the clip it makes."""
        path, state = "".join(self.path), self.state
        if path:
            local = (min(self.xs), min(self.ys), max(self.xs), max(self.ys))
            if fill:
                rule = ' fill-rule="evenodd"' if fill == "evenodd" else ""
                self.draw(
                    f'<path d="{path}"{fill_of(state)}{rule}{transform(state.matrix)}/>',
                    local,
                    grey=is_grey(state.fill, state.fill_alpha),
                )
            if stroke:
                half = state.width / 2
                wide = (local[0] - half, local[1] - half, local[2] + half, local[3] + half)
                self.draw(
                    f'<path d="{path}"{stroke_of(state)}{transform(state.matrix)}/>',
                    wide,
                    grey=is_grey(state.stroke, state.stroke_alpha),
                )
            if self.clip:
                upright = self.upright and (state.matrix[1] == state.matrix[2] == 0)
                made = Clip(path, state.matrix, self.clip, around(local, state.matrix), upright)
                state.clips = (*state.clips, made)
        self.path, self.xs, self.ys, self.upright, self.clip = [], [], [], True, ""

    def draw(self, svg: str, local: Box, *, grey: bool) -> None:
        """Add what is drawn, clipped where a clip cuts it."""
        box = around(local, self.state.matrix)
        for clip in reversed(self.state.clips):
            if not (clip.upright and holds(clip.box, box)):
                svg = self.kept.clipped(svg, clip)
                box = shared(box, clip.box)
        if box[0] <= box[2] and box[1] <= box[3]:
            self.found.append(Item(svg, box, grey))

    def colour(self, which: str, *numbers: Any) -> None:
        """``g``, ``rg``, ``k`` and their capitals: grey, red green blue, or the four inks."""
        setattr(self.state, which, hex_colour([float(number) for number in numbers]))

    def colour_space(self, name: Any) -> None:
        """``cs`` and ``CS``: only the plain ones."""
        if str(name) not in {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK"}:
            raise no_outlines(str(name))

    def graphics(self, name: Any) -> None:
        """``gs``: how much shows through."""
        for key, value in self.resources.ExtGState[name].items():
            if key in {"/ca", "/CA"}:
                setattr(self.state, "fill_alpha" if key == "/ca" else "stroke_alpha", float(value))
            elif not (key in {"/SMask", "/BM"} and str(value) in {"/None", "/Normal"}) and key in {"/SMask", "/BM"}:
                raise no_outlines(f"{key} {value}"[:40])

    def dash(self, lengths: Any, phase: Any) -> None:
        """``d``."""
        found = " ".join(str(length) for length in lengths)
        self.state.dash = f' stroke-dasharray="{found}" stroke-dashoffset="{phase}"' if found else ""

    def set(self, name: str, number: Any) -> None:
        """One number of the state."""
        setattr(self.state, name, type(getattr(self.state, name))(number))

    def begin(self) -> None:
        """``BT``."""
        self.text = self.line = PLAIN

    def font(self, name: Any, size: Any) -> None:
        """``Tf``."""
        font = self.resources.Font[name]
        if str(font.get("/Subtype")) != "/Type0" or str(font.get("/Encoding")) != "/Identity-H":
            raise no_outlines(f"font {font.get('/Subtype')}")
        if font.objgen not in self.kept.faces:
            self.kept.faces[font.objgen] = Outlines(font)
        self.state.font, self.state.size = self.kept.faces[font.objgen], float(size)

    def place(self, *numbers: Any) -> None:
        """``Tm``."""
        self.text = self.line = matrix_of(numbers)

    def next_line(self, x: Any, y: Any) -> None:
        """``Td``."""
        self.text = self.line = times((1, 0, 0, 1, float(x), float(y)), self.line)

    def show(self, pieces: Any) -> None:
        """``Tj`` and ``TJ``: a text as one path."""
        state = self.state
        if state.shown not in {0, 3}:  # filled, or there to be found only
            raise no_outlines(f"Tr {state.shown}")
        size = state.size or 1.0
        line = Line(state.font, lambda _glyph: state.letter / size * 1000)
        for piece in [pieces] if isinstance(pieces, pikepdf.String) else pieces:
            if isinstance(piece, pikepdf.String):
                line.show(bytes(piece))
            else:
                line.back(float(piece))
        scale = size / 1000
        matrix = times((scale * state.stretch, 0, 0, scale, 0, state.rise), times(self.text, state.matrix))
        if line.path and not state.shown:
            before, state.matrix = state.matrix, matrix
            svg = f'<path d="{line.path}"{fill_of(state)}{transform(matrix)}/>'
            self.draw(svg, (0, _BELOW, line.width, _ABOVE), grey=is_grey(state.fill, state.fill_alpha))
            state.matrix = before
        self.text = times((1, 0, 0, 1, line.width * scale * state.stretch, 0), self.text)

    def do(self, name: Any) -> None:
        """``Do``: a form or a picture."""
        drawn = self.resources.XObject[name]
        if str(drawn.Subtype) == "/Image":
            address = picture_address(drawn)
            flip = times((1, 0, 0, -1, 0, 1), self.state.matrix)
            fade = f' opacity="{self.state.fill_alpha:g}"' if self.state.fill_alpha < 1 else ""
            size = 'width="1" height="1" preserveAspectRatio="none"'
            self.draw(f'<image {size}{fade} href="{address}"{transform(flip)}/>', (0, 0, 1, 1), grey=True)
        else:
            self._form(drawn)

    def _form(self, form: Any) -> None:
        state = self.state
        group = "/Group" in form and state.fill_alpha < 1
        inside = copy.copy(state)
        inside.matrix, inside.clips = matrix_of(form.get("/Matrix", PLAIN)), ()
        if group:
            inside.fill_alpha = inside.stroke_alpha = 1.0
        key = (form.objgen, inside.inherited())
        if key not in self.kept.forms:
            left, bottom, right, top = (float(number) for number in form.BBox)
            path = f"M{left:g} {bottom:g}H{right:g}V{top:g}H{left:g}z"
            box = around((left, bottom, right, top), inside.matrix)
            inside.clips = (Clip(path, inside.matrix, "nonzero", box, upright=True),)
            resources = form.get("/Resources", self.resources)
            self.kept.forms[key] = Reader(self.kept, resources, inside).read(form)
        items = self.kept.forms[key]
        if items:
            fade = f' opacity="{state.fill_alpha:g}"' if group else ""
            svg = "".join(item.svg for item in items)
            grey = group or any(item.grey for item in items)
            self.draw(f"<g{fade}{transform(state.matrix)}>{svg}</g>", union(items), grey=grey)


def _nothing(*_: Any) -> None:
    """What marks content and draws none."""


def _shown_next(reader: Reader, text: Any) -> None:
    reader.next_line(0, -reader.state.leading)
    reader.show(text)


def _curve_on(reader: Reader, *numbers: Any) -> None:
    """``v``: the first point that bends the curve is where it begins."""
    reader.to("C", reader.xs[-1], reader.ys[-1], *numbers)


def _lead(reader: Reader, x: Any, y: Any) -> None:
    reader.state.leading = -float(y)
    reader.next_line(x, y)


def _painted(fill: str, *, stroke: bool = False, close: bool = False) -> Callable[[Reader], None]:
    def paint(reader: Reader) -> None:
        if close:
            reader.close()
        reader.paint(fill, stroke=stroke)

    return paint


def _number(name: str) -> Callable[[Reader, Any], None]:
    return lambda reader, number: reader.set(name, number)


def _colour(which: str) -> Callable[..., None]:
    return lambda reader, *numbers: reader.colour(which, *numbers)


_DOES: Final[Mapping[str, Callable[..., None]]] = {
    "q": Reader.keep, "Q": Reader.back, "cm": Reader.concat, "gs": Reader.graphics, "d": Reader.dash,
    "w": _number("width"), "J": _number("cap"), "j": _number("join"), "M": _number("miter"),
    "ri": _nothing, "i": _nothing, "BMC": _nothing, "BDC": _nothing, "EMC": _nothing, "MP": _nothing, "DP": _nothing,
    "m": lambda reader, *point: reader.to("M", *point), "l": lambda reader, *point: reader.to("L", *point),
    "c": lambda reader, *points: reader.to("C", *points), "v": _curve_on,
    "y": lambda reader, *points: reader.to("C", *points, *points[-2:]),
    "h": Reader.close, "re": Reader.rectangle,
    "W": lambda reader: reader.cut("nonzero"), "W*": lambda reader: reader.cut("evenodd"),
    "n": _painted(""), "f": _painted("nonzero"), "F": _painted("nonzero"), "f*": _painted("evenodd"),
    "S": _painted("", stroke=True), "s": _painted("", stroke=True, close=True),
    "B": _painted("nonzero", stroke=True), "B*": _painted("evenodd", stroke=True),
    "b": _painted("nonzero", stroke=True, close=True), "b*": _painted("evenodd", stroke=True, close=True),
    "g": _colour("fill"), "rg": _colour("fill"), "k": _colour("fill"), "sc": _colour("fill"), "scn": _colour("fill"),
    "G": _colour("stroke"), "RG": _colour("stroke"), "K": _colour("stroke"), "SC": _colour("stroke"),
    "SCN": _colour("stroke"), "cs": Reader.colour_space, "CS": Reader.colour_space,
    "BT": Reader.begin, "ET": _nothing, "Tf": Reader.font, "Tm": Reader.place, "Td": Reader.next_line,
    "TD": _lead, "T*": lambda reader: reader.next_line(0, -reader.state.leading),
    "Tj": Reader.show, "TJ": Reader.show, "'": _shown_next,
    "Tc": _number("letter"), "Tw": _nothing, "TL": _number("leading"), "Ts": _number("rise"), "Tr": _number("shown"),
    "Tz": lambda reader, percent: reader.set("stretch", float(percent) / 100), "Do": Reader.do,
}  # fmt: skip
