"""The crew's pages of labels: bind a blank one to the facility it is stuck on, say that one is in place or worn."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import Conflict, FacilityError, Forbidden, Invalid, NotFound, Refused
from foundation.geometry import Position, distance_metres, parse_position
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from labels.check_word import check_word
from labels.pages.forms import FieldForm, read_field_form
from labels.queries import get_label, read_landing
from labels.service import bind_label, mark_fixed, mark_worn, note_sighting
from registry.catalogue import catalogue
from registry.queries import find_assets, get_asset
from registry.schemas import AssetFilter, AssetRead

_Request = Request[Any, Any, Any]
_SHOWN = 10
_SHOWN_LABELLED = 5
# A phone among tall buildings may be a hundred metres off; from here on it is another place, or the record is wrong.
FAR_METRES = 300


@get("/crew/labels/{code:str}/bind")
async def bind_page(
    code: FromPath[str],
    act: NamedDependency[Act],
    asset: FromQuery[str | None] = None,
    near: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
) -> Template | Redirect:
    """Which facility a blank label goes on: the nearest without a label first, or found by name; then a last look."""
    act.require_anywhere(Role.CREW, Role.REGISTRAR)
    label = await get_label(code)
    if label.state != "blank":
        return Redirect(f"/A/{label.code}", status_code=303)
    form = FieldForm(asset=asset or "", near=near or "", q=(q or "").strip()[:80])
    if not form.asset:
        return await _choose(label.code, form, act)
    try:
        return await _confirm(label.code, form, act)
    except NotFound as error:
        return await _choose(label.code, form, act, error)


@post("/crew/labels/{code:str}/bind", status_code=200)
async def bind_deed(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Bind it; a refusal comes back on the same page with what was chosen."""
    act.require_anywhere(Role.CREW, Role.REGISTRAR)
    form = await read_field_form(request)
    try:
        asset = await get_asset(form.asset)
        _check_far(asset, form)
        # The label named on the page is the one given up, and not another that came there in the meantime.
        replace = bool(asset.label) and form.replace == asset.label
        lon, lat = form.place if form.place else (None, None)
        label = await bind_label(code, asset.code, act, replace=replace, lon=lon, lat=lat, photo=form.photo)
    except NotFound as error:
        return await _choose((await get_label(code)).code, form, act, error)
    except (Invalid, Conflict, Refused, Forbidden) as error:
        return await _confirm((await get_label(code)).code, form, act, error)
    return Redirect(_home(label.code, "bound", act), status_code=303)


