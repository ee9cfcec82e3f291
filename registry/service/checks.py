"""What every record of an asset must hold to, however it comes in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import asyncpg

from foundation.errors import Conflict, FacilityError, Invalid
from foundation.geometry import parse_geojson, representative_point
from foundation.translation import N_
from registry.catalogue import Kind, validate_attributes

TEXTS: Final = {"name": 200, "name_en": 200, "address": 256, "address_en": 256, "street": 100, "community": 100}
_CODE: Final = re.compile(r"[^/?#\s]{1,64}")
_NO_CODES: Final = {"new", ".", ".."}  # words and paths of our own addresses
_COMPONENT: Final = re.compile(r"[0-9]{17}")
_UNSHOWABLE: Final = {"Cc", "Cs"}
_DIGITS: Final = 7  # of a degree: a centimetre, as imports keep it
_UNIQUE: Final = {"asset_code_uq": "code", "asset_component_uq": "component_id"}


def check_asset(values: Mapping[str, Any], kind: Kind, *, partial: bool) -> dict[str, Any]:
    """The values in the form in which they are kept; with ``partial``, an attribute to be removed is None.

    Raises Invalid that names every wrong field.
    """
    kept = dict(values)
    wrong: dict[str, FacilityError] = {}
    _read_texts(kept, wrong)
    _read_codes(kept, wrong)
    _read_position(kept, wrong)
    _read_condition(kept, wrong)
    if "attributes" in kept:
        _read_attributes(kept, kind, wrong, partial=partial)
    refuse(wrong)
    return kept


def refuse(wrong: Mapping[str, FacilityError]) -> None:
    """Raise Invalid unless nothing is wrong."""
    if wrong:
        raise Invalid(N_("Some fields need your attention. Nothing was saved."), code="invalid_fields", fields=wrong)


def check_condition(condition: int) -> None:
    """Raise Invalid unless it is a rating."""
    wrong: dict[str, FacilityError] = {}
    _read_condition({"condition": condition}, wrong)
    refuse(wrong)


def _showable(text: str) -> bool:
    return not any(unicodedata.category(sign) in _UNSHOWABLE for sign in text)


def _read_texts(kept: dict[str, Any], wrong: dict[str, FacilityError]) -> None:
    for name in TEXTS.keys() & kept.keys():
        kept[name] = text = " ".join(kept[name].split())
        if len(text) > TEXTS[name]:
            wrong[name] = Invalid(N_("At most {longest} characters."), longest=TEXTS[name])
        elif not _showable(text):
            wrong[name] = Invalid(N_("The text holds signs that cannot be shown."))
    if kept.get("name") == "":
        wrong["name"] = Invalid(N_("Enter a name."))


def is_code(text: str) -> bool:
    """Whether a text can be an asset's code: no sign that an address cuts at, no word of our own addresses."""
    return bool(_CODE.fullmatch(text)) and _showable(text) and text not in _NO_CODES


def _read_codes(kept: dict[str, Any], wrong: dict[str, FacilityError]) -> None:
    code = kept.get("code")
    if code is not None and (not _CODE.fullmatch(code) or not _showable(code)):
        wrong["code"] = Invalid(N_("A code has 1 to 64 characters and no /, ?, # or spaces."))
    elif code in _NO_CODES:
        wrong["code"] = Invalid(N_("“{asset_code}” cannot be a code."), asset_code=code)
    if "component_id" in kept:
        kept["component_id"] = kept["component_id"] or None
        if kept["component_id"] and not _COMPONENT.fullmatch(kept["component_id"]):
            wrong["component_id"] = Invalid(N_("A component id has 17 digits."))


def _read_position(kept: dict[str, Any], wrong: dict[str, FacilityError]) -> None:
    if kept.get("geometry") is not None:
        _read_geometry(kept, wrong)
    lon, lat = kept.get("lon"), kept.get("lat")
    if (lon is None) != (lat is None):
        wrong["lon"] = Invalid(N_("Give both longitude and latitude, or neither."))
    elif lon is not None and lat is not None:
        kept |= {"lon": round(lon, _DIGITS), "lat": round(lat, _DIGITS)}
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            wrong["lon"] = Invalid(N_("Longitude lies between −180 and 180, latitude between −90 and 90."))


def _read_geometry(kept: dict[str, Any], wrong: dict[str, FacilityError]) -> None:
    """A shape also says where the asset is, where nothing else does."""
    try:
        shape = parse_geojson(kept["geometry"]).check_ranges()
    except Invalid as error:
        wrong["geometry"] = error
        return
    kept["geometry"] = shape.to_geojson()
    if kept.get("lon") is None and kept.get("lat") is None:
        position = representative_point(shape)
        kept |= {"lon": position.lon, "lat": position.lat}


def _read_condition(kept: Mapping[str, Any], wrong: dict[str, FacilityError]) -> None:
    condition = kept.get("condition")
    if condition is not None and not 1 <= condition <= 5:
        wrong["condition"] = Invalid(N_("A condition is a whole number from 1 (excellent) to 5 (critical)."))


def _read_attributes(kept: dict[str, Any], kind: Kind, wrong: dict[str, FacilityError], *, partial: bool) -> None:
    kept["attributes"], problems = validate_attributes(kind, kept["attributes"], partial=partial)
    for problem in problems:
        if problem.severity == "error":
            wrong[f"attributes.{problem.key}"] = Invalid(problem.text, code=problem.code, **problem.params)


@contextmanager
def told_by_field() -> Iterator[None]:
    """What the database refuses, as Conflict for a code or component id in use and Invalid for a false organisation."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        field = _UNIQUE.get(str(getattr(error, "constraint_name", "")))
        if field is None:
            raise
        taken = Conflict(N_("Another facility already has this code or component id."), code="code_taken")
        raise Conflict(taken.text, code=taken.code, fields={field: taken}) from error
    except asyncpg.ForeignKeyViolationError as error:
        unknown = Invalid(N_("There is no such organisation."), code="unknown_organisation")
        raise Invalid(unknown.text, code=unknown.code, fields={"organisation_id": unknown}) from error
