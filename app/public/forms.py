"""The two forms behind a label: a fault of the facility, and a fault of the label itself.

Each is drawn once for each kind and language; only the label's code is put in. A form that comes back is drawn anew.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final, Literal

from app.public.packing import Fixed
from app.rendering import render
from foundation.act import Act, public_act
from foundation.errors import FacilityError
from foundation.settings import current_settings
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import Kind, catalogue

About = Literal["facility", "label"]
FIELDS: Final = ("category", "description", "phone", "lon", "lat", "accuracy")
_TEMPLATES: Final[Mapping[About, str]] = {
    "facility": "public/report_form.html",
    "label": "public/label_form.html",
}
_PLACE_HINT: Final = N_(
    "Helps us find the place; deleted {days} days after the report is closed. What stays is only where the label was"
    " scanned, to about 100 m, without your name."
)
_PLACE_FOR_CODE: Final = "0000000000"


def is_about(kind: Kind, typed: Mapping[str, str] | None) -> About:
    """Which of the two forms was sent."""
    fault = kind.fault((typed or {}).get("category", ""))
    return fault.about if fault else "facility"


def blank_form(code: str, kind_key: str, lang: Lang) -> tuple[str, Fixed]:
    """The facility's empty form in two pieces: up to its address, with the code, and the rest, which labels share."""
    start, rest = _split(kind_key, lang)
    return start.replace(_PLACE_FOR_CODE, code), rest


def blank_label_form(code: str, kind_key: str, lang: Lang) -> str:
    """The empty form about the label, a small part of what is kept of each facility."""
    return _blank("label", kind_key, lang).replace(_PLACE_FOR_CODE, code)


@functools.lru_cache(maxsize=256)
def _blank(about: About, kind_key: str, lang: Lang) -> str:
    return draw_form(about, _PLACE_FOR_CODE, kind_key, public_act(lang=lang), {}, None)


@functools.lru_cache(maxsize=256)
def _split(kind_key: str, lang: Lang) -> tuple[str, Fixed]:
    text = _blank("facility", kind_key, lang)
    end = text.rindex(_PLACE_FOR_CODE) + len(_PLACE_FOR_CODE)
    return text[:end], Fixed(text[end:])


def draw_form(
    about: About, code: str, kind_key: str, act: Act, typed: Mapping[str, str], error: FacilityError | None
) -> str:
    """The form as it was typed, with what to do about ``error``; nothing where citizens have nothing to choose."""
    kind = catalogue().kind(kind_key)
    faults = kind.label_faults if about == "label" else kind.citizen_faults
    field_errors = {name: wrong.message(act.lang) for name, wrong in error.fields.items()} if error else {}
    errors = [{"field": name, "text": text} for name, text in field_errors.items()]
    if error and not errors:
        errors = [{"field": _field_of(error), "text": error.message(act.lang)}]
    return render(
        _TEMPLATES[about],
        act,
        code=code,
        categories=[
            {"value": fault.key, "text": pick(act.lang, fault.zh, fault.en), "icon": fault.icon} for fault in faults
        ],
        typed=typed,
        errors=errors,
        field_errors=field_errors,
        place=(typed["lon"], typed["lat"]) if typed.get("lon") and typed.get("lat") else None,
        place_hint=translate(act.lang, _PLACE_HINT, days=current_settings().contact_retention_days),
        retention=current_settings().contact_retention_days,
    )


def _field_of(error: FacilityError) -> str:
    return "photo" if error.code.startswith(("photo", "too_many_photos")) else "category"


def kept_fields(typed: Mapping[str, Any]) -> dict[str, str]:
    """What of a sent form is kept when it comes back."""
    return {name: value.strip() for name in FIELDS if isinstance(value := typed.get(name), str)}
