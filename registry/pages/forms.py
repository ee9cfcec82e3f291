"""Register, correct, retire and reinstate an asset by hand."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import Conflict, Forbidden, Invalid, Refused
from foundation.principals import Role
from foundation.translation import pick
from registry.catalogue import catalogue
from registry.pages.assets import show_asset
from registry.pages.form import Typed, form_page, read_form, read_version, typed_of
from registry.queries import get_asset, place_of
from registry.schemas import AssetCreate, AssetRead, AssetUpdate
from registry.service import register_asset, reinstate_asset, retire_asset, update_asset

_Request = Request[Any, Any, Any]
_Shown = (Invalid, Conflict, Forbidden)  # told on the form itself, with everything that was typed


def _done(asset: AssetRead, notice: str) -> Redirect:
    return Redirect(f"/desk/assets/{quote(asset.code, safe='')}?notice={notice}", status_code=303)


async def _typed(request: _Request) -> Typed:
    """What was typed; of several ticks of one name, all."""
    form = await request.form()
    return {name: "; ".join(map(str, form.getall(name))) for name in form}


@get("/desk/assets/new")
async def new_asset_page(act: NamedDependency[Act], kind: FromQuery[str | None] = None) -> Template:
    """Choose a kind, then fill in its form."""
    act.require_anywhere(Role.REGISTRAR)
    if not kind:
        kinds = [(k.key, pick(act.lang, k.zh, k.en), k.icon) for k in catalogue().kinds.values()]
        return Template("registry/choose_kind.html", context={"kinds": kinds})
    return await form_page(catalogue().kind(kind), {}, act.lang)


@post("/desk/assets/new")
async def register_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Register, or show the form again with what was typed and what is wrong."""
    typed = await _typed(request)
    kind = catalogue().kind(typed.get("kind", ""))
    try:
        values = read_form(typed, kind) | {"kind": kind.key}
        asset = await register_asset(msgspec.convert(values, AssetCreate), act)
    except _Shown as error:
        return await form_page(kind, typed, act.lang, error=error)
    return _done(asset, "registered")


@get("/desk/assets/{code:str}/edit")
async def edit_asset_page(code: FromPath[str], act: NamedDependency[Act]) -> Template:
    """The form with what is on record."""
    act.require_staff()
    asset = await get_asset(code)
    act.require(Role.REGISTRAR, place=place_of(asset))
    return await form_page(catalogue().kind(asset.kind), typed_of(asset), act.lang, asset=asset)


@post("/desk/assets/{code:str}/edit")
async def change_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Correct the record; somebody else's change in between is never overwritten unseen."""
    act.require_staff()
    asset = await get_asset(code)
    kind = catalogue().kind(asset.kind)
    typed = await _typed(request)
    try:
        values = read_form(typed, kind)
        del values["code"]
        blank = {attribute.key: None for attribute in kind.attributes if attribute.key in asset.attributes}
        values["attributes"] = blank | values["attributes"]
        await update_asset(code, msgspec.convert(values, AssetUpdate), read_version(typed), act)
    except _Shown as error:
        return await form_page(kind, typed, act.lang, asset=asset, error=error)
    return _done(asset, "saved")


@post("/desk/assets/{code:str}/retire")
async def retire_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Take it out of service; can be undone."""
    typed = await _typed(request)
    try:
        asset = await retire_asset(code, typed.get("reason", ""), read_version(typed), act)
    except (Invalid, Conflict, Refused) as error:
        return await show_asset(await get_asset(code), act, error=error, reason=typed.get("reason", ""))
    return _done(asset, "retired")


@post("/desk/assets/{code:str}/reinstate")
async def reinstate_page(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Back into service."""
    try:
        asset = await reinstate_asset(code, read_version(await _typed(request)), act)
    except (Invalid, Conflict, Refused) as error:
        return await show_asset(await get_asset(code), act, error=error)
    return _done(asset, "reinstated")


FORM_PAGES = [
    new_asset_page, register_page, edit_asset_page, change_page, retire_page, reinstate_page,
]  # fmt: skip
