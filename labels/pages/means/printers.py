"""The desk page of printers: how far each prints off, found with a page to measure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang
from labels.pages.forms import TOLD, read_version
from labels.pages.means.reading import (
    choices,
    means_tabs,
    read_number,
    texts_of,
    told,
)
from labels.pages.words import PRINTER_FORMS, stock_words
from labels.press.calibration import BAR, calibration_pdf, calibration_zpl, read_shift
from labels.queries import find_printer, find_stock
from labels.queries.inventory import PrinterRead, get_printer, known_stocks, list_printers
from labels.routes.labels import MEDIA_TYPES
from labels.service.means import PrinterMeasures, remove_printer, save_printer
from labels.stamp import Shift
from labels.stock import DEFAULT_STOCK, Stock

_Request = Request[Any, Any, Any]
_PATH: Final = "/desk/labels/printers"
_CALIBRATIONS: Final[dict[str, Callable[[Stock, Shift], bytes | str]]] = {
    "pdf": calibration_pdf,
    "zpl": calibration_zpl,
}
_SHIFTS: Final = {"right": N_("Too far to the right"), "down": N_("Too far down")}
_LENGTHS: Final = {"across": N_("100 mm across measure"), "along": N_("100 mm down measure")}
_BEGIN: Final = {
    "right": "0", "down": "0", "across": "100", "along": "100", "form": "pdf", "stock": DEFAULT_STOCK,
}  # fmt: skip


@get(_PATH)
async def printers_page(act: NamedDependency[Act], key: FromQuery[str] = "", new: FromQuery[str] = "") -> Template:
    """Every printer; with ``key`` the form to change one, with ``new`` that for another."""
    act.require_staff()
    if key:
        found = await get_printer(key)
        return await _page(act, typed=_typed(found), changing=found)
    if new:
        return await _page(act, typed=dict(_BEGIN))
    return await _page(act)


@post(_PATH, status_code=200)
async def save_page(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Write a printer down."""
    typed = texts_of(await request.form())
    key = typed.get("key", "")
    try:
        await save_printer(
            key, typed.get("name", ""), await _measures(typed, act.lang), act, version=read_version(typed)
        )
    except TOLD as error:
        changing = await get_printer(key) if typed.get("version") else None
        return await _page(act, typed=typed, changing=changing, error=error)
    return Redirect(f"{_PATH}?notice=saved", status_code=303)


@post(_PATH + "/{key:str}/remove", status_code=200)
async def remove_page(key: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Remove a printer."""
    typed = texts_of(await request.form())
    try:
        await remove_printer(key, act, version=read_version(typed))
    except TOLD as error:
        return await _page(act, error=error)
    return Redirect(f"{_PATH}?notice=saved", status_code=303)


@get([f"{_PATH}/calibration.{form}" for form in _CALIBRATIONS])
async def calibration_page(
    request: _Request, act: NamedDependency[Act], stock: FromQuery[str] = DEFAULT_STOCK, printer: FromQuery[str] = ""
) -> Response[bytes | str]:
    """A page to measure on a stock; with ``printer`` its correction is made, so that it should measure true."""
    act.require_staff()
    form = request.url.path.rpartition(".")[2]
    chosen = await find_stock(stock)
    shift = (await find_printer(printer)).shift if printer else Shift()
    data = await to_thread.run_sync(_CALIBRATIONS[form], chosen, shift)
    headers = {
        "Content-Disposition": f'attachment; filename="calibration-{chosen.key}.{form}"',
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=MEDIA_TYPES[form], headers=headers)


async def _measures(typed: Mapping[str, str], lang: Lang) -> PrinterMeasures:
    """The error as read on the calibration page of a stock, or, without one, as it is kept: from the page's corner.

    Raises Invalid that calls the field by its name, and for an unknown stock.
    """
    off = {name: read_number(typed, name, words, lang) for name, words in _SHIFTS.items()}
    long = {name: read_number(typed, name, words, lang) for name, words in _LENGTHS.items()}
    form = typed.get("form", "pdf")
    if not typed.get("stock") or not all(long.values()):
        scales = {name: round(length / BAR, 6) for name, length in long.items()}
        return PrinterMeasures(form=form, **off, **scales)
    shift = read_shift(await find_stock(typed["stock"]), **off, **long)
    return PrinterMeasures(form=form, right=shift.right, down=shift.down, across=shift.across, along=shift.along)


def _typed(printer: PrinterRead) -> dict[str, str]:
    return {
        "key": printer.key,
        "name": printer.name,
        "form": printer.form,
        "right": f"{printer.right:g}",
        "down": f"{printer.down:g}",
        "across": f"{printer.across * BAR:g}",
        "along": f"{printer.along * BAR:g}",
        "version": str(printer.version),
        "stock": "",
    }


async def _page(
    act: Act,
    *,
    typed: dict[str, str] | None = None,
    changing: PrinterRead | None = None,
    error: FacilityError | None = None,
) -> Template:
    printers = await list_printers()
    return Template(
        "labels/printers.html",
        status_code=status_of(error),
        context={
            "tabs": means_tabs("printers", act.lang),
            "rows": [(one, _typed(one)) for one in printers],
            "printers": [(one.key, one.name) for one in printers],
            "typed": typed,
            "changing": changing,
            "forms": choices(PRINTER_FORMS, act.lang),
            "form_words": dict(choices(PRINTER_FORMS, act.lang)),
            "stocks": [(one.key, stock_words(one, act.lang)) for one in (await known_stocks()).values()],
            "default_stock": DEFAULT_STOCK,
            "may_change": act.principal.has(Role.REGISTRAR),
            **told(error, act.lang),
        },
    )


PRINTER_PAGES = [printers_page, save_page, remove_page, calibration_page]