@post("/crew/labels/{code:str}/fixed")
async def fixed_deed(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Redirect:
    """The label was seen in its place, perhaps with a position and a photo."""
    act.require_staff()
    form = await read_field_form(request)
    lon, lat = form.place if form.place else (None, None)
    label = await mark_fixed(code, act, lon=lon, lat=lat, photo=form.photo)
    return Redirect(_home(label.code, "fixed", act), status_code=303)


@post("/crew/labels/{code:str}/worn")
async def worn_deed(code: FromPath[str], act: NamedDependency[Act]) -> Redirect:
    """The label can hardly be read."""
    act.require_staff()
    label = await mark_worn(code, act)
    return Redirect(_home(label.code, "worn", act), status_code=303)


@post("/crew/labels/{code:str}/seen", status_code=204)
async def seen_deed(code: FromPath[str], request: _Request, act: NamedDependency[Act]) -> None:
    """Where the scanner saw the label; never by whom. Without a usable position nothing is kept."""
    act.require_staff()
    form = await read_field_form(request)
    label = await get_label(code)
    if form.place:
        await note_sighting(label.id, *form.place, "crew", act.at)


def _home(code: str, notice: str, act: Act) -> str:
    """The facility's job page for a crew; a registrar without a crew goes back to the desk."""
    return f"/A/{code}?notice={notice}" if act.principal.holds(Role.CREW) else f"/desk/labels/{code}?notice={notice}"


def _check_far(asset: AssetRead, form: FieldForm) -> None:
    metres = _metres(asset, form.place)
    if metres is not None and metres > FAR_METRES and not form.here:
        raise Invalid(
            N_("You are {metres} m from where this facility should be. Say below that you are at the right place."),
            code="far_away",
            metres=round(metres),
        )


async def _choose(code: str, form: FieldForm, act: Act, error: FacilityError | None = None) -> Template:
    here = _here(form.near)
    found = (await find_assets(AssetFilter(q=form.q, near=here, limit=_SHOWN))).items if form.q else []
    free = (await find_assets(AssetFilter(near=here, only="no_label", limit=_SHOWN))).items if here else []
    labelled = (await find_assets(AssetFilter(near=here, limit=_SHOWN + _SHOWN_LABELLED))).items if here else []
    chosen = _chosen(form)
    return Template(
        "labels/bind.html",
        status_code=status_of(error),
        context={
            **await _label_words(code, act),
            "error": error.message(act.lang) if error else "",
            "q": form.q,
            "near": chosen.get("near", ""),
            "found": [_row(asset, here, chosen, act.lang) for asset in found],
            "free": [_row(asset, here, chosen, act.lang) for asset in free],
            "labelled": [_row(one, here, chosen, act.lang) for one in labelled if one.label][:_SHOWN_LABELLED],
            "back_href": "/crew",
        },
    )


def _chosen(form: FieldForm) -> dict[str, str]:
    """What the page's address says, without what is empty or nonsense."""
    return {name: text for name, text in (("near", form.near if _here(form.near) else ""), ("q", form.q)) if text}


async def _confirm(code: str, form: FieldForm, act: Act, error: FacilityError | None = None) -> Template:
    asset = await get_asset(form.asset)
    place = form.place or _here(form.near)
    metres = _metres(asset, place)
    return Template(
        "labels/bind_confirm.html",
        status_code=status_of(error),
        context={
            **await _label_words(code, act),
            "errors": [{"field": _field_of(error), "text": error.message(act.lang)}] if error else [],
            "asset": asset,
            "row": _row(asset, place, {}, act.lang),
            "far": metres is not None and metres > FAR_METRES,
            "form_": form,
            "place": place,
            "back_href": f"/crew/labels/{code}/bind?" + urlencode(_chosen(form)),
        },
    )


async def _label_words(code: str, act: Act) -> dict[str, Any]:
    label = await get_label(code)
    word = check_word((await read_landing(code)).check_word, act.lang) if label.state == "blank" else ""
    return {"code": label.code, "label": label.printed, "blank": label.state == "blank", "word": word}


def _row(asset: AssetRead, here: tuple[float, float] | None, chosen: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    kind = catalogue().kind(asset.kind)
    metres = _metres(asset, here)
    return {
        "name": pick(lang, asset.name, asset.name_en),
        "kind": pick(lang, kind.zh, kind.en),
        "address": pick(lang, asset.address, asset.address_en) or asset.street,
        "code": asset.code,
        "label": asset.label or "",
        "distance": _distance(metres, lang) if metres is not None else "",
        "query": urlencode({"asset": asset.code, **chosen}, quote_via=quote),
    }


def _metres(asset: AssetRead, here: tuple[float, float] | None) -> float | None:
    if here is None or asset.lon is None or asset.lat is None:
        return None
    return distance_metres(Position(*here), Position(asset.lon, asset.lat))


def _distance(metres: float, lang: Lang) -> str:
    if metres < 1000:
        return translate(lang, N_("{metres} m"), metres=round(metres))
    return translate(lang, N_("{kilometres} km"), kilometres=f"{metres / 1000:.1f}")


def _here(near: str) -> tuple[float, float] | None:
    """The phone's position out of the address; nonsense only means that nothing is sorted by it."""
    try:
        place = parse_position(near)
    except Invalid:
        return None
    return place.lon, place.lat


def _field_of(error: FacilityError) -> str:
    if "photo" in error.code:
        return "photo"
    return {"has_label": "replace", "far_away": "here"}.get(error.code, "")


FIELD_PAGES = [bind_page, bind_deed, fixed_deed, worn_deed, seen_deed]
