"""The desk pages of labels: print a sheet, find a label, see to it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid, Refused
from foundation.principals import Role
from foundation.settings import current_settings
from foundation.translation import N_, Lang, pick, translate
from labels.queries import count_selected, find_labels, get_label, label_counts
from labels.routes import MOST_AT_ONCE, check_state, pdf_response, split_codes
from labels.schemas import LabelFilter, LabelRead, Selection
from labels.service import (
    Paper,
    bind_label,
    mark_fixed,
    mark_worn,
    preprint,
    print_labels,
    replace_label,
    void_label,
)
from labels.service.background import print_later
from labels.service.printing.direct import ASKED
from labels.states import ACTION_WORDS, STATE_WORDS, STATES, LabelState, actions_from
from labels.stock import DEFAULT_STOCK, STOCKS, Stock, stock_named
from registry.catalogue import catalogue
from registry.queries import find_streets
from registry.words import ONLY, options

_Request = Request[Any, Any, Any]
_CHOICES = ("kind", "street", "q", "only", "codes", "reprint", "stock", "start", "state", "label")


@get("/desk/labels")
async def labels_page(request: _Request, act: NamedDependency[Act], cursor: FromQuery[str | None] = None) -> Template:
    """What can be printed, and the labels there are; every choice stands in the address."""
    act.require_staff()
    chosen = _chosen(request.query_params)
    check_state(chosen.get("state"))
    return await _page(act, chosen, cursor=cursor)


@post("/desk/labels/print", status_code=200)
async def print_page(request: _Request, act: NamedDependency[Act]) -> Response[bytes] | Template | Redirect:
    """The sheet as a file; with a warning, the page first says what is wrong and asks. A large one is a job."""
    typed = await request.form()
    chosen = _chosen(typed)
    try:
        anyway = typed.get("anyway") == "1"
        paper = Paper(
            current_settings().public_url,
            chosen.get("stock", DEFAULT_STOCK),
            _start(chosen),
            anyway=anyway,
            request=str(typed.get("request") or "")[:40],
        )
        selection = _selection(chosen)
        if not _says_what(chosen):
            raise Invalid(N_("Choose a kind, a street or single facilities first."), code="no_selection")
        if await count_selected(selection) > MOST_AT_ONCE:
            return Redirect(f"/desk/jobs/{await print_later(selection, paper, act)}", status_code=303)
        sheet = await print_labels(selection, paper, act, most=MOST_AT_ONCE, ask=not anyway)
    except (Invalid, Refused) as error:
        if error.code == "missing_glyph":
            return await _page(act, chosen, asked=[error.message(act.lang)], status=400)
        return await _page(act, chosen, error=error, status=400)
    if not anyway and any(note.code in ASKED for note in sheet.notes):
        return await _page(act, chosen, asked=[note.message(act.lang) for note in sheet.notes])
    return pdf_response(sheet)


@post("/desk/labels/preprint", status_code=200)
async def preprint_page(request: _Request, act: NamedDependency[Act]) -> Response[bytes] | Template:
    """Sheets of blank labels, bound to facilities later by whoever sticks them on."""
    typed = await request.form()
    chosen = _chosen(typed)
    try:
        stock = stock_named(chosen.get("stock", DEFAULT_STOCK))
        count = _whole(str(typed.get("sheets", "1"))) * stock.per_sheet
        if count > MOST_AT_ONCE:
            raise Invalid(N_("At most {most} labels at once here."), code="too_many_labels", most=MOST_AT_ONCE)
        return pdf_response(await preprint(count, Paper(current_settings().public_url, stock.key), act))
    except Invalid as error:
        return await _page(act, chosen, error=error, status=400)


@get("/desk/labels/{code:str}")
async def label_page(code: FromPath[str], act: NamedDependency[Act]) -> Template:
    """One label and what can be done with it."""
    act.require_staff()
    return _label_page(await get_label(code), act)


@post("/desk/labels/{code:str}/{action:str}", status_code=200)
async def change_label(
    code: FromPath[str], action: FromPath[str], request: _Request, act: NamedDependency[Act]
) -> Redirect | Template:
    """Bind, fix, wear, replace or void; a refusal is shown on the label's own page."""
    typed = await request.form()
    try:
        label = await _do(action, code, {name: str(value) for name, value in typed.items()}, act)
    except Invalid as error:
        return _label_page(await get_label(code), act, error=error)
    return Redirect(f"/desk/labels/{label.code}?notice=saved", status_code=303)


