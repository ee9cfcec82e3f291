"""The page behind a label, drawn for a citizen: what is known first, then the form, then the history.

The hottest page of all: one database round trip (the landing), and the form of each kind and language is drawn once.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from jinja2 import Template
from markupsafe import Markup, escape

from app.public.forms import About, blank_form, blank_label_form, draw_form, is_about
from app.public.genuine import genuine_context, other_lang
from app.public.packing import Fixed, Piece
from app.rendering import environment, render
from app.rendering.assets import icon
from app.rendering.environment import speaker
from app.rendering.filters import Moments
from foundation.act import Act, public_act
from foundation.codes import printed
from foundation.errors import FacilityError
from foundation.geometry import navigation_links
from foundation.settings import current_settings
from foundation.translation import Lang, pick, translate
from labels.queries import Forerunner
from labels.schemas import Landing, PublicAsset
from registry.catalogue import Kind, catalogue
from registry.history import sentence_of
from registry.words import OPERATING, show_value

_STATE_ICONS: Final = {"in_service": "circle-check", "closed": "circle-x", "retired": "circle-x"}
_MARK: Final = "\u2063"  # an invisible separator: no name may hold it, and none is printed


def draw_facility(
    landing: Landing,
    act: Act,
    *,
    typed: Mapping[str, str] | None = None,
    error: FacilityError | None = None,
    forerunner: Forerunner | None = None,
) -> list[Piece]:
    """The whole page as HTML, in pieces: what is the same for everyone, and what is this facility's.

    With ``error`` the form stands as it was typed, with what to do about it; with ``forerunner`` the reader is told
    that the label they scanned, which shows another check word, was replaced.
    """
    asset = landing.asset
    assert asset is not None  # noqa: S101 - the caller answers for unbound labels
    kind = catalogue().kind(asset.kind)
    known, history = _draw_news(landing.code, asset, act)
    about = is_about(kind, typed) if error else None
    again = draw_form(about, landing.code, kind.key, act, typed or {}, error) if about else ""
    still = _still(landing, asset, act, again if about == "label" else "", forerunner)
    return [
        shell(act.lang)[0],
        still.top,
        known,
        *_facility_form(landing, asset, act, again, about),
        history,
        still.end,
    ]


def _facility_form(landing: Landing, asset: PublicAsset, act: Act, again: str, about: About | None) -> Sequence[Piece]:
    """The form of the facility's faults, as it was typed or empty; none where nobody looks after it any more."""
    if asset.operating_state == "retired":
        return ()
    return (again,) if about == "facility" else blank_form(landing.code, asset.kind, act.lang)


def _draw_news(code: str, asset: PublicAsset, act: Act) -> list[str]:
    times = Moments(act.at, act.lang, current_settings().zone)
    body = _body_template().render(
        {
            **_words(act.lang),
            "code": code,
            "known": [_fault(fault, times) for fault in asset.known],
            "last_at": _both(asset.last_service_at, times),
            "last_service": pick(act.lang, asset.last_service_zh, asset.last_service_en),
            "next_at": _both(asset.next_service_at, times),
            "next_service": pick(act.lang, asset.next_service_zh, asset.next_service_en),
            "lines": [_line(line, times) for line in asset.lines],
        }
    )
    return body.split(_MARK)


class Still(NamedTuple):
    """What of a facility's page stays the same until its record changes."""

    top: Fixed
    end: Fixed


# Thrown away whole when full: a district's busy facilities are back within minutes.
_KEPT: Final[dict[tuple[object, ...], Still]] = {}
_MOST_KEPT: Final = 2000


def _still(landing: Landing, asset: PublicAsset, act: Act, label_form: str, forerunner: Forerunner | None) -> Still:
    if label_form or forerunner:  # one reader's alone, and never kept for others
        return _draw_still(landing, asset, act, label_form, forerunner)
    key = (
        landing.code, landing.check_word, landing.photo, asset.code, asset.version, act.lang, act.principal.signed_in,
        asset.organisation, asset.organisation_en, asset.duty_phone,
    )  # fmt: skip
    found = _KEPT.get(key)
    if found is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[key] = _draw_still(landing, asset, act, "", None)
    return found


