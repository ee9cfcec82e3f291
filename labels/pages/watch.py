"""The watch over labels: which nobody scans, which were seen elsewhere, which two are swapped, which to print anew."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.paging import Page
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, Lang, pick, translate
from labels.distance import FIX_FAR, SIGHTING_FAR
from labels.pages.forms import TOLD, read_version
from labels.queries.reprints import count_reprints, find_reprints
from labels.queries.seen import count_seen, find_far, find_swapped
from labels.queries.watch import DAYS, DEFAULT_DAYS, WatchFilter, count_unscanned, find_unscanned
from labels.service.watch import dismiss_wish, swap_labels
from labels.states import STATE_WORDS
from registry.catalogue import catalogue
from registry.queries import find_streets

_Request = Request[Any, Any, Any]
_PATH: Final = "/desk/labels/check"
_CHOICES: Final = ("list", "street", "kind", "days")
LISTS: Final = {
    "unscanned": N_("Never scanned"),
    "far": N_("Seen far away"),
    "swapped": N_("Two swapped"),
    "reprint": N_("Reprint queue"),
}
SOURCES: Final = {
    "fix": N_("Exact, when it was fixed"),
    "crew": N_("A crew's phone, to about 100 m"),
    "citizen": N_("A citizen's phone, to about 100 m"),
}
REASONS: Final = {
    "wrong": N_("Reported as wrong"),
    "damaged": N_("Reported as damaged"),
    "worn": N_("Worn"),
    "age": N_("Too old"),
}


@get(_PATH)
async def watch_page(request: _Request, act: NamedDependency[Act], cursor: FromQuery[str | None] = None) -> Template:
    """One of the four lists, with how many each holds; every choice stands in the address."""
    act.require_staff()
    return await _page(_chosen(request.query_params), act, cursor=cursor)


@post(f"{_PATH}/swap", status_code=200)
async def swap_page(request: _Request, act: NamedDependency[Act]) -> Redirect | Template:
    """Swap two labels of the list; a refusal is told above it."""
    act.require_staff()
    typed = await request.form()
    chosen = _chosen(typed) | {"list": "swapped"}
    try:
        await swap_labels(
            str(typed.get("one", "")),
            str(typed.get("two", "")),
            act,
            version=read_version(typed),
            other_version=read_version(typed, "other_version"),
        )
    except TOLD as error:
        return await _page(chosen, act, error=error)
    return _back(chosen)


@post(f"{_PATH}/dismiss", status_code=200)
async def dismiss_page(request: _Request, act: NamedDependency[Act]) -> Redirect | Template:
    """The reported label is good; a refusal is told above the list."""
    act.require_staff()
    typed = await request.form()
    chosen = _chosen(typed) | {"list": "reprint"}
    try:
        await dismiss_wish(str(typed.get("label", "")), act)
    except TOLD as error:
        return await _page(chosen, act, error=error)
    return _back(chosen)


def _back(chosen: Mapping[str, str]) -> Redirect:
    return Redirect(f"{_PATH}?{urlencode({**chosen, 'notice': 'saved'})}", status_code=303)


def _chosen(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]).strip() for name in _CHOICES if str(values.get(name) or "").strip()}


def _filter(chosen: Mapping[str, str], cursor: str | None) -> WatchFilter:
    """The choice of the address. Raises Invalid for a number of days that is not offered."""
    days = chosen.get("days", str(DEFAULT_DAYS))
    if days not in {str(offered) for offered in DAYS}:
        raise Invalid(N_("{field} is one of: {allowed}."), code="bad_filter", field="days", allowed=_words(DAYS))
    return WatchFilter(street=chosen.get("street"), kind=chosen.get("kind"), days=int(days), cursor=cursor)


def _words(values: Sequence[int]) -> str:
    return ", ".join(map(str, values))


async def _page(
    chosen: dict[str, str], act: Act, *, cursor: str | None = None, error: FacilityError | None = None
) -> Template:
    which = chosen.get("list", "unscanned")
    if which not in LISTS:
        raise Invalid(N_("There is no such list of labels."), code="bad_filter")
    wanted = _filter(chosen, cursor)
    page = await _read(which, wanted, act)
    counts = await _counts(wanted, act)
    narrowed = {name: chosen[name] for name in ("street", "kind") if name in chosen}
    return Template(
        "labels/watch.html",
        status_code=status_of(error),
        context={
            "which": which,
            "list_name": translate(act.lang, LISTS[which]),
            "chosen": chosen,
            "narrowed": narrowed,
            "error": error.message(act.lang) if error else "",
            "rows": page.items,
            "count": counts[which],
            "tabs": _tabs(which, chosen, counts, act.lang),
            "next_href": "?" + urlencode(chosen | {"cursor": page.next}) if page.next else "",
            "first_href": "?" + urlencode(chosen) if cursor else "",
            "print_href": "/desk/labels?" + urlencode(narrowed | {"reprint": "1"}),
            "kinds": [(kind.key, pick(act.lang, kind.zh, kind.en)) for kind in catalogue().kinds.values()],
            "streets": [(name, name) for name in await find_streets(chosen.get("kind"))],
            "days": [(str(n), translate(act.lang, N_("{n} days"), n=n)) for n in DAYS],
            "day_count": wanted.days,
            "states": _spoken(STATE_WORDS, act.lang),
            "sources": _spoken(SOURCES, act.lang),
            "reasons": _spoken(REASONS, act.lang),
            "fix_far": FIX_FAR,
            "sighting_far": SIGHTING_FAR,
            "is_registrar": act.principal.holds(Role.REGISTRAR),
            "may_dismiss": act.principal.holds(Role.REGISTRAR, Role.INSPECTOR),
        },
    )


async def _read(which: str, wanted: WatchFilter, act: Act) -> Page[Any]:
    match which:
        case "far":
            return await find_far(wanted)
        case "swapped":
            return await find_swapped(wanted)
        case "reprint":
            return await find_reprints(wanted, act.at)
    return await find_unscanned(wanted, act.at)


async def _counts(wanted: WatchFilter, act: Act) -> dict[str, int]:
    seen = await count_seen(wanted)
    return {
        "unscanned": await count_unscanned(wanted, act.at),
        "far": seen.far,
        "swapped": seen.swapped,
        "reprint": await count_reprints(wanted, act.at),
    }


def _tabs(which: str, chosen: Mapping[str, str], counts: Mapping[str, int], lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "text": translate(lang, words),
            "href": "?" + urlencode({**chosen, "list": name}),
            "current": name == which,
            "count": counts[name],
        }
        for name, words in LISTS.items()
    ]


def _spoken(words: Mapping[Any, str], lang: Lang) -> dict[str, str]:
    return {str(name): translate(lang, text) for name, text in words.items()}


WATCH_PAGES = [watch_page, swap_page, dismiss_page]
