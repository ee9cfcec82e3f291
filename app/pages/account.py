"""One's own account: password, language, and where it is signed in."""

from typing import Any, Final

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from app.accounts import change_password, set_lang
from app.pages.signing_in import home_of, password_errors
from app.pages.words import ROLE_WORDS
from app.sessions import end_my_session, find_my_sessions
from foundation.act import Act
from foundation.errors import FacilityError, Invalid
from foundation.statuses import status_of
from foundation.translation import N_, as_lang, translate

_Request = Request[Any, Any, Any]
# In this order: most browsers also call themselves by the name of an older one.
_BROWSERS: Final = (
    ("MicroMessenger/", "WeChat"), ("Edg", "Edge"), ("HuaweiBrowser/", "Huawei Browser"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@get("/account")
async def account_page(request: _Request, act: NamedDependency[Act]) -> Template:
    """My account."""
    act.require_signed_in()
    return await _page(request, act)


@post("/account/password")
async def password_deed(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Change my password; my other sessions end."""
    typed = await request.form()
    try:
        if str(typed.get("password", "")) != str(typed.get("again", "")):
            raise Invalid(N_("The two passwords are not the same."), code="not_the_same")
        await change_password(str(typed.get("old", "")), str(typed.get("password", "")), _session(request), act)
    except Invalid as error:
        return await _page(request, act, error)
    return Redirect("/account?notice=password", status_code=303)


@post("/account/sessions/{session_id:int}/end")
async def end_deed(session_id: FromPath[int], act: NamedDependency[Act]) -> Redirect:
    """End one of my sessions."""
    await end_my_session(session_id, act)
    return Redirect("/account?notice=ended", status_code=303)


@post("/account/language")
async def language_deed(request: _Request, act: NamedDependency[Act]) -> Redirect:
    """Keep the language with the account, and show it in this browser at once."""
    lang = as_lang(str((await request.form()).get("lang", "")))
    if lang is None:
        raise Invalid(N_("Choose Chinese or English."), code="bad_lang")
    await set_lang(lang, act)
    return Redirect(f"/account?lang={lang}&notice=saved", status_code=303)


def _session(request: _Request) -> int | None:
    scope: Any = request.scope  # ours stands beside ASGI's own
    session_id: int | None = scope.get("session_id")
    return session_id


def device_words(agent: str, act: Act) -> str:
    """``Chrome · Android`` from what a browser calls itself; the whole of it where nothing is known."""
    browser = next((word for sign, word in _BROWSERS if sign in agent), "")
    system = next((word for sign, word in _SYSTEMS if sign in agent), "")
    return (
        " · ".join(part for part in (browser, system) if part)
        or agent[:60]
        or translate(act.lang, N_("Unknown device"))
    )


async def _page(request: _Request, act: Act, error: FacilityError | None = None) -> Template:
    roles = act.principal.roles
    return Template(
        "app/account.html",
        status_code=status_of(error),
        context={
            "sessions": [(row, device_words(row["agent"], act)) for row in await find_my_sessions(act)],
            "this_session": _session(request),
            "roles": [translate(act.lang, ROLE_WORDS[role]) for role in ROLE_WORDS if role in roles],
            "home": home_of(roles) if roles else "",
            "errors": password_errors(error, act),
        },
    )


ACCOUNT_PAGES = [account_page, password_deed, end_deed, language_deed]
