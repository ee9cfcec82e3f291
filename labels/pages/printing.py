"""The desk page that prints labels: what, on what, and how; and the batches of blank ones."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.principals import Role
from foundation.settings import current_settings
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick
from labels.pages.forms import TOLD, read_whole
from labels.pages.words import means_words, state_word, stock_words
from labels.queries import (
    count_selected,
    find_batches,
    find_labels,
    find_printers,
    find_stock,
    find_templates,
    label_counts,
)
from labels.queries.inventory import known_stocks, suiting
from labels.routes import MOST_AT_ONCE, check_state, pdf_response, split_codes
from labels.schemas import LabelFilter, Selection
from labels.service import Paper, preprint, print_labels, void_batch
from labels.service.background import print_anyway, print_later
from labels.service.printing.paper import asked_before, order_for
from labels.states import STATES
from labels.stock import DEFAULT_STOCK, STOCKS, Stock, sheets_needed
from labels.template import DEFAULT_TEMPLATE
from registry.catalogue import catalogue
from registry.queries import find_streets
from registry.words import ONLY, options

_Request = Request[Any, Any, Any]
_WHAT = ("kind", "street", "q", "only", "codes", "reprint", "imported")
_HOW = ("template", "stock", "printer", "form", "start")
_CHOICES = (*_WHAT, *_HOW, "state", "label")
MOST_BLANK_SHEETS = 400
# Refusals after which “Print anyway” is offered.
_ASKED = frozenset({"missing_glyph", "small_modules"})


@get("/desk/labels")
async def labels_page(request: _Request, act: NamedDependency[Act], cursor: FromQuery[str | None] = None) -> Template:
    """What can be printed, and the labels there are; every choice stands in the address."""
    act.require_staff()
    chosen = _chosen(request.query_params)
    check_state(chosen.get("state"))
    return await _page(act, chosen, cursor=cursor)


@post("/desk/labels/print", status_code=200)
async def print_page(request: _Request, act: NamedDependency[Act]) -> Response[bytes] | Template | Redirect:
    """The labels as a file; with a note, the page first says what is wrong and asks. A large job waits its turn."""
    act.require_anywhere(Role.REGISTRAR)
    typed = await request.form()
    chosen = _chosen(typed)
    anyway = typed.get("anyway") == "1"
    try:
        if not _says_what(chosen):
            raise Invalid(N_("Choose a kind, a street or single facilities first."), code="no_selection")
        paper, selection = _paper(chosen, typed, anyway=anyway), _selection(chosen)
        if await count_selected(selection, at=act.at) > MOST_AT_ONCE:
            if not anyway:
                await asked_before(await order_for(paper))
            return Redirect(f"/desk/jobs/{await print_later(selection, paper, act)}", status_code=303)
        sheet = await print_labels(selection, paper, act, most=MOST_AT_ONCE, ask=not anyway)
    except TOLD as error:
        return await _page(act, chosen, error=error)
    return pdf_response(sheet)


def _paper(chosen: Mapping[str, str], typed: Mapping[str, Any], *, anyway: bool) -> Paper:
    """How it is printed. The page's own number is the key of the request: the same choice sent twice prints once."""
    return Paper(
        current_settings().public_url,
        stock=chosen.get("stock", DEFAULT_STOCK),
        start=read_whole(chosen.get("start", "1")),
        template=chosen.get("template", DEFAULT_TEMPLATE),
        printer=chosen.get("printer", ""),
        form=chosen.get("form", "pdf"),
        anyway=anyway,
        request=str(typed.get("request") or "")[:40],
    )


@post("/desk/labels/preprint", status_code=200)
async def preprint_page(request: _Request, act: NamedDependency[Act]) -> Response[bytes] | Template | Redirect:
    """Sheets of blank labels, bound to facilities later by whoever sticks them on; many are a job."""
    act.require(Role.REGISTRAR)
    typed = await request.form()
    chosen = _chosen(typed)
    try:
        paper = _paper(chosen, typed, anyway=True)
        stock = await find_stock(paper.stock)
        sheets = read_whole(str(typed.get("sheets", "1")))
        if not 1 <= sheets <= MOST_BLANK_SHEETS:
            raise Invalid(N_("At most {most} sheets at once."), code="too_many_labels", most=MOST_BLANK_SHEETS)
        if sheets * stock.per_sheet > MOST_AT_ONCE:
            return Redirect(f"/desk/jobs/{await print_later(sheets * stock.per_sheet, paper, act)}", status_code=303)
        return pdf_response(await preprint(sheets * stock.per_sheet, paper, act))
    except TOLD as error:
        return await _page(act, chosen, error=error)


@post("/desk/labels/jobs/{job_id:int}/anyway", status_code=200)
async def print_anyway_page(job_id: FromPath[int], act: NamedDependency[Act]) -> Redirect:
    """Let a job go on that was refused because of a character no font has."""
    return Redirect(f"/desk/jobs/{(await print_anyway(job_id, act)).id}", status_code=303)


