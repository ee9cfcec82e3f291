"""Refusals as answers: problem+json (RFC 9457) for programs, a page in the reader's language for people."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import structlog
from asyncpg.exceptions import DataError
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException

from app.rendering import environment
from app.rendering.engine import request_context
from foundation.errors import FacilityError, Invalid, NotSignedIn
from foundation.statuses import status_of
from foundation.translation import DEFAULT_LANG, N_, Lang, translate

log = structlog.get_logger("web")
_Request = Request[Any, Any, Any]

_NEXT: Final = {
    400: N_("Go back, correct it and send it again."),
    401: N_("Sign in and try again."),
    404: N_("Check the address or the code. A code can be typed on the first page."),
    409: N_("Go back and load the page again to see how things stand."),
    412: N_("Go back and load the page again to see how things stand."),
    413: N_("Send fewer or smaller photos."),
    500: N_("Please try again in a moment. If it happens again, tell us the number below."),
    503: N_("Please try again in a moment."),
}
_FOR_PROGRAMS: Final = ("/api/", "/map/data", "/healthz", "/readyz", "/metrics")


def _lang_of(request: _Request) -> Lang:
    """The reader's language, also where the request was refused before it was read."""
    scope: Any = request.scope  # ours stands beside ASGI's own
    lang: Lang = scope.get("lang", DEFAULT_LANG)
    return lang


def wants_page(request: _Request) -> bool:
    """Whether a person is reading."""
    return not request.url.path.startswith(_FOR_PROGRAMS) and "application/json" not in request.headers.get(
        "accept", ""
    )


def answer_refusal(request: _Request, error: FacilityError) -> Response[Any]:
    """A refusal of ours."""
    lang = _lang_of(request)
    status = status_of(error)
    if isinstance(error, NotSignedIn) and wants_page(request) and request.method == "GET":
        return Response(b"", status_code=303, headers={"Location": "/sign-in?" + urlencode({"next": _wanted(request)})})
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    fields = {name: wrong.message(lang) for name, wrong in error.fields.items()}
    return _answer(request, status, error.code, error.title, error.message(lang), fields=fields, headers=headers)


def _wanted(request: _Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return request.url.path + (f"?{query}" if query else "")


def answer_http(request: _Request, error: HTTPException) -> Response[Any]:
    """A refusal of the framework: no such page, a wrong method, a body that is not what it says."""
    if error.status_code >= 500:
        return answer_fault(request, error)
    lang = _lang_of(request)
    words = {
        404: (N_("Not found"), N_("There is no such page.")),
        405: (N_("Not possible now"), N_("This address does not take {method}.")),
        413: (N_("Too large"), N_("That is too much at once.")),
    }
    title, text = words.get(
        error.status_code, (N_("Please check what you entered"), N_("This request cannot be read."))
    )
    detail = translate(lang, text, method=request.method)
    fields = {}
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        fields = {str(item.get("key", "")): str(item.get("message", "")) for item in error.extra}
        if wants_page(request):  # a person is told which entry it was; the framework's words are for programs
            fields = {"": ", ".join(fields)}
    return _answer(request, error.status_code, f"http_{error.status_code}", title, detail, fields=fields)


def answer_unreadable(request: _Request, error: DataError) -> Response[Any]:
    """A number out of all bounds or a letter no database holds, where nobody has looked before."""
    log.warning(
        "unreadable", id=request.scope.get("request_id"), route=request.scope.get("path_template"), exc_info=error
    )
    return answer_refusal(request, Invalid(N_("This request cannot be read."), code="unreadable"))


def answer_fault(request: _Request, error: Exception) -> Response[Any]:
    """A fault of ours: logged with its number, told without its inside."""
    number = request.scope.get("request_id", "-")
    log.error("fault", id=number, route=request.scope.get("path_template"), exc_info=error)
    lang = _lang_of(request)
    detail = translate(lang, N_("Something went wrong on our side. Number: {number}"), number=number)
    return _answer(request, 500, "fault", N_("It did not work"), detail)


def _answer(
    request: _Request,
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    lang = _lang_of(request)
    heading = translate(lang, title)
    if wants_page(request):
        page = _page(request, status, heading, detail, fields or {})
        return Response(page, status_code=status, media_type=MediaType.HTML, headers=headers)
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": heading,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields:
        problem["errors"] = [{"field": name, "detail": text} for name, text in fields.items()]
    return Response(
        msgspec.json.encode(problem), status_code=status, media_type="application/problem+json", headers=headers
    )


def _page(request: _Request, status: int, heading: str, detail: str, fields: dict[str, str]) -> str:
    context = request_context(request)
    next_act = _NEXT.get(status)
    message = {
        "status": status,
        "title": heading,
        "text": " ".join([detail, *fields.values()]),
        "next": context["_"](next_act) if next_act else "",
        "href": "/",
        "href_text": context["_"](N_("To the first page")),
    }
    return environment().get_template("app/error.html").render(context | {"message": message})
