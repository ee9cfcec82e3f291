"""The desk pages of label templates: what there is, how it looks, an own one brought, published, withdrawn."""

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, NotFound
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from labels.pages.forms import TOLD, read_version
from labels.pages.means.reading import means_tabs, texts_of, told
from labels.pages.words import stock_words
from labels.queries.inventory import TemplateRead, find_manifests, find_revisions, known_stocks, read_files, suiting
from labels.routes import split_codes
from labels.service.means import (
    draft_template,
    pack_template,
    picture_template,
    preview_template,
    publish_template,
    read_uploads,
    withdraw_template,
)
from labels.service.means.preview import NAME
from labels.template import Manifest, read_template, shipped_template
from labels.template import Template as LabelTemplate
from registry.catalogue import catalogue

_Request = Request[Any, Any, Any]
_PATH: Final = "/desk/labels/templates"
_STATES: Final = {
    "shipped": N_("Ships with the program"),
    "draft": N_("Draft"),
    "published": N_("Published"),
    "withdrawn": N_("Withdrawn"),
}
_PLACES: Final = {"indoors": N_("indoors"), "outdoors": N_("outdoors")}


@get(_PATH)
async def templates_page(act: NamedDependency[Act]) -> Template:
    """Every template, and the form that brings one."""
    act.require_staff()
    return await _list(act)


@post(_PATH, status_code=200)
async def upload_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """A template as one ZIP or as its files: kept as a draft, and shown."""
    act.require_staff()
    form = await request.form()
    sent = [part for part in form.getall("files", []) if isinstance(part, UploadFile) and part.filename]
    try:
        files = await to_thread.run_sync(read_uploads, [(part.filename, await part.read()) for part in sent])
        made = await draft_template(files, act)
    except TOLD as error:
        return await _list(act, error)
    return Redirect(f"{_PATH}/{made.key}?revision={made.revision}&notice=saved", status_code=303)


async def _list(act: Act, error: FacilityError | None = None) -> Template:
    by_key: dict[str, list[TemplateRead]] = {}
    manifests: dict[tuple[str, int], Manifest] = {}
    for one, manifest in await find_manifests():
        by_key.setdefault(one.key, []).append(one)
        manifests[one.key, one.revision] = manifest
    cards = []
    for key, revisions in by_key.items():
        shown = _shown(revisions)
        manifest = manifests[key, shown.revision]
        cards.append(
            {
                "key": key,
                "name": pick(act.lang, shown.zh, shown.en),
                "other_name": pick("en" if act.lang == "zh-CN" else "zh-CN", shown.zh, shown.en),
                "shown": shown.revision,
                "size": _size_words(manifest),
                "level": manifest.level,
                "place": translate(act.lang, _PLACES[manifest.place]),
                "used": next((one for one in revisions if one.in_use), None),
                "draft": next((one for one in revisions if one.state == "draft"), None),
                "ships": shown.ships,
            }
        )
    return Template(
        "labels/templates.html",
        status_code=status_of(error),
        context={
            "tabs": means_tabs("templates", act.lang),
            "cards": cards,
            "may_change": act.principal.has(Role.REGISTRAR),
            **told(error, act.lang),
        },
    )


def _shown(revisions: list[TemplateRead]) -> TemplateRead:
    """The revision that stands for its template: the one in use, else the newest."""
    return next((one for one in revisions if one.in_use), revisions[0])


def _size_words(manifest: Manifest) -> str:
    if manifest.width is not None and manifest.height is not None:
        return f"{manifest.width:g} × {manifest.height:g}"
    (least_width, least_height), (most_width, most_height) = manifest.least, manifest.most
    return f"{least_width:g}–{most_width:g} × {least_height:g}–{most_height:g}"


@get(_PATH + "/{key:str}")
async def template_page(
    key: FromPath[str],
    act: NamedDependency[Act],
    revision: FromQuery[int | None] = None,
    stock: FromQuery[str] = "",
) -> Template:
    """One template: a picture of its first label, what it needs, its revisions and what can be done with them."""
    act.require_staff()
    return await _page(key, act, revision, stock)