@get("/desk/labels/batches")
async def batches_page(act: NamedDependency[Act]) -> Template:
    """Blank labels by batch: how many are fixed, and how many are still out there."""
    act.require_staff()
    return await _batches(act)


@post("/desk/labels/batches/{batch:str}/void", status_code=200)
async def void_batch_page(batch: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Redirect | Template:
    """Make the rest of a batch void: a roll that was lost or spoilt."""
    typed = await request.form()
    try:
        await void_batch(batch, str(typed.get("reason", "")), act)
    except TOLD as error:
        return await _batches(act, error)
    return Redirect("/desk/labels/batches?notice=saved", status_code=303)


async def _batches(act: Act, error: FacilityError | None = None) -> Template:
    return Template(
        "labels/batches.html",
        status_code=status_of(error),
        context={
            "batches": await find_batches(),
            "error": error.message(act.lang) if error else "",
            "may_void": act.principal.holds(Role.REGISTRAR),
        },
    )


def _chosen(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]).strip() for name in _CHOICES if str(values.get(name) or "").strip()}


def _says_what(chosen: Mapping[str, str]) -> bool:
    return any(chosen.get(name) for name in _WHAT)


def _selection(chosen: Mapping[str, str]) -> Selection:
    given = {name: chosen.get(name) for name in ("kind", "street", "q", "only")}
    imported = read_whole(chosen["imported"]) if "imported" in chosen else None
    reprint = chosen.get("reprint") == "1"
    return Selection(codes=split_codes(chosen.get("codes")), reprint=reprint, imported=imported, **given)


async def _page(
    act: Act,
    chosen: dict[str, str],
    *,
    cursor: str | None = None,
    error: FacilityError | None = None,
) -> Template:
    page = await find_labels(LabelFilter(state=chosen.get("state"), q=chosen.get("label"), cursor=cursor))
    count, problem = await _count(chosen, act)
    asks = error is not None and error.code in _ASKED
    problem = (None if asks else error) or problem
    return Template(
        "labels/labels.html",
        status_code=status_of(error),
        context={
            "chosen": chosen,
            "what": {name: chosen[name] for name in _WHAT if name in chosen},
            "error": problem.message(act.lang) if problem else "",
            "warnings": [error.message(act.lang)] if error and asks else [],
            "findings": [finding[act.lang[:2]] for finding in problem.findings] if problem else [],
            "count": count,
            "most": MOST_AT_ONCE,
            "most_sheets": MOST_BLANK_SHEETS,
            "request_number": secrets.token_hex(4),
            "kinds": [(kind.key, pick(act.lang, kind.zh, kind.en)) for kind in catalogue().kinds.values()],
            "streets": [(name, name) for name in await find_streets(chosen.get("kind"))],
            "onlys": options(ONLY, act.lang),
            "rows": [(label, state_word(label.state, act.lang)) for label in page.items],
            "states": [(state, state_word(state, act.lang)) for state in STATES],
            "counts": [(state_word(state, act.lang), n, state) for state, n in (await label_counts()).items()],
            "next_href": "?" + urlencode(chosen | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(chosen) if cursor else "",
            "may_print": act.principal.holds(Role.REGISTRAR),
            **await _how(chosen, count, act.lang),
        },
    )


async def _how(chosen: Mapping[str, str], count: int, lang: Lang) -> dict[str, Any]:
    """Templates, the stock that suits the chosen one, printers; stock that does not suit gives way to one that does."""
    templates = await find_templates()
    wanted = (templates.get(key) for key in (chosen.get("template"), DEFAULT_TEMPLATE, *templates) if key)
    template = next(one for one in wanted if one)
    fitting = suiting(template, await known_stocks())
    stock = fitting.get(chosen.get("stock", DEFAULT_STOCK)) or next(iter(fitting.values()), STOCKS[DEFAULT_STOCK])
    position = _position(chosen, stock)
    return {
        "templates": [(key, pick(lang, one.manifest.zh, one.manifest.en)) for key, one in templates.items()],
        "template": template,
        "stocks": [(one.key, stock_words(one, lang)) for one in fitting.values()],
        "stock": stock,
        "printers": [(printer.key, printer.name) for printer in (await find_printers()).values()],
        "forms": means_words(lang, with_zpl=bool(stock.dpi)),
        "position": position,
        "sheets": sheets_needed(stock, count, position),
    }


async def _count(chosen: Mapping[str, str], act: Act) -> tuple[int, FacilityError | None]:
    """How many labels the choice has; a code that is unknown is told before anybody presses the button."""
    if not _says_what(chosen):
        return 0, None
    try:
        return await count_selected(_selection(chosen), at=act.at), None
    except FacilityError as error:
        return 0, error


def _position(chosen: Mapping[str, str], stock: Stock) -> int:
    text = chosen.get("start", "1")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= stock.per_sheet else 1


PRINTING_PAGES = [labels_page, print_page, print_anyway_page, preprint_page, batches_page, void_batch_page]