def _draw_still(
    landing: Landing, asset: PublicAsset, act: Act, label_form: str, forerunner: Forerunner | None
) -> Still:
    kind, lang = catalogue().kind(asset.kind), act.lang
    name, kind_name = pick(lang, asset.name, asset.name_en), pick(lang, kind.zh, kind.en)
    located = asset.lon is not None and asset.lat is not None
    text = render(
        "public/facility_still.html",
        act,
        mark=_MARK,
        label=printed(landing.code),
        name=name,
        kind_name=kind_name,
        street=asset.street,
        address=pick(lang, asset.address, asset.address_en),
        state=_state(asset, lang),
        facts=_facts(asset, kind, lang),
        organisation=pick(lang, asset.organisation, asset.organisation_en),
        phone=asset.duty_phone or current_settings().duty_phone,
        links=navigation_links(asset.lon or 0.0, asset.lat or 0.0, asset.name, lang) if located else [],
        desk_href=f"/desk/assets/{asset.code}" if act.principal.signed_in else "",
        label_form=Markup(label_form or blank_label_form(landing.code, kind.key, lang)),  # noqa: S704 - drawn by us
        **genuine_context(landing, act, forerunner),
    )
    top, facts, foot = text.split(_MARK)
    _, before, between, after = shell(lang) if forerunner is None else _draw_shell(lang, forerunner)
    return Still(Fixed(f"{escape(name)} · {escape(kind_name)}{before}{top}"), Fixed(f"{facts}{between}{foot}{after}"))


@functools.cache
def shell(lang: Lang) -> tuple[Fixed, str, str, str]:
    """The layout around the page, drawn once for each language: up to the title, the main part, the foot, the end."""
    return _draw_shell(lang)


def _draw_shell(lang: Lang, forerunner: Forerunner | None = None) -> tuple[Fixed, str, str, str]:
    """With the way to the other language, which must not lose the word about the label that was scanned."""
    query = ({"from": forerunner.code} if forerunner else {}) | {"lang": other_lang(lang)}
    text = render("public/shell.html", public_act(lang=lang), mark=_MARK, other_lang_url=f"?{urlencode(query)}")
    head, before, between, after = text.split(_MARK)
    return Fixed(head), before, between, after


@functools.cache
def _body_template() -> Template:
    return environment().get_template("public/facility.html")


@functools.cache
def _words(lang: Lang) -> dict[str, Any]:
    return {"_": speaker(lang), "mark": _MARK, "spark": icon("sparkles"), "clock": icon("calendar-clock")}


def _both(moment: datetime | None, times: Moments) -> Markup | str:
    if moment is None:
        return ""
    there, away = times.clock(moment), times.away(moment)
    return Markup(  # noqa: S704 - our own words
        f'<time datetime="{moment.isoformat()}">{there} <span class="mute">({away})</span></time>'
    )


def _line(line: Mapping[str, Any], times: Moments) -> tuple[str, Markup]:
    moment = datetime.fromisoformat(line["at"])
    when = f'<time datetime="{line["at"]}" title="{times.clock(moment)}">{times.away(moment)}</time>'
    return sentence_of(line["kind"], line["data"], times.lang), Markup(when)  # noqa: S704 - our own words


def _state(asset: PublicAsset, lang: Lang) -> dict[str, Any]:
    hours = asset.attributes.get("open_hours")
    return {
        "text": translate(lang, OPERATING[asset.operating_state]),
        "icon": icon(_STATE_ICONS.get(asset.operating_state, "circle-dot")),
        "hours": "、".join(hours) if isinstance(hours, list) else str(hours or ""),
    }


def _fault(fault: Mapping[str, Any], times: Moments) -> dict[str, Any]:
    due = datetime.fromisoformat(fault["due_at"]) if fault.get("due_at") else None
    late = due is not None and due < times.now
    return {
        "category": fault["category"],
        "reporters": fault["reporters"],
        "name": pick(times.lang, fault.get("zh"), fault.get("en")),
        "due": times.clock(due) if due and not late else "",
        "late": late,
    }


def _facts(asset: PublicAsset, kind: Kind, lang: Lang) -> list[tuple[str, str]]:
    return [
        (pick(lang, attribute.zh, attribute.en), show_value(attribute, asset.attributes[attribute.key], lang))
        for attribute in kind.attributes
        if attribute.public and attribute.key in asset.attributes
    ]
