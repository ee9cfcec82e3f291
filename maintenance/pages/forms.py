"""What the forms of desk and crew send, and how a refusal goes back into them."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from foundation.errors import FacilityError, Invalid
from foundation.translation import N_, Lang
from maintenance.schemas import OrderDeed

MOST_PHOTOS = 8
_FIELDS = {"crew_needed": "crew_id", "reason_needed": "reason", "bad_merge": "into"}


async def read_deed(request: Request[Any, Any, Any]) -> tuple[dict[str, str], OrderDeed]:
    """The typed values, and the deed they make. Answers are the fields whose names begin with ``c-``."""
    form = await request.form()
    uploads = [part for part in form.getall("photo", []) if isinstance(part, UploadFile) and part.filename]
    if len(uploads) > MOST_PHOTOS:
        raise Invalid(N_("At most {most} photos."), code="too_many_photos", most=MOST_PHOTOS)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    deed = OrderDeed(
        answers={name[2:]: value for name, value in typed.items() if name.startswith("c-")},
        reason=typed.get("reason", ""),
        crew_id=whole(typed, "crew_id"),
        version=whole(typed, "version"),
        photos=[await upload.read() for upload in uploads],
    )
    return typed, deed


def whole(typed: Mapping[str, str], name: str) -> int | None:
    """A whole number of a form, None for anything else."""
    text = typed.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def error_lines(
    error: FacilityError | None, lang: Lang, *, prefix: str = ""
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Each field's sentence, and the lines of the summary that lead to the fields."""
    if error is None:
        return {}, []
    errors = {f"{prefix}{name}": wrong.message(lang) for name, wrong in error.fields.items()}
    if not errors:
        errors = {_field_of(error): error.message(lang)}
    return errors, [{"field": name, "text": text} for name, text in errors.items()]


def _field_of(error: FacilityError) -> str:
    return "photo" if "photo" in error.code else _FIELDS.get(error.code, "")
