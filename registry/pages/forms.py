"""Register, correct, retire and reinstate an asset by hand."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid, Stale
from foundation.principals import Role
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import Kind, catalogue
from registry.queries import find_organisations, find_streets, get_asset
from registry.schemas import AssetCreate, AssetRead, AssetUpdate
from registry.service import register_asset, reinstate_asset, retire_asset, update_asset
from registry.words import OPERATING, STATUS, options

_TEXTS = ("name", "name_en", "address", "address_en", "street", "community", "component_id")
_Request = Request[Any, Any, Any]


@get("/desk/assets/new")
async def new_asset_page(act: NamedDependency[Act], kind: FromQuery[str | None] = None) -> Template:
    """Choose a kind, then fill in its form."""
    act.require(Role.REGISTRAR) if not act.principal.holds(Role.REGISTRAR) else None
    if kind is None:
        kinds = [(k.key, pick(act.lang, k.zh, k.en), k.icon) for k in catalogue().kinds.values()]
        return Template("registry/choose_kind.html", context={"kinds": kinds})
    return await _form(catalogue().kind(kind), {}, act.lang)


@post("/desk/assets/new")
async def register_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Register, or show the form again with what was typed and what is wrong."""
    typed = dict(await request.form())
    kind = catalogue().kind(str(typed.get("kind", "")))
    try:
        values = _read(typed, kind)
        asset = await register_asset(msgspec.convert(values | {"kind": kind.key}, AssetCreate), act)
    except Invalid as error:
        return await _form(kind, typed, act.lang, error=error)
    return Redirect(f"/desk/assets/{asset.code}?notice=registered", status_code=303)


@get("/desk/assets/{code:str}/edit")
async def edit_asset_page(code: FromPath[str], act: NamedDependency[Act]) -> Template:
    """The form with what is on record."""
    act.require_staff()
    asset = await get_asset(code)
    return await _form(catalogue().kind(asset.kind), _typed(asset), act.lang, asset=asset)


@post("/desk/assets/{code:str}/edit")
async def change_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Correct the record; somebody else's change in between is never overwritten."""
    asset = await get_asset(code)
    kind = catalogue().kind(asset.kind)
    typed = dict(await request.form())
    try:
        values = _read(typed, kind)
        for attribute in kind.attributes:
            values["attributes"].setdefault(attribute.key, None)
        values.pop("code", None)
        version = int(str(typed.get("version", "0")) or 0)
        await update_asset(code, msgspec.convert(values, AssetUpdate), version, act)
    except (Invalid, Stale) as error:
        return await _form(kind, typed, act.lang, asset=asset, error=error)
    return Redirect(f"/desk/assets/{code}?notice=saved", status_code=303)


@post("/desk/assets/{code:str}/retire")
async def retire_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Redirect:
    """Take it out of service; can be undone."""
    typed = await request.form()
    await retire_asset(code, str(typed.get("reason", "")), int(str(typed.get("version", "0"))), act)
    return Redirect(f"/desk/assets/{code}?notice=retired", status_code=303)


@post("/desk/assets/{code:str}/reinstate")
async def reinstate_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Redirect:
    """Back into service."""
    typed = await request.form()
    await reinstate_asset(code, int(str(typed.get("version", "0"))), act)
    return Redirect(f"/desk/assets/{code}?notice=reinstated", status_code=303)


def _typed(asset: AssetRead) -> dict[str, Any]:
    values = {name: getattr(asset, name) for name in (*_TEXTS, "lon", "lat", "status", "operating_state", "condition")}
    values |= {"version": asset.version, "organisation_id": asset.organisation_id}
    values |= {
        f"attributes.{key}": "; ".join(map(str, value)) if isinstance(value, list) else value
        for key, value in asset.attributes.items()
    }
    return {name: "" if value is None else value for name, value in values.items()}


def _read(typed: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    values: dict[str, Any] = {name: str(typed.get(name, "")).strip() for name in _TEXTS}
    values["component_id"] = values["component_id"] or None
    values["code"] = str(typed.get("code", "")).strip() or None
    values["status"] = typed.get("status") or "intact"
    values["operating_state"] = typed.get("operating_state") or "in_service"
    wrong: dict[str, FacilityError] = {}
    for name, read in (("lon", float), ("lat", float), ("condition", int), ("organisation_id", int)):
        text = str(typed.get(name, "")).strip()
        try:
            values[name] = read(text) if text else None
        except ValueError:
            wrong[name] = Invalid(N_("This is not a number."))
    if wrong:
        raise Invalid(N_("Some fields need your attention. Nothing was saved."), code="invalid_fields", fields=wrong)
    values["attributes"] = _attributes(typed, kind)
    return values


def _attributes(typed: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in kind.attributes:
        value = typed.get(f"attributes.{attribute.key}", "")
        if isinstance(value, list):
            value = "; ".join(map(str, value))
        if str(value).strip():
            found[attribute.key] = str(value).strip()
    return found


async def _form(
    kind: Kind,
    typed: Mapping[str, Any],
    lang: Lang,
    *,
    asset: AssetRead | None = None,
    error: FacilityError | None = None,
) -> Template:
    errors = {name: wrong.message(lang) for name, wrong in error.fields.items()} if error else {}
    return Template(
        "registry/asset_form.html",
        status_code=200 if error is None else 412 if isinstance(error, Stale) else 400,
        context={
            "kind": kind,
            "kind_name": pick(lang, kind.zh, kind.en),
            "typed": typed,
            "asset": asset,
            "errors": errors,
            "summary": _summary(error, errors, lang),
            "statuses": options(STATUS, lang),
            "operating_states": options({k: v for k, v in OPERATING.items() if k != "retired"}, lang),
            "conditions": [(str(n), f"{n} {translate(lang, word)}") for n, word in CONDITIONS.items()],
            "organisations": [
                (row["id"], pick(lang, row["name"], row["name_en"])) for row in await find_organisations()
            ],
            "streets": await find_streets(),
            "attributes": [_field(attribute, typed, errors, lang) for attribute in kind.attributes],
        },
    )


CONDITIONS = {1: N_("Excellent"), 2: N_("Good"), 3: N_("Fair"), 4: N_("Poor"), 5: N_("Critical")}


def _summary(error: FacilityError | None, errors: Mapping[str, str], lang: Lang) -> list[dict[str, str]]:
    if error is None:
        return []
    return [{"field": name, "text": text} for name, text in errors.items()] or [
        {"field": "", "text": error.message(lang)}
    ]


def _field(attribute: Any, typed: Mapping[str, Any], errors: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    name = f"attributes.{attribute.key}"
    value = typed.get(name, "")
    choices = [(choice.key, pick(lang, choice.zh, choice.en)) for choice in attribute.values]
    if attribute.type == "bool":
        choices = [("true", translate(lang, N_("Yes"))), ("false", translate(lang, N_("No")))]
        value = str(value).lower()
    shape = "checkboxes" if attribute.type == "set" and choices else "select" if choices else "text"
    return {
        "name": name,
        "label": pick(lang, attribute.zh, attribute.en),
        "value": value,
        "values": [part.strip() for part in str(value).split(";")],
        "shape": shape,
        "choices": choices,
        "unit": attribute.unit or "",
        "type": "date" if attribute.type == "date" else "text",
        "numeric": attribute.type in {"int", "num"},
        "required": attribute.required,
        "error": errors.get(name),
    }


FORM_PAGES = [
    new_asset_page, register_page, edit_asset_page, change_page, retire_page, reinstate_page,
]  # fmt: skip
