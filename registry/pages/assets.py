"""The list of assets and the page of one."""

from typing import Any
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import Invalid
from foundation.geometry import navigation_links
from foundation.principals import Role
from foundation.translation import N_, Lang, pick, translate
from registry.catalogue import Kind, catalogue
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


@get("/desk/assets")
async def assets_page(
    act: NamedDependency[Act],
    kind: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    street: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    condition: FromQuery[str | None] = None,
    only: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Template:
    """The registry as a list; filters stand in the address."""
    act.require_staff()
    chosen = {"kind": kind, "q": q, "street": street, "status": status, "condition": condition, "only": only}
    wanted = _filter({name: value for name, value in chosen.items() if value}, cursor)
    page = await find_assets(wanted)
    counts = await asset_counts(wanted)
    said = {name: value for name, value in chosen.items() if value}
    kinds = catalogue().kinds
    return Template(
        "registry/assets.html",
        context={
            "chosen": chosen,
            "filtered": bool(said),
            "rows": [(asset, _kind_name(kinds.get(asset.kind), act.lang)) for asset in page.items],
            "counts": counts,
            "kinds": kind_options(act.lang),
            "streets": [(name, name) for name in await find_streets(kind or None)],
            "statuses": options(STATUS, act.lang),
            "onlys": options(ONLY, act.lang),
            "next_href": "?" + urlencode(said | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(said) if cursor else "",
            "may_register": act.principal.holds(Role.REGISTRAR),
            "label_query": urlencode({k: v for k, v in said.items() if k in {"kind", "street", "q", "only"}}),
        },
    )


def _kind_name(kind: Kind | None, lang: Lang) -> str:
    return pick(lang, kind.zh, kind.en) if kind else ""


def _filter(chosen: dict[str, str], cursor: str | None) -> AssetFilter:
    values: dict[str, Any] = dict(chosen)
    if "kind" in values:
        catalogue().kind(values["kind"])
    if values.get("only") not in {None, *ONLY} or values.get("status") not in {None, *STATUS}:
        raise Invalid(N_("There is no such filter."), code="bad_filter")
    if "condition" in values:
        if values["condition"] not in {"1", "2", "3", "4", "5"}:
            raise Invalid(N_("There is no such filter."), code="bad_filter")
        values["condition"] = int(values["condition"])
    return AssetFilter(**values, cursor=cursor, limit=50, with_retired=bool(values.get("status")))


@get("/desk/assets/{code:str}")
async def asset_page(code: FromPath[str], act: NamedDependency[Act], cursor: FromQuery[str | None] = None) -> Template:
    """One asset: what it is, how it is, what was done."""
    act.require_staff()
    asset = await get_asset(code)
    kind = catalogue().kind(asset.kind)
    history = await find_history(asset.id, None, cursor, 30)
    organisations = {row["id"]: pick(act.lang, row["name"], row["name_en"]) for row in await find_organisations()}
    return Template(
        "registry/asset.html",
        context={
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
    """Search from anywhere: an exact code opens its page, anything else filters the list."""
    act.require_staff()
    page = await find_assets(AssetFilter(q=q, limit=2, with_retired=True)) if q.strip() else None
    if page and len(page.items) == 1:
        return Redirect(f"/desk/assets/{page.items[0].code}", status_code=303)
    return Redirect("/desk/assets?" + urlencode({"q": q}), status_code=303)


ASSET_PAGES = [assets_page, asset_page, search_page]
