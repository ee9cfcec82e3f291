"""The form of an asset: from the record to what is typed, and back."""

import math
from collections.abc import Mapping
from typing import Any, Final

from litestar.response import Template

from foundation.errors import FacilityError, Invalid, Stale
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import Kind, catalogue
from registry.catalogue.schema import Attribute
from registry.queries import find_organisations, find_streets
from registry.schemas import AssetRead
from registry.words import FIELDS, OPERATING, STATUS, options

Typed = dict[str, str]
CONDITIONS: Final = {1: N_("Excellent"), 2: N_("Good"), 3: N_("Fair"), 4: N_("Poor"), 5: N_("Critical")}
_TEXTS: Final = ("name", "name_en", "address", "address_en", "street", "community", "component_id")
_NUMBERS: Final = (("lon", float), ("lat", float), ("condition", int), ("organisation_id", int))
_CHOICES: Final[tuple[tuple[str, Mapping[str, str], str], ...]] = (
    ("status", STATUS, "intact"),
    ("operating_state", OPERATING, "in_service"),
)


def typed_of(asset: AssetRead) -> Typed:
    """The record as it stands in the form's fields."""
    names = (*_TEXTS, *(name for name, _ in _NUMBERS), *(name for name, _, _ in _CHOICES), "version")
    values = {name: getattr(asset, name) for name in names}
    values |= {f"attributes.{key}": value for key, value in asset.attributes.items()}
    return {name: _as_text(value) for name, value in values.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def read_version(typed: Mapping[str, str]) -> int:
    """The version the form was drawn from. Raises Invalid where it carries none."""
    text = typed.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(N_("This form has no version. Load the page again."), code="bad_version")
    return int(text)


def read_form(typed: Mapping[str, str], kind: Kind) -> dict[str, Any]:
    """What was typed as values of a record. Raises Invalid by field."""
    values: dict[str, Any] = {name: typed.get(name, "").strip() for name in (*_TEXTS, "code")}
    values |= {"component_id": values["component_id"] or None, "code": values["code"] or None}
    wrong: dict[str, FacilityError] = {}
    for name, words, default in _CHOICES:
        values[name] = typed.get(name) or default
        if values[name] not in words:
            wrong[name] = Invalid(N_("Choose one of the list."))
    for name, read in _NUMBERS:
        try:
            values[name] = _number(typed.get(name, "").strip(), read)
        except ValueError:
            wrong[name] = Invalid(N_("This is not a number."))
    if wrong:
        raise Invalid(N_("Some fields need your attention. Nothing was saved."), code="invalid_fields", fields=wrong)
    names = {attribute.key: typed.get(f"attributes.{attribute.key}", "").strip() for attribute in kind.attributes}
    values["attributes"] = {key: value for key, value in names.items() if value}
    return values


def _number(text: str, read: type[float] | type[int]) -> float | int | None:
    if not text:
        return None
    value = read(text)
    if not math.isfinite(value) or abs(value) > 2**63 - 1:
        raise ValueError(text)
    return value


async def form_page(
    kind: Kind, typed: Typed, lang: Lang, *, asset: AssetRead | None = None, error: FacilityError | None = None
) -> Template:
    """The form with what was typed, and what is wrong with it."""
    errors = {name: wrong.message(lang) for name, wrong in error.fields.items()} if error else {}
    organisations = [(row["id"], pick(lang, row["name"], row["name_en"])) for row in await find_organisations()]
    return Template(
        "registry/asset_form.html",
        status_code=status_of(error),
        context={
            "kind": kind,
            "kind_name": pick(lang, kind.zh, kind.en),
            "typed": typed,
            "asset": asset,
            # After somebody else's change the next save is made knowing it: the page shows what stands there now.
            "version": asset.version if asset else "",
            "errors": errors,
            "summary": _summary(error, errors, lang),
            "others": _others(typed, asset, dict(organisations), lang) if isinstance(error, Stale) else [],
            "statuses": options(STATUS, lang),
            "operating_states": options(_operating(asset), lang),
            "conditions": [(str(n), f"{n} {translate(lang, word)}") for n, word in CONDITIONS.items()],
            "organisations": organisations,
            "streets": await find_streets(),
            "attributes": [_field(attribute, typed, errors, lang) for attribute in kind.attributes],
        },
    )


def _operating(asset: AssetRead | None) -> dict[str, str]:
    """Retiring is a step of its own: a retired asset stays so, and no other becomes so."""
    retired = asset is not None and asset.operating_state == "retired"
    return {key: word for key, word in OPERATING.items() if (key == "retired") == retired}


def _summary(error: FacilityError | None, errors: Mapping[str, str], lang: Lang) -> list[dict[str, str]]:
    if error is None:
        return []
    return [{"field": name, "text": text} for name, text in errors.items()] or [
        {"field": "", "text": error.message(lang)}
    ]


def _others(typed: Typed, asset: AssetRead | None, organisations: Mapping[int, str], lang: Lang) -> list[Any]:
    """Where the record differs now from what was typed: field and what stands there."""
    if asset is None:
        return []
    kind = catalogue().kind(asset.kind)
    names = {name: translate(lang, FIELDS[name]) for name in (*_TEXTS, "lon", "lat", "status", "operating_state")}
    names |= {name: translate(lang, FIELDS[name]) for name in ("condition", "organisation_id")}
    names |= {f"attributes.{a.key}": pick(lang, a.zh, a.en) for a in kind.attributes}
    now = typed_of(asset)
    differing = [name for name in names if typed.get(name, "").strip() != now.get(name, "")]
    words = {"organisation_id": organisations.get(asset.organisation_id or 0, "")}
    for name, choices, _ in _CHOICES:
        words[name] = translate(lang, choices[now[name]])
    return [(names[name], words.get(name, now.get(name, "")) or translate(lang, N_("nothing"))) for name in differing]


def _field(attribute: Attribute, typed: Mapping[str, str], errors: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    name = f"attributes.{attribute.key}"
    value = typed.get(name, "")
    choices = [(choice.key, pick(lang, choice.zh, choice.en)) for choice in attribute.values]
    if attribute.type == "bool":
        choices = [("true", translate(lang, N_("Yes"))), ("false", translate(lang, N_("No")))]
    several = attribute.type == "set" or attribute.multiple
    shape = "checkboxes" if several and choices else "select" if choices else "text"
    return {
        "name": name,
        "label": pick(lang, attribute.zh, attribute.en),
        "value": value,
        "values": [part.strip() for part in value.split(";")],
        "shape": shape,
        "choices": choices,
        "unit": attribute.unit or "",
        "type": "date" if attribute.type == "date" else "text",
        "numeric": attribute.type in {"int", "num"},
        "required": attribute.required,
        "error": errors.get(name),
    }
