"""The OpenAPI document of the JSON API: what the framework reads from the handlers, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457. The sentences are in the reader's language (Accept-Language).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "The same in every language; for programs."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_REFUSALS: Final = {
    400: "The input cannot be read or breaks a rule",
    401: "No token or session, or one that is not valid",
    403: "The account lacks the role or the scope",
    404: "There is no such thing",
    409: "Somebody was faster, or the state of things does not allow it",
    410: "It was there and is no more",
    412: "If-Match is not the present version",
    413: "More was sent than is taken",
    422: "The Idempotency-Key was used with another content",
    428: "If-Match is missing",
}
_ALWAYS: Final = (400, 401, 403)
_OF_METHOD: Final = {
    "get": (), "post": (409, 413, 422), "patch": (409, 412, 413, 428), "put": (409, 412, 413), "delete": (409, 412),
}  # fmt: skip
_OF_PATH: Final = (
    ("{", 404), ("/labels/{", 410), ("/jobs/{job_id}/file", 410), ("{action}", 412), ("/label-templates/{key}", 412),
    ("/labels/{code}/", 412),
)  # fmt: skip
_VERSIONED: Final = (
    "/assets/{code}", "/service-requests/{number}", "/work-orders/{number}", "/plans/{plan_id}", "/label-stocks/{key}",
    "/label-printers/{key}", "/label-templates/{key}/publish", "/label-templates/{key}/withdraw", "/labels/{code}",
    "/labels/{code}/bind", "/labels/{code}/fixed", "/labels/{code}/worn", "/labels/{code}/replace",
    "/labels/{code}/void", "/labels/{code}/swap",
)  # fmt: skip
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Sent again with the same key within two days, a request is answered as before and done only once.",
}
_TAG: Final = {"ETag": {"schema": {"type": "string"}, "description": "The version in quotes, for If-Match"}}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the refusals, headers and groups that every handler shares."""
    document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, method, operation in _operations(document):
        operation["tags"] = [path.split("/")[3]]
        operation["responses"] = _answers(path, method, operation["responses"])
        if method == "post":
            operation.setdefault("parameters", []).append(_KEY)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _OF_METHOD:
            if method in item:
                yield path, method, item[method]


def _answers(path: str, method: str, found: dict[str, Any]) -> dict[str, Any]:
    answers = {status: answer for status, answer in found.items() if status.startswith("2")}
    if path.endswith(_VERSIONED) and method != "delete":
        answers = {status: answer | {"headers": _TAG} for status, answer in answers.items()}
    refusals = {*_ALWAYS, *_OF_METHOD[method], *(status for part, status in _OF_PATH if part in path)}
    return answers | {str(status): _refusal(status) for status in sorted(refusals)}


def _refusal(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _REFUSALS[status], "content": content}
