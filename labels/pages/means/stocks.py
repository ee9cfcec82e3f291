"""The desk page of label stock: every sheet drawn, an own one written down in millimetres and looked at meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, translate
from labels.pages.forms import TOLD, read_version
from labels.pages.means.reading import (
    choices,
    means_tabs,
    read_count,
    read_number,
    texts_of,
    told,
)
from labels.pages.words import STOCK_FORMS, stock_words
from labels.queries.inventory import StockMeasures, StockRead, find_stocks, get_stock, stock_of
from labels.service.means import remove_stock, save_stock
from labels.stock import DPI, Stock, cells

_Request = Request[Any, Any, Any]
_PATH: Final = "/desk/labels/stocks"
FIELDS: Final = {
    "page_width": N_("Page width"),
    "page_height": N_("Page height"),
    "label_width": N_("Label width"),
    "label_height": N_("Label height"),
    "margin_left": N_("Left margin"),
    "margin_top": N_("Top margin"),
    "pitch_x": N_("Pitch across"),
    "pitch_y": N_("Pitch down"),
    "corner": N_("Corner radius"),
    "bleed": N_("Bleed"),
}
COUNTS: Final = {"columns": N_("Columns"), "rows": N_("Rows"), "life_years": N_("Lasts outdoors")}
_FLAGS: Final = ("marks", "pdf_a")
# What a form begins with: the sheet that most offices have.
_BEGIN: Final = "a4-3x8"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sheet to scale, in millimetres with its bleed and crop marks around: for an SVG."""

    width: float
    height: float
    extra: float
    page: tuple[float, float]
    label: tuple[float, float, float]
    corners: tuple[tuple[float, float], ...]
    title: str


@get(_PATH)
async def stocks_page(act: NamedDependency[Act], key: FromQuery[str] = "", new: FromQuery[str] = "") -> Template:
    """Every stock; with ``key`` the form to change one, with ``new`` that for another."""
    act.require_staff()
    if key:
        found = await get_stock(key)
        return await _page(act, typed=_typed(found), changing=found)
    if new:
        typed = _typed(await get_stock(_BEGIN)) | {"key": "", "version": ""}
        return await _page(act, typed=typed)
    return await _page(act)


@post(_PATH, status_code=200)
async def save_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Write a stock down; what is wrong with it is told above the form."""
    typed = texts_of(await request.form())
    try:
        await save_stock(typed.get("key", ""), _measures(typed, act.lang), act, version=read_version(typed))
    except TOLD as error:
        changing = await get_stock(typed["key"]) if typed.get("version") else None
        return await _page(act, typed=typed, changing=changing, error=error)
    return Redirect(f"{_PATH}?notice=saved", status_code=303)


@post(_PATH + "/check", status_code=200)
async def check_page(request: _Request, act: NamedDependency[Act]) -> Template:
    """The drawing of what is typed so far, or what is wrong with it: a piece of the page, asked for while typing."""
    act.require_staff()
    typed = texts_of(await request.form())
    return Template("labels/stock_drawing.html", context=_drawn(typed, act.lang))


@post(_PATH + "/{key:str}/remove", status_code=200)
async def remove_page(key: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Remove an own stock."""
    typed = texts_of(await request.form())
    try:
        await remove_stock(key, act, version=read_version(typed))
    except TOLD as error:
        return await _page(act, error=error)
    return Redirect(f"{_PATH}?notice=saved", status_code=303)


def _measures(typed: Mapping[str, str], lang: Lang) -> StockMeasures:
    """The measures as typed. Raises Invalid that calls the field by its name."""
    dpi = typed.get("dpi", "0")
    if dpi not in {str(known) for known in DPI}:
        raise Invalid(N_("Choose the printer's resolution from the list."), code="bad_number")
    numbers: dict[str, Any] = {name: read_number(typed, name, words, lang) for name, words in FIELDS.items()}
    numbers |= {name: read_count(typed, name, words, lang) for name, words in COUNTS.items()}
    flags = {name: typed.get(name) == "1" for name in _FLAGS}
    return StockMeasures(**numbers, **flags, form=typed.get("form", "sheet"), dpi=int(dpi))


def _typed(stock: StockRead) -> dict[str, str]:
    values = msgspec.structs.asdict(stock.measures)
    plain = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in values.items()}
    flags = {name: "1" if values[name] else "" for name in _FLAGS}
    return plain | flags | {"key": stock.key, "version": str(stock.version)}


def _drawn(typed: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    try:
        stock = stock_of(typed.get("key") or "–", _measures(typed, lang))
    except Invalid as error:
        return {"drawing": None, "problem": error.message(lang)}
    return {"drawing": draw_stock(stock, lang), "problem": ""}


def draw_stock(stock: Stock, lang: Lang) -> Drawing:
    """The sheet to scale."""
    corners = tuple((cell.left + stock.extra, cell.top + stock.extra) for cell in cells(stock, stock.per_sheet))
    return Drawing(
        width=round(stock.page_width + 2 * stock.extra, 3),
        height=round(stock.page_height + 2 * stock.extra, 3),
        extra=stock.extra,
        page=(stock.page_width, stock.page_height),
        label=(stock.label_width, stock.label_height, stock.corner),
        corners=corners,
        title=f"{stock.key}: {stock_words(stock, lang)}",
    )


async def _page(
    act: Act,
    *,
    typed: dict[str, str] | None = None,
    changing: StockRead | None = None,
    error: FacilityError | None = None,
) -> Template:
    rows = []
    for one in await find_stocks():
        stock = stock_of(one.key, one.measures)
        rows.append({"stock": one, "words": stock_words(stock, act.lang), "drawing": draw_stock(stock, act.lang)})
    return Template(
        "labels/stocks.html",
        status_code=status_of(error),
        context={
            "tabs": means_tabs("stocks", act.lang),
            "rows": rows,
            "typed": typed,
            "changing": changing,
            "fields": {name: translate(act.lang, words) for name, words in (FIELDS | COUNTS).items()},
            "forms": choices(STOCK_FORMS, act.lang),
            "dpis": [(str(dpi), f"{dpi} dpi" if dpi else translate(act.lang, N_("any"))) for dpi in DPI],
            "may_change": act.principal.has(Role.REGISTRAR),
            **(_drawn(typed, act.lang) if typed else {"drawing": None, "problem": ""}),
            **told(error, act.lang),
        },
    )


STOCK_PAGES = [stocks_page, save_page, check_page, remove_page]
