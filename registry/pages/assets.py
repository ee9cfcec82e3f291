"""The list of assets and the page of one."""

from typing import Any, Final
from urllib.parse import quote, urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid, NotFound
from foundation.geometry import navigation_links
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import Kind, catalogue
from registry.exporting import stream_csv
from registry.queries import (
    asset_counts,
    find_assets,
    find_history,
    find_organisations,
    find_streets,
    get_asset,
    place_of,
)
from registry.schemas import AssetFilter, AssetRead
from registry.words import ONLY, OPERATING, STATUS, options, show_value


def kind_options(lang: Lang) -> list[tuple[str, str]]:
    """All kinds as choices."""
    return [(kind.key, pick(lang, kind.zh, kind.en)) for kind in catalogue().kinds.values()]


_Request = Request[Any, Any, Any]
_FILTERS: Final = ("kind", "q", "street", "status", "operating_state", "condition", "only")
_LABELLED: Final = ("kind", "street", "q", "only")  # what the pages of labels and of the map can choose by
MOST_PICKED: Final = 50  # one page of the list


@get("/desk/assets")
async def assets_page(request: _Request, act: NamedDependency[Act], cursor: FromQuery[str | None] = None) -> Template:
    """The registry as a list; filters stand in the address."""
    act.require_staff()
    chosen = _chosen(request)
    wanted = _filter(chosen, cursor)
    page = await find_assets(wanted)
    kinds = catalogue().kinds
    return Template(
        "registry/assets.html",
        context={
            "chosen": chosen,
            "rows": [(asset, _kind_name(kinds.get(asset.kind), act.lang)) for asset in page.items],
            "counts": await asset_counts(wanted),
            "kinds": kind_options(act.lang),
            "streets": [(name, name) for name in await find_streets(chosen.get("kind"))],
            "statuses": options(STATUS, act.lang),
            "operating_states": options(OPERATING, act.lang),
            "onlys": options(ONLY, act.lang),
            "next_href": "?" + urlencode(chosen | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(chosen) if cursor else "",
            "may_register": act.principal.holds(Role.REGISTRAR),
            "query": urlencode(chosen),
            "label_query": urlencode({k: v for k, v in chosen.items() if k in _LABELLED}),
        },
    )


@get("/desk/assets.csv")
async def assets_csv(request: _Request, act: NamedDependency[Act]) -> Stream:
    """The same list, whole, for a spreadsheet."""
    act.require_staff()
    wanted = _filter(_chosen(request), None)
    return Stream(
        await stream_csv(wanted),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{wanted.kind or "assets"}.csv"'},
    )


@post("/desk/assets/labels")
async def label_picked(request: _Request, act: NamedDependency[Act]) -> Redirect:
    """What was ticked in the list, on the page that prints labels."""
    act.require_staff()
    codes = [str(code) for code in (await request.form()).getall("pick", [])]
    return Redirect("/desk/labels?" + urlencode({"codes": ",".join(codes[:MOST_PICKED])}), status_code=303)


def _chosen(request: _Request) -> dict[str, str]:
    values = {name: str(request.query_params.get(name) or "").strip() for name in _FILTERS}
    return {name: value for name, value in values.items() if value}


def _kind_name(kind: Kind | None, lang: Lang) -> str:
    return pick(lang, kind.zh, kind.en) if kind else ""


def _filter(chosen: dict[str, str], cursor: str | None) -> AssetFilter:
    values: dict[str, Any] = dict(chosen)
    if "kind" in values:
        catalogue().kind(values["kind"])
    if "condition" in values:
        if values["condition"] not in {"1", "2", "3", "4", "5"}:
            raise Invalid(N_("There is no such filter."), code="bad_filter")
        values["condition"] = int(values["condition"])
    return AssetFilter(**values, cursor=cursor, with_retired="status" in values)


@get("/desk/assets/{code:str}")
async def asset_page(code: FromPath[str], act: NamedDependency[Act], cursor: FromQuery[str | None] = None) -> Template:
    """One asset: what it is, how it is, what was done."""
    act.require_staff()
    return await show_asset(await get_asset(code), act, cursor=cursor)


async def show_asset(
    asset: AssetRead, act: Act, *, cursor: str | None = None, error: FacilityError | None = None, reason: str = ""
) -> Template:
    """The page of an asset; with ``error``, why it could not be retired or reinstated."""
    kind = catalogue().kind(asset.kind)
    history = await find_history(asset.id, None, cursor, 30)
    organisations = {row["id"]: pick(act.lang, row["name"], row["name_en"]) for row in await find_organisations()}
    return Template(
        "registry/asset.html",
        status_code=status_of(error),
        context={
            "error": error.message(act.lang) if error else "",
            "reason": reason,
            "asset": asset,
            "kind_name": pick(act.lang, kind.zh, kind.en),
            "kind": kind,
            "facts": facts_of(asset, kind, act.lang),
            "attributes": attribute_facts(asset, kind, act.lang),
            "codes": [code for code in kind.codes if code.code],
            "organisation": organisations.get(asset.organisation_id or 0, ""),
            "lines": [_line(line, act.lang) for line in history.items],
            "next_href": f"?cursor={history.next}" if history.next else "",
            "links": navigation_links(asset.lon, asset.lat, asset.name, act.lang)
            if asset.lon is not None and asset.lat is not None
            else [],
            "may_edit": act.principal.has(Role.REGISTRAR, place=place_of(asset)),
            "operating": translate(act.lang, OPERATING[asset.operating_state]),
            "status": translate(act.lang, STATUS[asset.status]),
        },
    )


def _line(line: Any, lang: Lang) -> dict[str, Any]:
    return {"at": line.at, "text": line.summary[lang[:2]], "actor": line.actor, "audience": line.audience}


def facts_of(asset: AssetRead, kind: Kind, lang: Lang) -> list[tuple[str, str]]:
    """What every asset has, as terms and values; empty ones are left out by the page."""
    position = f"{asset.lon:.6f}, {asset.lat:.6f}" if asset.lon is not None else translate(lang, N_("Not surveyed"))
    rows = [
        (N_("Kind"), pick(lang, kind.zh, kind.en)),
        (N_("Name in English"), asset.name_en),
        (N_("Address"), pick(lang, asset.address, asset.address_en)),
        (N_("Street"), asset.street),
        (N_("Community"), asset.community),
        (N_("Position (WGS 84)"), position),
        (N_("National component id"), asset.component_id or ""),
    ]
    return [(translate(lang, term), value) for term, value in rows]


def attribute_facts(asset: AssetRead, kind: Kind, lang: Lang, *, public: bool = False) -> list[tuple[str, str]]:
    """The kind's attributes that have a value; with ``public`` only what citizens may see."""
    return [
        (pick(lang, attribute.zh, attribute.en), show_value(attribute, asset.attributes[attribute.key], lang))
        for attribute in kind.attributes
        if attribute.key in asset.attributes and (attribute.public or not public)
    ]


@get("/desk/search")
async def search_page(act: NamedDependency[Act], q: FromQuery[str] = "") -> Redirect:
    """Search from anywhere: an exact code or a single hit opens its page, anything else filters the list."""
    act.require_staff()
    code = await _only_hit(q.strip()) if q.strip() else None
    href = f"/desk/assets/{quote(code, safe='')}" if code else "/desk/assets?" + urlencode({"q": q})
    return Redirect(href, status_code=303)


async def _only_hit(q: str) -> str | None:
    try:
        return (await get_asset(q)).code
    except NotFound:
        page = await find_assets(AssetFilter(q=q, limit=2, with_retired=True))
        return page.items[0].code if len(page.items) == 1 else None


ASSET_PAGES = [assets_page, assets_csv, label_picked, asset_page, search_page]
