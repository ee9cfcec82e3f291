"""Sheets of stamped labels: each the template's furniture, its own texts and its symbol as one path."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from foundation.pdf import POINTS_PER_INCH, FontFile, Part, TextStyle
from labels.qr import SymbolTable, path_operators
from labels.sheet.face import LabelFace
from labels.sheet.fit import Fitter, Setting
from labels.stamp.fonts import embed_face
from labels.stamp.page import Shift, correction, crop_marks, page_boxes, page_size
from labels.stamp.shaping import Face, open_face
from labels.stamp.streams import packed_stream
from labels.stock import Cell
from labels.template.compiled import POINTS_PER_MM, Compiled, TextPart


@dataclass(frozen=True, slots=True)
class _Text:
    """What of a field's style is the same for every label."""

    part: Part
    style: TextStyle
    face: Face
    font: str
    paint: str
    stack: int | None


@dataclass(slots=True)
class Stamper:
    """Stamps one job. ``add`` sheets in order, then ``save``; the memory grows by what a sheet takes in the file."""

    compiled: Compiled
    table: SymbolTable
    fonts: Sequence[FontFile]
    shift: Shift = field(default_factory=Shift)
    fitter: Fitter = field(init=False)
    _pdf: Pdf = field(init=False)
    _faces: dict[int, Face] = field(init=False)
    _texts: list[_Text] = field(init=False)
    _furniture: Any = field(init=False)
    _kids: list[Any] = field(init=False)
    _shared: Any = field(init=False)

    def __post_init__(self) -> None:
        """Open the template's own PDF, whose metadata the job keeps, and take its page as the furniture."""
        self._pdf = Pdf.open(io.BytesIO(self.compiled.layout.pdf))
        self._furniture = self._pdf.pages[0].as_form_xobject()
        self._faces = {font.weight: open_face(font) for font in self.fonts}
        self._texts = [self._text(text) for text in self.compiled.texts]
        self.fitter = self.compiled.fitter(self.fonts)
        self._kids = []
        self._shared = self._pdf.make_indirect(Dictionary(Font=Dictionary(), XObject=Dictionary(L=self._furniture)))

    def _text(self, text: TextPart) -> _Text:
        weight, (red, green, blue) = text.face_weight, text.style.colour
        paint = f"{red:.4g} {green:.4g} {blue:.4g} rg " if red or green or blue else ""
        return _Text(text.part, text.style, self._faces[weight], f"/F{weight}", paint, text.stack)

    def add(self, placed: Iterable[tuple[Cell, LabelFace]], photos: Mapping[str, bytes] | None = None) -> None:
        """One sheet of labels in their cells; ``photos`` are JPEG by the faces' ``photo``."""
        stock, extra = self.compiled.stock, self.compiled.stock.extra
        _, height = page_size(stock)
        edge = self.compiled.sizes.bleed * POINTS_PER_MM
        furniture = f"q 1 0 0 1 {-edge:.3f} {-edge:.3f} cm\n/L Do\nQ\n" if edge else "/L Do\n"
        moved = correction(stock, self.shift)
        made = [f"q {moved}" if moved else ""]
        resources = self._shared
        named: dict[str, str] = {}
        for cell, face in placed:
            left = (cell.left + extra) * POINTS_PER_MM
            bottom = height - (cell.top + extra + stock.label_height) * POINTS_PER_MM
            made.append(f"q 1 0 0 1 {left:.3f} {bottom:.3f} cm\n{furniture}")
            if (place := self.compiled.photo) and face.photo and photos and face.photo in photos:
                named[face.photo] = named.get(face.photo) or f"/P{len(named)}"
                made.append(self._photo(place, named[face.photo], photos[face.photo]))
            made.append(self._symbol(face, left, bottom))
            made.append("BT\n" + "".join(self._written(face)) + "ET\nQ\n")
        made += [crop_marks(stock), "Q\n" if moved else ""]
        if named and photos:
            resources = self._with_photos(named, photos)
        self._kids.append(self._page("".join(made), resources))

    def _symbol(self, face: LabelFace, left: float, bottom: float) -> str:
        x, top, side = self.compiled.symbol
        y = self.compiled.stock.label_height * POINTS_PER_MM - top - side
        if dpi := self.compiled.stock.dpi:  # on the printer's own dots, or modules would differ by one
            dot = POINTS_PER_INCH / dpi
            x, y = round((left + x) / dot) * dot - left, round((bottom + y) / dot) * dot - bottom
        module = self.compiled.module * POINTS_PER_MM
        bits = self.table.bits(face.code)
        return f"q {module:.5f} 0 0 {module:.5f} {x:.4f} {y:.4f} cm\n{path_operators(self.table, bits)}f\nQ\n"

    def _written(self, face: LabelFace) -> Iterator[str]:
        settings = self.fitter.set_texts(face.words)
        edge = self.compiled.sizes.bleed * POINTS_PER_MM
        height = self.compiled.stock.label_height * POINTS_PER_MM + edge
        fallen: dict[int, float] = {}
        painted = ""
        for text, setting in zip(self._texts, settings, strict=True):
            if not setting.lines:
                continue
            if text.paint != painted:
                painted = text.paint
                yield painted or "0 g "
            top = text.part.top
            if text.stack is not None:
                top = fallen.get(text.stack, self.compiled.layout.parts[text.stack].top)
                fallen[text.stack] = top + text.style.line_height(setting.size) * len(setting.lines)
            yield from _lines(text, setting, height - top, edge)

    def _photo(self, place: tuple[float, float, float, float], name: str, jpeg: bytes) -> str:
        """The photo fills its place in its own proportions; what is too long is cut off at both ends alike."""
        left, top, width, height = place
        bottom = self.compiled.stock.label_height * POINTS_PER_MM - top - height
        across, along, _ = _jpeg_size(jpeg)
        scale = max(width / across, height / along)
        w, h = across * scale, along * scale
        x, y = left - (w - width) / 2, bottom - (h - height) / 2
        frame = f"{left:.3f} {bottom:.3f} {width:.3f} {height:.3f} re W n"
        return f"q {frame} {w:.3f} 0 0 {h:.3f} {x:.3f} {y:.3f} cm\n{name} Do\nQ\n"

    def _with_photos(self, named: Mapping[str, str], photos: Mapping[str, bytes]) -> Any:
        objects = Dictionary(L=self._furniture)
        for key, name in named.items():
            objects[Name(name)] = _image(self._pdf, photos[key])
        return self._pdf.make_indirect(Dictionary(Font=self._shared.Font, XObject=objects))

    def _page(self, content: str, resources: Any) -> Any:
        boxes: dict[str, Any] = {name: _box(*box) for name, box in page_boxes(self.compiled.stock).items()}
        contents = packed_stream(self._pdf, content.encode("ascii"))
        return self._pdf.make_indirect(Dictionary(Type=Name.Page, Resources=resources, Contents=contents, **boxes))

    def missing(self) -> bool:
        """Whether a text asked for a glyph that its face does not have: a fault, for they were looked for before."""
        return any(0 in face.used for face in self._faces.values())

    def save(self, out: Path) -> None:
        """Embed the faces, put the sheets in the place of the template's page, and write the file."""
        for weight, face in self._faces.items():
            if face.used:
                self._shared.Font[Name(f"/F{weight}")] = embed_face(self._pdf, face)
        pages = self._pdf.Root.Pages
        for kid in self._kids:
            kid.Parent = pages
        pages.Kids = Array(self._kids)
        pages.Count = len(self._kids)
        self._pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        self._pdf.close()


