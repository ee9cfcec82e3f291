"""Built files: hashed names kept for a year, taken compressed from the disk where the browser can read it."""

from __future__ import annotations

import functools
import mimetypes
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


@functools.lru_cache(maxsize=256)
def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@get("/static/{file_path:path}", include_in_schema=False)
async def static_file(file_path: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """A file under app/static, never outside it."""
    if "\0" in file_path or len(file_path) > _LONGEST:
        raise NotFound(N_("There is no such page."))
    root = STATIC.resolve()
    path = (STATIC / file_path.lstrip("/")).resolve()
    if not path.is_relative_to(root) or path.name.startswith(".") or path.suffix in {".br", ".gz"}:
        raise NotFound(N_("There is no such page."))
    accepted = request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": _FOREVER if path.is_relative_to(BUILD.resolve()) else "public, max-age=3600"}
    headers["Vary"] = "Accept-Encoding"
    for coding, suffix in _CODINGS:
        body = _read(path.with_name(path.name + suffix)) if coding in accepted else None
        if body is not None:
            return Response(body, media_type=_type(path), headers=headers | {"Content-Encoding": coding})
    body = _read(path)
    if body is None:
        raise NotFound(N_("There is no such page."))
    return Response(body, media_type=_type(path), headers=headers)


def _type(path: Path) -> str:
    # Litestar names the charset of text; what else is text says so by itself.
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


@get("/favicon.ico", include_in_schema=False)
async def favicon() -> Response[bytes]:
    """The mark, for browsers that ask at the root."""
    body = _read(STATIC / "favicon.svg") or b""
    return Response(body, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


FILES = [static_file, favicon]
