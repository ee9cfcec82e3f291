"""The frame around every answer, one plain ASGI layer: client, language, limits, security headers, compression, log."""

from __future__ import annotations

import functools
import secrets
import time
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import structlog

from app.rendering.assets import inline_hashes
from app.web.client import client_hash, client_of, networks
from app.web.health import count_request
from foundation.errors import TooLarge
from foundation.settings import Settings
from foundation.translation import N_, Lang, as_lang, choose_lang

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LANG_COOKIE: Final = "lang"
_SMALLEST: Final = 900  # below this a packet is sent anyway
_COMPRESSED: Final = (b"text/html", b"application/json", b"application/problem+json", b"application/geo+json")
_IMPORT_LIMIT: Final = 256 * 1024 * 1024
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_YEAR: Final = 365 * 24 * 3600


class Frame:
    """Wraps the whole application."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.log = structlog.get_logger("web").bind()
        self.trusted = networks(settings.trusted_proxies)
        self.fixed = _security_headers(secure=False)
        self.fixed_secure = _security_headers(secure=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        asked = scope["method"]
        if asked == "HEAD":  # a copy, for the server keeps to its own what it was asked
            scope = {**scope, "method": "GET"}
        self._introduce(scope, headers)
        fixed = self.fixed_secure if scope["scheme"] == "https" else self.fixed
        exchange = _Exchange(scope, headers, _without_body(send) if asked == "HEAD" else send, fixed)
        limit = self._limit(scope["path"])
        started = time.perf_counter()
        try:
            await self.app(scope, _limited(receive, headers, limit), exchange.send)
        finally:
            self._note(scope, asked, exchange.status, time.perf_counter() - started)

    def _introduce(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        peer = (scope.get("client") or ("", 0))[0]
        if self.trusted:
            hops = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
            proto = headers.get(b"x-forwarded-proto", b"").decode("latin-1")
            peer, scope["scheme"] = client_of(peer, hops, proto, scope["scheme"], self.trusted)
        scope["client_address"] = peer
        scope["client_hash"] = client_hash(peer)
        scope["request_id"] = secrets.token_hex(8)
        scope["cookies"] = cookies = _cookies(headers.get(b"cookie"))
        asked = _asked_lang(scope["query_string"])
        scope["lang"] = _lang(asked, cookies.get(LANG_COOKIE), headers.get(b"accept-language", b""))
        scope["set_lang"] = scope["lang"] if as_lang(asked) else None

    def _note(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """One line for each request: the route's pattern, never its values, so that no token or code is kept."""
        route = scope.get("path_template") or "-"
        count_request(route, method if method in _METHODS else "-", status, seconds)
        ms = round(seconds * 1000, 1)
        self.log.info("request", id=scope["request_id"], method=method, route=route, status=status, ms=ms)

    def _limit(self, path: str) -> int:
        return _IMPORT_LIMIT if path == "/desk/imports" else (self.settings.upload_max_mb + 1) * 1024 * 1024


@functools.lru_cache(maxsize=1024)
def _lang(asked: str | None, cookie: str | None, accepted: bytes) -> Lang:
    return choose_lang(asked, cookie, accepted.decode("latin-1"))


def _cookies(header: bytes | None) -> dict[str, str]:
    if not header:
        return {}
    pairs = (part.partition("=") for part in header.decode("latin-1").split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _asked_lang(query: bytes) -> str | None:
    if b"lang=" not in query:
        return None
    return next((part[5:].decode("latin-1") for part in query.split(b"&") if part.startswith(b"lang=")), None)


def content_policy(*, wasm: bool = False) -> str:
    """The Content-Security-Policy of a page: our own files alone; with ``wasm`` scripts may compile WebAssembly too."""
    scripts = "'self' 'wasm-unsafe-eval'" if wasm else "'self'"
    return (
        f"default-src 'none'; script-src {scripts}; connect-src 'self'; img-src 'self' data: blob:; font-src 'self';"
        f" style-src 'self' {inline_hashes()}; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
        " manifest-src 'self'; worker-src 'self'"
    )


def _security_headers(*, secure: bool) -> list[tuple[bytes, bytes]]:
    headers = {
        "content-security-policy": content_policy(),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    if secure:
        headers["strict-transport-security"] = f"max-age={_YEAR}"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _limited(receive: Receive, headers: dict[bytes, bytes], limit: int) -> Receive:
    """Counts what arrives; refuses at the first byte too many, however it was announced."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) <= limit and b"transfer-encoding" not in headers:
        return receive
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit or (announced.isdigit() and int(announced) > limit):
            await _drain(receive, message)
            raise TooLarge(
                N_("That is too much at once. At most {limit} MB in all, photos included. Nothing was sent."),
                limit=limit // (1024 * 1024) - 1 or 1,
            )
        return message

    return counted


_DRAINED: Final = 128 * 1024 * 1024


async def _drain(receive: Receive, message: Message) -> None:
    """Read the rest away, so that the browser gets to read the answer; give up on an endless stream."""
    left = _DRAINED
    while left > 0 and message.get("type") == "http.request" and message.get("more_body"):
        message = await receive()
        left -= len(message.get("body", b""))


def _without_body(send: Send) -> Send:
    """The head of an answer alone, its length as it would be."""

    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


class _Exchange:
    """One answer on its way out."""

    def __init__(self, scope: Scope, headers: dict[bytes, bytes], send: Send, fixed: list[tuple[bytes, bytes]]) -> None:
        self.scope, self._send, self.fixed = scope, send, fixed
        self.gzip = b"gzip" in headers.get(b"accept-encoding", b"")
        self.status = 0
        self.start: Message | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on; the head waits for the body, whose length decides on compression."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.start = message
            return
        if self.start is None:
            await self._send(message)
            return
        start, self.start = self.start, None
        body = message.get("body", b"")
        if self._compress(start, message):
            body = _deflate(body)
            start["headers"] = [
                *(pair for pair in start["headers"] if pair[0].lower() != b"content-length"),
                (b"content-encoding", b"gzip"),
                (b"content-length", str(len(body)).encode()),
            ]
            message = {**message, "body": body}
        start["headers"] = [*start["headers"], *self._added(start["headers"])]
        await self._send(start)
        await self._send(message)

    def _compress(self, start: Message, message: Message) -> bool:
        if not self.gzip or message.get("more_body") or len(message.get("body", b"")) < _SMALLEST:
            return False
        names = {name.lower(): value for name, value in start["headers"]}
        return names.get(b"content-type", b"").startswith(_COMPRESSED) and b"content-encoding" not in names

    def _added(self, present: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in present}
        added = [pair for pair in self.fixed if pair[0] not in names]
        added.append((b"x-request-id", self.scope["request_id"].encode()))
        if b"vary" not in names:
            added.append((b"vary", b"Accept-Encoding, Accept-Language, Cookie, HX-Request"))
        if b"cache-control" not in names:
            added.append((b"cache-control", b"no-store" if self.scope.get("private") else b"private, no-cache"))
        if self.scope.get("set_lang"):
            cookie = f"{LANG_COOKIE}={self.scope['set_lang']}; Path=/; Max-Age={_YEAR}; SameSite=Lax"
            added.append((b"set-cookie", cookie.encode()))
        return added


def _deflate(body: bytes) -> bytes:
    # Level 1: a third of the size for a fifth of the time of the usual level.
    press = zlib.compressobj(1, zlib.DEFLATED, 31)
    return press.compress(body) + press.flush()
