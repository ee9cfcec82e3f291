"""The page behind a label, drawn for a citizen: what is known first, then the form, then the history.

The hottest page of all: one database round trip (the landing), and the form of each kind and language is drawn once.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from app.rendering import render
from foundation.act import Act
from foundation.codes import printed
from foundation.errors import FacilityError
from foundation.geometry import navigation_links
from foundation.settings import current_settings
from foundation.translation import Lang, pick, translate
from labels.schemas import Landing, PublicAsset
from registry.catalogue import Kind, catalogue
from registry.history import sentence_of
from registry.words import OPERATING, show_value

_FIELDS: Final = ("category", "description", "phone")
_STATE_ICONS: Final = {"in_service": "circle-check", "closed": "circle-x", "retired": "circle-x"}
_PLACE_FOR_CODE: Final = "0000000000"


def known_form() -> tuple[str, ...]:
    """The fields of the report form that are kept when it comes back."""
    return _FIELDS


def draw_facility(
    landing: Landing, act: Act, *, typed: Mapping[str, str] | None = None, error: FacilityError | None = None
) -> str:
    """The whole page as HTML; with ``error`` the form as typed and what to do about it."""
    asset = landing.asset
    assert asset is not None  # noqa: S101 - the caller answers for unbound labels
    kind, lang = catalogue().kind(asset.kind), act.lang
    return render(
        "public/facility.html",
        act,
        asset=asset,
        code=landing.code,
        label=printed(landing.code),
        name=pick(lang, asset.name, asset.name_en),
        kind_name=pick(lang, kind.zh, kind.en),
        address=pick(lang, asset.address, asset.address_en),
        state=_state(asset, lang),
        known=[_fault(fault, lang) for fault in asset.known],
        last_service=pick(lang, asset.last_service_zh, asset.last_service_en),
        next_service=pick(lang, asset.next_service_zh, asset.next_service_en),
        report_form=_form(landing.code, kind, act, typed, error),
        lines=[{"at": line["at"], "text": sentence_of(line["kind"], line["data"], lang)} for line in asset.lines],
        facts=_facts(asset, kind, lang),
        organisation=pick(lang, asset.organisation, asset.organisation_en),
        links=navigation_links(asset.lon, asset.lat, asset.name, lang) if asset.lon is not None else [],
        desk_href=f"/desk/assets/{asset.code}" if act.principal.signed_in else "",
    )


def _state(asset: PublicAsset, lang: Lang) -> dict[str, str]:
    hours = asset.attributes.get("open_hours")
    return {
        "text": translate(lang, OPERATING[asset.operating_state]),
        "icon": _STATE_ICONS.get(asset.operating_state, "circle-dot"),
        "hours": "、".join(hours) if isinstance(hours, list) else str(hours or ""),
    }


def _fault(fault: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    return {**fault, "name": pick(lang, fault.get("zh"), fault.get("en"))}


def _facts(asset: PublicAsset, kind: Kind, lang: Lang) -> list[tuple[str, str]]:
    return [
        (pick(lang, attribute.zh, attribute.en), show_value(attribute, asset.attributes[attribute.key], lang))
        for attribute in kind.attributes
        if attribute.public and attribute.key in asset.attributes
    ]


def _form(code: str, kind: Kind, act: Act, typed: Mapping[str, str] | None, error: FacilityError | None) -> Markup:
    if error is not None:
        return Markup(_draw_form(code, kind.key, act, typed or {}, error))  # noqa: S704 - drawn by an escaping template
    return Markup(_blank_form(kind.key, act.lang).replace(_PLACE_FOR_CODE, code))  # noqa: S704 - as above


@functools.lru_cache(maxsize=256)
def _blank_form(kind_key: str, lang: Lang) -> str:
    from foundation.act import public_act

    return _draw_form(_PLACE_FOR_CODE, kind_key, public_act(lang=lang), {}, None)


def _draw_form(code: str, kind_key: str, act: Act, typed: Mapping[str, str], error: FacilityError | None) -> str:
    kind = catalogue().kind(kind_key)
    field_errors = {name: wrong.message(act.lang) for name, wrong in error.fields.items()} if error else {}
    errors = [{"field": name, "text": text} for name, text in field_errors.items()]
    if error and not errors:
        errors = [{"field": _field_of(error), "text": error.message(act.lang)}]
    return render(
        "public/report_form.html",
        act,
        code=code,
        categories=[
            {"value": fault.key, "text": pick(act.lang, fault.zh, fault.en), "icon": fault.icon}
            for fault in kind.faults
            if fault.citizen
        ],
        typed=typed,
        errors=errors,
        field_errors=field_errors,
        retention=current_settings().contact_retention_days,
    )


def _field_of(error: FacilityError) -> str:
    return "photo" if error.code.startswith(("photo", "too_many_photos")) else "category"
