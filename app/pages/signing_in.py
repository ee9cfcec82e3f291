"""In and out: sign-in, the first administrator, a new password by link, sign-out."""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from app.accounts import (
    any_account,
    create_first_administrator,
    reset_link_is_open,
    roles_of,
    sign_in,
    use_reset_link,
)
from app.sessions import end_session, start_session
from app.web.signing import session_cookie
from foundation.act import Act
from foundation.errors import FacilityError, Invalid, NotFound, TooMany
from foundation.principals import Role
from foundation.statuses import status_of
from foundation.translation import N_, translate

_Request = Request[Any, Any, Any]
_Next = Annotated[str | None, QueryParameter(name="next")]
_NO_STORE: Final = {"Cache-Control": "no-store"}
_LONGEST_PATH: Final = 500


def local_path(text: str | None) -> str | None:
    """The text if it is a path on this very site, which no browser takes for another's address."""
    if not text or len(text) > _LONGEST_PATH or not text.startswith("/") or text.startswith("//"):
        return None
    return None if "\\" in text or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in text) else text


def home_of(roles: frozenset[Role]) -> str:
    """Where the day begins for these roles."""
    if not roles:
        return "/account"
    return "/crew" if roles == {Role.CREW} else "/desk"


@get("/sign-in")
async def sign_in_page(act: NamedDependency[Act], wanted: _Next = None) -> Template | Redirect:
    """The form; whoever is signed in already goes on."""
    if act.principal.signed_in:
        return Redirect(local_path(wanted) or home_of(act.principal.roles), status_code=303)
    return await _sign_in_form(act, {"next": local_path(wanted) or ""})


@post("/sign-in")
async def sign_in_deed(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Check name and password and begin a fresh session; an older one of this browser ends."""
    typed = {name: str(value) for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        client = request.scope.get("client_hash", "")
        account_id = await sign_in(typed.get("name", ""), typed.get("password", ""), str(client), act)
    except (Invalid, TooMany) as error:
        return await _sign_in_form(act, typed, error)
    goal = local_path(typed.get("next")) or home_of(await roles_of(account_id))
    return await _enter(request, account_id, goal, act)


async def _sign_in_form(act: Act, typed: dict[str, str], error: FacilityError | None = None) -> Template:
    headers = _NO_STORE | ({"Retry-After": str(error.retry_after)} if error and error.retry_after else {})
    return Template(
        "app/sign_in.html",
        status_code=status_of(error),
        headers=headers,
        context={
            "typed": {"name": typed.get("name", "")[:60], "next": local_path(typed.get("next")) or ""},
            "error": error.message(act.lang) if error else "",
            "first_run": not await any_account(),
        },
    )


async def _enter(request: _Request, account_id: int, goal: str, act: Act) -> Redirect:
    await _leave(request)
    hours = request.app.state["settings"].session_hours
    token = await start_session(account_id, request.headers.get("user-agent", ""), hours, act.at)
    return Redirect(goal, status_code=303, cookies=[_cookie(request, token, hours * 3600)])


async def _leave(request: _Request) -> None:
    secure = request.scope["scheme"] == "https"
    scope: Any = request.scope  # ours stands beside ASGI's own
    token = scope["cookies"].get(session_cookie(secure=secure))
    if token:
        await end_session(token)


def _cookie(request: _Request, token: str, max_age: int) -> Cookie:
    secure = request.scope["scheme"] == "https"
    name = session_cookie(secure=secure)
    return Cookie(name, value=token, max_age=max_age, httponly=True, secure=secure, samesite="lax")


@post("/sign-out")
async def sign_out(request: _Request) -> Redirect:
    """End this session, in the database and in the browser."""
    await _leave(request)
    return Redirect("/sign-in?notice=signed_out", status_code=303, cookies=[_cookie(request, "", 0)])


@get("/first-run")
async def first_run_page(act: NamedDependency[Act]) -> Template | Redirect:
    """Make the first administrator; closed for good as soon as there is an account."""
    if await any_account():
        return Redirect("/sign-in", status_code=303)
    return _first_run_form(act)


@post("/first-run")
async def first_run_deed(request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Create the administrator and go on to the desk."""
    typed = await request.form()
    try:
        password = _same_twice(typed)
        account_id = await create_first_administrator(str(typed.get("name", "")), password, act)
    except Invalid as error:
        return _first_run_form(act, str(typed.get("name", "")), error)
    return await _enter(request, account_id, "/desk", act)


def _first_run_form(act: Act, name: str = "", error: FacilityError | None = None) -> Template:
    return Template(
        "app/first_run.html",
        status_code=status_of(error),
        headers=_NO_STORE,
        context={"name": name, "errors": password_errors(error, act)},
    )


def password_errors(error: FacilityError | None, act: Act) -> list[dict[str, str]]:
    """An error of a password form with the field it belongs to."""
    if error is None:
        return []
    field = {"weak_password": "password", "not_the_same": "again", "wrong_password": "old"}.get(error.code, "name")
    return [{"field": field, "text": error.message(act.lang)}]


def _same_twice(typed: Any) -> str:
    password = str(typed.get("password", ""))
    if password != str(typed.get("again", "")):
        raise Invalid(N_("The two passwords are not the same."), code="not_the_same")
    return password


@get("/reset/{token:str}")
async def reset_page(token: FromPath[str], act: NamedDependency[Act]) -> Template:
    """Set a new password by the link an administrator gave."""
    if not await reset_link_is_open(token, act.at):
        raise NotFound(N_("This link was used already or has expired. Ask an administrator for a new one."))
    return _reset_form(act)


@post("/reset/{token:str}")
async def reset_deed(token: FromPath[str], request: _Request, act: NamedDependency[Act]) -> Template | Redirect:
    """Set it; the link works once."""
    try:
        await use_reset_link(token, _same_twice(await request.form()), act)
    except Invalid as error:
        return _reset_form(act, error)
    return Redirect("/sign-in?notice=password", status_code=303)


def _reset_form(act: Act, error: FacilityError | None = None) -> Template:
    title = translate(act.lang, N_("Set a new password"))
    context = {"title": title, "errors": password_errors(error, act)}
    return Template("app/reset.html", status_code=status_of(error), headers=_NO_STORE, context=context)


SIGNING_IN_PAGES = [
    sign_in_page, sign_in_deed, sign_out, first_run_page, first_run_deed, reset_page, reset_deed,
]  # fmt: skip