@post(_PATH + "/{key:str}/publish", status_code=200)
async def publish_page(key: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Print with a revision from now on."""
    typed = texts_of(await request.form())
    revision = _revision(typed)
    try:
        await publish_template(key, revision, act, version=read_version(typed))
    except TOLD as error:
        return await _page(key, act, None, "", error)
    return Redirect(f"{_PATH}/{key}?revision={revision}&notice=saved", status_code=303)


@post(_PATH + "/{key:str}/withdraw", status_code=200)
async def withdraw_page(key: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Print with a revision no more, or let a draft go."""
    typed = texts_of(await request.form())
    try:
        await withdraw_template(key, act, revision=_revision(typed), version=read_version(typed))
    except TOLD as error:
        return await _page(key, act, None, "", error)
    return Redirect(f"{_PATH}/{key}?notice=saved", status_code=303)


def _revision(typed: dict[str, str]) -> int:
    text = typed.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise NotFound(N_("There is no such revision."), code="unknown_revision")
    return int(text)


@get(_PATH + "/{key:str}/{revision:int}/files.zip")
async def template_files(key: FromPath[str], revision: FromPath[int], act: NamedDependency[Act]) -> Response[bytes]:
    """The files of a revision as a ZIP, to begin an own template from."""
    act.require_staff()
    return _file(pack_template(key, await read_files(key, revision)), f"{key}-{revision}.zip", "application/zip")


@get(_PATH + "/{key:str}/{revision:int}/preview.pdf")
async def preview_pdf(
    key: FromPath[str],
    revision: FromPath[int],
    act: NamedDependency[Act],
    stock: FromQuery[str] = "",
    codes: FromQuery[str] = "",
) -> Response[bytes]:
    """A sheet of real assets in a revision, as a specimen: nothing is issued and nothing is marked as printed."""
    data = await preview_template(key, revision, stock, split_codes(codes), act)
    return _file(data, f"{NAME}-{key}-{revision}.pdf", "application/pdf")


@get(_PATH + "/{key:str}/{revision:int}/preview.png")
async def preview_png(
    key: FromPath[str], revision: FromPath[int], act: NamedDependency[Act], stock: FromQuery[str] = ""
) -> Response[bytes]:
    """A picture of the first label of the specimen."""
    data = await picture_template(key, revision, stock, act)
    return Response(data, media_type="image/png", headers={"Cache-Control": "private, max-age=60"})


def _file(data: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=media_type, headers=headers)


async def _page(key: str, act: Act, revision: int | None, stock: str, error: FacilityError | None = None) -> Template:
    revisions = await find_revisions(key)
    if not revisions:
        raise NotFound(N_("There is no label template {key}."), code="unknown_template", key=key[:80])
    shown = next((one for one in revisions if one.revision == revision), None)
    if shown is None:
        if revision is not None:
            raise NotFound(N_("There is no such revision."), code="unknown_revision")
        shown = _shown(revisions)
    files = await read_files(key, shown.revision)
    template, problem = _read(files, shown, act.lang)
    stocks = suiting(template, await known_stocks()) if template else {}
    chosen = stock if stock in stocks else next(iter(stocks), "")
    picture = ""
    if template:
        picture, problem = await _picture(key, shown.revision, chosen, act)
    query = urlencode({"stock": chosen}) if chosen else ""
    return Template(
        "labels/template.html",
        status_code=status_of(error),
        context={
            "tabs": means_tabs("templates", act.lang),
            "key": key,
            "name": pick(act.lang, shown.zh, shown.en),
            "picked": shown,
            "revisions": [(one, translate(act.lang, _STATES[one.state])) for one in revisions],
            "ships": shown.ships,
            "stocks": [(one.key, stock_words(one, act.lang)) for one in stocks.values()],
            "stock": chosen,
            "picture": picture,
            "problem": problem,
            "readable": template is not None,
            "needs": _needs(template, act.lang) if template else [],
            "files": sorted(files),
            "preview_href": f"{_PATH}/{key}/{shown.revision}/preview",
            "query": f"?{query}" if query else "",
            "may_change": act.principal.has(Role.REGISTRAR),
            **told(error, act.lang),
        },
    )


def _read(files: Mapping[str, bytes], shown: TemplateRead, lang: Lang) -> tuple[LabelTemplate | None, str]:
    """The template, or the sentence why this program cannot read it: then it can still be fetched and withdrawn."""
    if not shown.revision:
        return shipped_template(shown.key), ""
    try:
        return read_template(files, shown.revision), ""
    except FacilityError as error:
        return None, error.message(lang)


async def _picture(key: str, revision: int, stock: str, act: Act) -> tuple[str, str]:
    """The picture inside the page, or the sentence that says why there is none."""
    try:
        data = await picture_template(key, revision, stock, act)
    except FacilityError as error:
        return "", error.message(act.lang)
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii"), ""


def _needs(template: LabelTemplate, lang: Lang) -> list[tuple[str, str]]:
    """What the template is for and what it prints."""
    manifest, kinds = template.manifest, catalogue().kinds
    names = [pick(lang, kinds[key].zh, kinds[key].en) if key in kinds else key for key in manifest.kinds]
    comma = pick(lang, "、", ", ")
    least, most = manifest.least_module, manifest.most_module
    rows = (
        (N_("Label"), f"{_size_words(manifest)} mm"),
        (N_("Kinds"), comma.join(names) or translate(lang, N_("All kinds"))),
        (N_("QR code, error correction"), manifest.level),
        (N_("One module"), f"{least:g} mm" if least == most else f"{least:g}–{most:g} mm"),
        (N_("Read from"), translate(lang, N_("{mm} mm away, {place}"), mm=f"{manifest.distance:g}",
                                    place=translate(lang, _PLACES[manifest.place]))),
        (N_("Fields"), comma.join(template.bound.fields)),
        (N_("Photo of the facility"), translate(lang, N_("yes") if template.bound.photos else N_("no"))),
    )  # fmt: skip
    return [(translate(lang, term), value) for term, value in rows]


TEMPLATE_PAGES = [
    templates_page,
    upload_page,
    template_page,
    publish_page,
    withdraw_page,
    template_files,
    preview_pdf,
    preview_png,
]