async def _do(action: str, code: str, typed: Mapping[str, str], act: Act) -> LabelRead:
    version = _whole(typed["version"]) if typed.get("version") else None
    match action:
        case "bind":
            replace = typed.get("replace") == "1"
            return await bind_label(code, typed.get("asset", "").strip(), act, replace=replace, version=version)
        case "fix":
            return await mark_fixed(code, act, version=version)
        case "wear":
            return await mark_worn(code, act, version=version)
        case "replace":
            return await replace_label(code, act, version=version)
        case "void":
            return await void_label(code, typed.get("reason", ""), act, version=version)
    raise Invalid(N_("This cannot be done with a label."), code="bad_action")


def _chosen(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]).strip() for name in _CHOICES if str(values.get(name) or "").strip()}


def _says_what(chosen: Mapping[str, str]) -> bool:
    return any(chosen.get(name) for name in ("kind", "street", "q", "only", "codes", "reprint"))


def _selection(chosen: Mapping[str, str]) -> Selection:
    given = {name: chosen.get(name) for name in ("kind", "street", "q", "only")}
    reprint = chosen.get("reprint") == "1"
    return Selection(codes=split_codes(chosen.get("codes")), reprint=reprint, **given)


def _start(chosen: Mapping[str, str]) -> int:
    return _whole(chosen.get("start", "1"))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid(N_("“{text}” is not a whole number."), code="bad_number", text=text)
    return int(text)


async def _page(
    act: Act,
    chosen: dict[str, str],
    *,
    cursor: str | None = None,
    error: FacilityError | None = None,
    asked: Sequence[str] = (),
    status: int = 200,
) -> Template:
    wanted = LabelFilter(state=chosen.get("state"), q=chosen.get("label"), cursor=cursor)
    page = await find_labels(wanted)
    stock = STOCKS.get(chosen.get("stock", DEFAULT_STOCK), STOCKS[DEFAULT_STOCK])
    count, problem = await _count(chosen)
    problem = error or problem
    return Template(
        "labels/labels.html",
        status_code=status,
        context={
            "chosen": chosen,
            "error": problem.message(act.lang) if problem else "",
            "warnings": asked,
            "findings": [finding[act.lang[:2]] for finding in problem.findings] if problem else [],
            "count": count,
            "sheets": -(-(count + int(_position(chosen, stock)) - 1) // stock.per_sheet) if count else 0,
            "most": MOST_AT_ONCE,
            "kinds": [(kind.key, pick(act.lang, kind.zh, kind.en)) for kind in catalogue().kinds.values()],
            "streets": [(name, name) for name in await find_streets(chosen.get("kind"))],
            "onlys": options(ONLY, act.lang),
            "stocks": [(one.key, _stock_words(one, act.lang)) for one in STOCKS.values()],
            "stock": stock,
            "position": _position(chosen, stock),
            "rows": [(label, _state_word(label.state, act.lang)) for label in page.items],
            "states": [(state, _state_word(state, act.lang)) for state in STATES],
            "counts": [(_state_word(state, act.lang), n, state) for state, n in (await label_counts()).items()],
            "next_href": "?" + urlencode(chosen | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(chosen) if cursor else "",
            "may_print": act.principal.holds(Role.REGISTRAR),
        },
    )


async def _count(chosen: Mapping[str, str]) -> tuple[int, FacilityError | None]:
    """How many labels the choice has; a code that is unknown is told before anybody presses the button."""
    if not _says_what(chosen):
        return 0, None
    try:
        return await count_selected(_selection(chosen)), None
    except FacilityError as error:
        return 0, error


def _position(chosen: Mapping[str, str], stock: Stock) -> int:
    text = chosen.get("start", "1")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= stock.per_sheet else 1


def _stock_words(stock: Stock, lang: Lang) -> str:
    return translate(
        lang,
        N_("A4, {columns} × {rows} labels of {width:g} × {height:g} mm"),
        columns=stock.columns,
        rows=stock.rows,
        width=stock.label_width,
        height=stock.label_height,
    )


def _state_word(state: LabelState, lang: Lang) -> str:
    return translate(lang, STATE_WORDS[state])


def _label_page(label: LabelRead, act: Act, error: FacilityError | None = None) -> Template:
    actions = [action for action in actions_from(label.state) if _may(action, act)]
    return Template(
        "labels/label.html",
        status_code=400 if error else 200,
        context={
            "label": label,
            "state": _state_word(label.state, act.lang),
            "actions": [(action, translate(act.lang, ACTION_WORDS[action])) for action in actions],
            "error": error.message(act.lang) if error else "",
        },
    )


def _may(action: str, act: Act) -> bool:
    """For the buttons only; the verbs decide."""
    if action in {"replace", "void"}:
        return act.principal.holds(Role.REGISTRAR)
    if action == "bind":
        return act.principal.holds(Role.REGISTRAR, Role.CREW)
    return act.principal.holds(Role.REGISTRAR, Role.CREW, Role.INSPECTOR)


DESK_PAGES = [labels_page, print_page, preprint_page, label_page, change_label]
