"""Paints, lines and pictures of a PDF page as attributes of SVG elements."""

from __future__ import annotations

import base64
from typing import Any, Final

from foundation.errors import Invalid
from foundation.files import encode_png
from foundation.translation import N_
from labels.stamp.drawing import State

_BLACK_AND_WHITE: Final = frozenset({"#000000", "#ffffff"})
_CAPS: Final = ("butt", "round", "square")
_JOINS: Final = ("miter", "round", "bevel")


def hex_colour(numbers: list[float]) -> str:
    """A colour of one, three or four parts from 0 to 1."""
    if len(numbers) == 4:  # the plain conversion of ISO 32000-1, 10.3.5
        numbers = [1 - min(1.0, ink + numbers[3]) for ink in numbers[:3]]
    red, green, blue = numbers * 3 if len(numbers) == 1 else numbers
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in (red, green, blue))


def is_grey(paint: str, alpha: float) -> bool:
    """Whether a paint is neither black nor white."""
    return alpha < 1 or paint not in _BLACK_AND_WHITE


def fill_of(state: State) -> str:
    """The attributes of a filled area; black is what SVG fills with."""
    fade = f' fill-opacity="{state.fill_alpha:g}"' if state.fill_alpha < 1 else ""
    return (f' fill="{state.fill}"' if state.fill != "#000000" else "") + fade


def stroke_of(state: State) -> str:
    """The attributes of a line."""
    fade = f' stroke-opacity="{state.stroke_alpha:g}"' if state.stroke_alpha < 1 else ""
    ends = f' stroke-linecap="{_CAPS[state.cap]}" stroke-linejoin="{_JOINS[state.join]}"'
    edge = f' stroke-miterlimit="{state.miter:g}"{state.dash}{fade}'
    return f' fill="none" stroke="{state.stroke}" stroke-width="{state.width or _HAIR:g}"{ends}{edge}'


_HAIR: Final = 0.1


def picture_address(image: Any) -> str:
    """A picture as the address of its own content: a photo as it is, others as PNG."""
    if image.get("/Filter") == "/DCTDecode":
        return "data:image/jpeg;base64," + base64.b64encode(image.read_raw_bytes()).decode("ascii")
    channels = {"/DeviceGray": 1, "/DeviceRGB": 3}.get(str(image.get("/ColorSpace")), 0)
    if not channels or image.get("/BitsPerComponent") != 8 or "/Mask" in image:
        raise no_outlines(f"image {image.get('/ColorSpace')}"[:40])
    width, height = int(image.Width), int(image.Height)
    alpha = image.SMask.read_bytes() if "/SMask" in image else None
    data = encode_png(width, height, image.read_bytes(), channels=channels, alpha=alpha)
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def no_outlines(what: str) -> Invalid:
    """What cannot be made into outlines, to be raised."""
    return Invalid(
        N_(
            "The template draws something that has no outlines ({what}). For an engraver use areas, lines, texts and"
            " pictures only; no gradients and no repeated backgrounds."
        ),
        code="no_outlines",
        what=what,
    )
