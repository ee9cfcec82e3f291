"""Codes that lead nowhere: what it means, and what whoever stands before such a sticker should do."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request
from litestar.response import Template

from app.public.genuine import both_words
from app.web.answers import wants_page
from foundation.act import Act
from foundation.codes import printed
from foundation.errors import FacilityError
from foundation.settings import current_settings
from foundation.statuses import status_of
from foundation.translation import N_
from labels.queries import Replaced
from labels.schemas import Landing

# What each refusal of a code means; where the text is empty the refusal's own sentence says it.
_WORDS: Final = {
    "bad_code": (N_("This is not a label code"), ""),
    "bad_check_character": (N_("This code is not right"), ""),
    "unknown_label": (N_("There is no such label"), N_("No label with the code {label} was ever issued here.")),
    "void_label": (
        N_("This label is no longer valid"),
        N_("The label {label} was withdrawn. It stands for no facility any more."),
    ),
}


def answer_astray(request: Request[Any, Any, Any], error: FacilityError) -> Template:
    """The page for a code that leads nowhere; raises the refusal itself for programs and for any other refusal."""
    if error.code not in _WORDS or not wants_page(request):
        raise error
    title, text = _WORDS[error.code]
    context = {"title": title, "text": text or error.text, "params": error.params, "ask": error.code != "void_label"}
    return Template("public/astray.html", status_code=status_of(error), context=context | duty_context())


def blank_context(landing: Landing, act: Act) -> dict[str, Any]:
    """What the page of a label without a facility shows."""
    return {"code": printed(landing.code), "word": both_words(landing.check_word, act.lang), **duty_context()}


def duty_context() -> dict[str, str]:
    """Whom to tell of a sticker that may be forged."""
    return {"duty_phone": current_settings().duty_phone}


def led_on(replaced: Replaced, came_from: str | None, face: str | None) -> str:
    """The address of the successor; it tells which label was scanned, for the reader holds that one's check word."""
    query = {"from": (came_from or replaced.label)[:40]} | ({"as": face} if face else {})
    return f"/A/{replaced.successor}?{urlencode(query)}"
