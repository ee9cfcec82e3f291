"""Who sends this request, and whether its form is really theirs: run before every handler."""

from __future__ import annotations

import secrets
from collections.abc import Callable, MutableMapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import RequestEncodingType

from app.sessions import SignedIn, find_session, find_token
from foundation.act import Act
from foundation.errors import Forbidden, NotSignedIn
from foundation.principals import PUBLIC
from foundation.translation import N_, as_lang

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_Request = Request[Any, Any, Any]
# Forms anybody may send without an account; their origin is checked, a session's token is not asked for.
_OPEN_FORMS: Final = ("/sign-in", "/A/", "/a/", "/R/")
# What is nobody's in particular needs no look into the sessions.
_SAME_FOR_ALL: Final = ("/static/", "/favicon.ico", "/healthz", "/readyz", "/metrics")
_FORMS: Final = {RequestEncodingType.MULTI_PART, RequestEncodingType.URL_ENCODED}


def session_cookie(*, secure: bool) -> str:
    """The cookie's name; over TLS the prefix binds it to this very host."""
    return "__Host-session" if secure else "session"


async def introduce(request: _Request) -> None:
    """Find the principal, check the form's origin and token, and lay the Act into the scope."""
    scope: Any = request.scope
    now: Callable[[], datetime] = request.app.state["clock"]
    at = now()
    found = None if scope["path"].startswith(_SAME_FOR_ALL) else await _find(scope, at)
    lang = scope["lang"]
    if found is None:
        scope["act"] = Act(PUBLIC, at, lang)
        if request.method not in _SAFE:
            refuse_foreign_origin(request)
        return
    chosen = as_lang(found.lang) if "lang" not in scope["cookies"] and scope["set_lang"] is None else None
    scope["lang"] = chosen or lang
    scope["private"] = True
    scope["session_id"] = found.session_id
    scope["csrf"] = found.csrf
    scope["act"] = Act(found.principal, at, scope["lang"], idempotency_key=request.headers.get("idempotency-key"))
    if request.method not in _SAFE and found.session_id is not None:
        refuse_foreign_origin(request)
        if not scope["path"].startswith(_OPEN_FORMS):
            await _check_form(request, found)


async def sender_of(scope: MutableMapping[str, Any], at: datetime) -> str:
    """Who sends this, as a word: the account whatever it signed in with, else ``public``. Raises NotSignedIn."""
    found = await _find(scope, at)
    return "public" if found is None else f"account:{found.principal.account_id}"


async def _find(scope: MutableMapping[str, Any], at: datetime) -> SignedIn | None:
    if "signed_in" not in scope:
        scope["signed_in"] = await _look_up(scope, at)
    found: SignedIn | None = scope["signed_in"]
    return found


async def _look_up(scope: MutableMapping[str, Any], at: datetime) -> SignedIn | None:
    header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), "")
    if header[:7].lower() == "bearer ":
        found = await find_token(header[7:].strip(), at)
        if found is None:
            raise NotSignedIn(N_("This token is not valid."), code="bad_token")
        return found
    token = scope["cookies"].get(session_cookie(secure=scope["scheme"] == "https"))
    return await find_session(token, at) if token else None


def refuse_foreign_origin(request: _Request) -> None:
    """Refuse a form that another site made the browser send. Clients that are no browsers send neither header."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = site is not None and site not in {"same-origin", "none"}
    if origin is not None and not _is_ours(origin, request):
        foreign = True
    if foreign:
        raise Forbidden(
            N_("This form was sent from another site. Open our own page and try again."), code="foreign_origin"
        )


def _is_ours(origin: str, request: _Request) -> bool:
    """Sent from the address asked for, or from the public one, which a proxy may have rewritten on the way."""
    asked, public = request.headers.get("host", ""), urlsplit(request.app.state["settings"].public_url).netloc
    return origin != "null" and urlsplit(origin).netloc in {asked, public} - {""}


async def _check_form(request: _Request, found: SignedIn) -> None:
    sent = request.headers.get("x-csrf-token")
    if sent is None and request.content_type[0] in _FORMS:
        form = await request.form()
        sent = form.get("_csrf") or form.get("csrf_token")
    if not isinstance(sent, str) or not secrets.compare_digest(sent.encode(), found.csrf.encode()):
        raise Forbidden(N_("This form has grown old. Load the page again; nothing was changed."), code="csrf")


def act_of(request: _Request) -> Act:
    """The Act of this request, for handlers."""
    scope: Any = request.scope  # ours stands beside ASGI's own
    act: Act = scope["act"]
    return act