def _lines(text: _Text, setting: Setting, top: float, edge: float) -> Iterator[str]:
    """The lines of one field, ``top`` points above the label's lower edge."""
    style, size = text.style, setting.size
    line = style.line_height(size)
    first = style.baseline(size)
    if text.part.inline_baseline is not None:
        first = text.part.inline_baseline - text.part.top
    left = text.part.left - edge
    if style.spacing:
        yield f"{style.spacing * size:.4f} Tc "
    for number, words in enumerate(setting.lines):
        shaped = text.face.shape(words, style.lang, style.spacing)
        x = left
        if style.align != "left":
            free = text.part.width - shaped.width * size
            x += free if style.align == "right" else free / 2
        yield f"{text.font} {size:.3f} Tf 1 0 0 1 {x:.3f} {top - first - number * line:.3f} Tm {shaped.array}\n"
    if style.spacing:
        yield "0 Tc\n"


def _box(*corners: float) -> Array:
    return Array([round(value, 3) for value in corners])


def _image(pdf: Pdf, jpeg: bytes) -> Any:
    width, height, grey = _jpeg_size(jpeg)
    stream = Stream(pdf, jpeg)
    stream.Type, stream.Subtype, stream.Filter = Name.XObject, Name.Image, Name.DCTDecode
    stream.Width, stream.Height, stream.BitsPerComponent = width, height, 8
    stream.ColorSpace = Name.DeviceGray if grey else Name.DeviceRGB
    return pdf.make_indirect(stream)


def _jpeg_size(jpeg: bytes) -> tuple[int, int, bool]:
    """Width, height and whether it is grey, from the frame header (ISO/IEC 10918-1, B.2.2)."""
    place = 2
    while jpeg[place] == 0xFF:
        marker, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = (int.from_bytes(jpeg[place + at : place + at + 2], "big") for at in (5, 7))
            return width, height, jpeg[place + 9] == 1
        place += 2 + length
    raise ValueError("a photo of ours has no frame header")
