"""Photos as they come in: told by their content, upright, small, and rid of everything but the picture.

The one door of Pillow. All work here is computing and belongs in a thread.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image, ImageFile

from foundation.errors import FacilityError, Invalid
from foundation.translation import N_

MAX_BYTES: Final = 12 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
LONGEST: Final = 1600
THUMBNAIL: Final = 400

_QUALITY: Final = 80
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SCALABLE: Final = frozenset({"L", "LA", "RGB", "RGBA"})
_WHITE: Final = (255, 255, 255)
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG of ours: width and height in pixels, the SHA-256 of the data in hexadecimal."""

    data: bytes
    width: int
    height: int
    sha256: str


def prepare_photo(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS, longest: int = LONGEST
) -> Photo:
    """The photo as we keep it: upright, the longest side at most ``longest`` pixels, no metadata of any kind.

    Raises Invalid: ``photo_empty``, ``photo_too_large`` (from ``max_bytes`` bytes or ``max_pixels`` pixels on, before
    anything is decoded), ``photo_type``, ``photo_animated``, ``photo_broken``.
    """
    _check_size(data, max_bytes)
    kind = _check_type(data)
    try:
        return _encode(_decode(data, kind, max_pixels, longest))
    except FacilityError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(max_pixels) from error
    except Exception as error:  # a decoder fails in many ways on hostile data; each means the same to its sender
        raise Invalid(
            N_("The photo is damaged or incomplete. Please take it again or send another one."), code="photo_broken"
        ) from error


def thumbnail(data: bytes, longest: int = THUMBNAIL) -> Photo:
    """A small copy of a photo; the same rules and errors as ``prepare_photo``."""
    return prepare_photo(data, longest=longest)


def _check_size(data: bytes, max_bytes: int) -> None:
    if not data:
        raise Invalid(N_("The photo is empty. Please choose it again."), code="photo_empty")
    if len(data) > max_bytes:
        raise Invalid(
            N_("The photo is larger than {limit} MB. Please send a smaller one."),
            code="photo_too_large",
            limit=max_bytes // (1024 * 1024),
        )


def _check_type(data: bytes) -> str:
    """JPEG, PNG or WEBP, as the first bytes tell; the file's name and declared type tell nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise Invalid(
            N_("This is a HEIC photo. Please set the camera to “Most compatible”, or send it as JPEG."),
            code="photo_type",
        )
    raise Invalid(N_("This is not a photo we can read. Please send a JPEG, PNG or WebP."), code="photo_type")


def _too_many_pixels(max_pixels: int) -> Invalid:
    return Invalid(
        N_("The photo has {limit} megapixels or more. Please send a smaller one."),
        code="photo_too_large",
        limit=max_pixels // 1_000_000,
    )


def _decode(data: bytes, kind: str, max_pixels: int, longest: int) -> Image.Image:
    """The picture alone, upright and at most ``longest`` pixels long."""
    # The library that lays out PDF turns this on for the whole program at its first use; here half a photo is none.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        _check_header(image, kind, max_pixels)
        if kind == "JPEG":
            image.draft("RGB", (longest, longest))  # decodes at a half, quarter or eighth, but never below this
        image.load()
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        if image.mode in _SCALABLE:
            image.thumbnail((longest, longest), Image.Resampling.LANCZOS)  # early, to hold one large copy and not three
        flat = _flat(image)
    flat.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return flat if turn is None else flat.transpose(turn)


def _check_header(image: Image.Image, kind: str, max_pixels: int) -> None:
    """What the header promises, before a pixel is decoded. A JPEG with a preview inside (MPO) is no animation."""
    if image.width * image.height >= max_pixels:
        raise _too_many_pixels(max_pixels)
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise Invalid(N_("Moving pictures cannot be used. Please send a still photo."), code="photo_animated")


def _flat(image: Image.Image) -> Image.Image:
    """A new RGB picture, transparency on white. New, because a converted one carries comments and profiles along."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which a conversion would cut off instead of scaling
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    flat = Image.new("RGB", image.size, _WHITE)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        flat.paste(layer, mask=layer)
    else:
        flat.paste(image.convert("RGB"))
    return flat


def _encode(image: Image.Image) -> Photo:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    data = out.getvalue()
    return Photo(data, image.width, image.height, hashlib.sha256(data).hexdigest())
