"""What forms send: numbers and versions; in the field a choice, a position that a phone may have told, a photo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile

from foundation.errors import Conflict, Invalid, Refused
from foundation.translation import N_

# What is told on the page that the form came from; the rest is for the page of refusals.
TOLD: Final = (Invalid, Refused, Conflict)
# Worse than this the phone does not know where it is, and says nothing about where the label is.
_WORST_ACCURACY = 300.0


@dataclass(frozen=True, slots=True)
class FieldForm:
    """What was chosen and typed; ``place`` is longitude and latitude in degrees WGS 84."""

    asset: str = ""
    near: str = ""
    q: str = ""
    replace: str = ""
    here: bool = False
    place: tuple[float, float] | None = None
    photo: bytes | None = None


async def read_field_form(request: Request[Any, Any, Any]) -> FieldForm:
    """The form as sent. A position that is nonsense or too vague is none: it must not keep anybody from working."""
    form = await request.form()
    typed = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    upload = form.get("photo")
    return FieldForm(
        asset=typed.get("asset", ""),
        near=typed.get("near", ""),
        q=typed.get("q", ""),
        replace=typed.get("replace", ""),
        here=typed.get("here") == "1",
        place=read_place(typed),
        photo=await upload.read() if isinstance(upload, UploadFile) and upload.filename else None,
    )


def read_place(typed: Mapping[str, str]) -> tuple[float, float] | None:
    """Longitude and latitude in degrees WGS 84 as a phone told them; None for nonsense, and for what is too vague."""
    lon, lat = _number(typed.get("lon")), _number(typed.get("lat"))
    if lon is None or lat is None or not (abs(lon) <= 180 and abs(lat) <= 90):
        return None
    accuracy = _number(typed.get("accuracy"))
    return (lon, lat) if accuracy is None or accuracy <= _WORST_ACCURACY else None


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def read_whole(text: str) -> int:
    """A whole number of at most five digits. Raises Invalid."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid(N_("“{text}” is not a whole number."), code="bad_number", text=text)
    return int(text)


def read_version(typed: Mapping[str, Any], name: str = "version") -> int | None:
    """The version that the form was filled from, or None where it has none. Raises Invalid for nonsense."""
    text = str(typed.get(name) or "")
    return read_whole(text) if text else None
