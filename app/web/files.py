"""Built files: hashed names kept for a year, taken compressed from the disk where the browser can read it."""

from __future__ import annotations

import functools
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath

from app.rendering.assets import BUILD, STATIC
from foundation.errors import NotFound
from foundation.translation import N_

_FOREVER: Final = "public, max-age=31536000, immutable"
_CODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_LONGEST: Final = 200


@dataclass(frozen=True)
class _File:
    """A file as it goes over the wire."""

    body: bytes
    media_type: str
    headers: dict[str, str]


@get("/static/{file_path:path}", include_in_schema=False)
async def static_file(file_path: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """A file under app/static, never outside it."""
    return _answer(_find(file_path, _coding(request, file_path)), request)


@get("/favicon.ico", include_in_schema=False)
async def favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The mark, for browsers that ask at the root."""
    return _answer(_find("/favicon.svg", None), request)


def _answer(file: _File, request: Request[Any, Any, Any]) -> Response[bytes]:
    if file.headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=file.headers)
    return Response(file.body, media_type=file.media_type, headers=file.headers)


def _coding(request: Request[Any, Any, Any], file_path: str) -> str | None:
    accepted = request.headers.get("accept-encoding", "")
    path = _path(file_path)
    found = (coding for coding, ending in _CODINGS if coding in accepted and _beside(path, ending).is_file())
    return next(found, None)


@functools.lru_cache(maxsize=256)
def _path(file_path: str) -> Path:
    """Where it lies. Raises NotFound for whatever is not one of our files."""
    if "\0" in file_path or len(file_path) > _LONGEST:
        raise NotFound(N_("There is no such page."))
    path = (STATIC / file_path.lstrip("/")).resolve()
    inside = path.is_relative_to(STATIC.resolve()) and not path.name.startswith(".")
    if not inside or path.suffix in {".br", ".gz"} or not path.is_file():
        raise NotFound(N_("There is no such page."))
    return path


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@functools.lru_cache(maxsize=256)
def _find(file_path: str, coding: str | None) -> _File:
    path = _path(file_path)
    body = (_beside(path, dict(_CODINGS)[coding]) if coding else path).read_bytes()
    headers = {
        "Cache-Control": _FOREVER if path.is_relative_to(BUILD.resolve()) else "public, max-age=3600",
        "Vary": "Accept-Encoding",
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
    }
    if coding:
        headers["Content-Encoding"] = coding
    # Litestar names the charset of text; what else is text says so by itself.
    return _File(body, mimetypes.guess_type(path.name)[0] or "application/octet-stream", headers)


FILES = [static_file, favicon]
