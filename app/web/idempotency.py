"""A POST repeated with its Idempotency-Key answers as before and does nothing twice (JSON API only)."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from app.web.answers import status_of
from foundation.database import execute, fetchrow
from foundation.errors import FacilityError, Invalid
from foundation.translation import N_, translate

_ABANDONED: Final = timedelta(minutes=5)
_KEPT: Final = timedelta(days=2)
_LONGEST: Final = 255


class Idempotency:
    """Wraps the application; touches nothing but POSTs to /api/ that carry a key."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer from what is kept, or answer and keep it."""
        key = _key(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        owner = hashlib.sha256(_credentials(scope)).hexdigest()[:32]
        try:
            _check_key(key)
            body = await _read(receive)
            digest = hashlib.sha256(scope["path"].encode() + b"\0" + body).hexdigest()
            kept = await _claim(owner, key, digest)
        except FacilityError as error:  # nothing further in has begun, so nothing further in can answer
            await _problem(status_of(error), error.message(scope["lang"]), scope, send, code=error.code)
            return
        if kept is not None:
            await _answer_kept(kept, digest, scope, send)
            return
        recorder = _Recorder(send)
        try:
            await self.app(scope, _again(body), recorder)
        finally:
            await _keep(owner, key, recorder)


def _key(scope: MutableMapping[str, Any]) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith("/api/"):
        return None
    value = next((v for name, v in scope["headers"] if name == b"idempotency-key"), None)
    return value.decode("latin-1") if value else None


def _check_key(key: str) -> None:
    if len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise Invalid(N_("An Idempotency-Key has 1 to {longest} plain characters."), code="bad_key", longest=_LONGEST)


def _credentials(scope: MutableMapping[str, Any]) -> bytes:
    """What tells one sender from another: the token or the session, and no other cookie."""
    tokens = [value for name, value in scope["headers"] if name == b"authorization"]
    cookies = scope["cookies"]
    tokens += [cookies[name].encode() for name in ("session", "__Host-session") if name in cookies]
    return b"\0".join(tokens)


async def _read(receive: Any) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes) -> Any:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _claim(owner: str, key: str, digest: str) -> Any:
    """None when the key is now ours; else what is kept under it. A claim whose process died is taken over."""
    now = datetime.now(UTC)
    await execute("DELETE FROM idempotency WHERE created_at < $1", now - _KEPT)
    mine = await fetchrow(
        "INSERT INTO idempotency AS i (scope, key, body_hash, created_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (scope, key) DO UPDATE SET created_at = $4"
        " WHERE i.status IS NULL AND i.created_at < $5 AND i.body_hash = $3 RETURNING key",
        owner, key, digest, now, now - _ABANDONED,
    )  # fmt: skip
    if mine is not None:
        return None
    return await fetchrow("SELECT * FROM idempotency WHERE scope = $1 AND key = $2", owner, key)


async def _answer_kept(kept: Any, digest: str, scope: MutableMapping[str, Any], send: Any) -> None:
    if kept["body_hash"] != digest:
        await _problem(422, N_("This Idempotency-Key was used with another content."), scope, send)
    elif kept["status"] is None:
        await _problem(409, N_("The first request with this Idempotency-Key is still being worked on."), scope, send)
    else:
        headers = [(name.encode(), value.encode()) for name, value in kept["reply"]["headers"]]
        headers.append((b"idempotency-replayed", b"true"))
        await _send(send, kept["status"], headers, kept["reply"]["body"].encode())


async def _problem(
    status: int, text: str, scope: MutableMapping[str, Any], send: Any, *, code: str = "idempotency"
) -> None:
    detail = translate(scope["lang"], text)
    problem = {"type": "about:blank", "title": detail, "status": status, "detail": detail, "code": code}
    await _send(send, status, [(b"content-type", b"application/problem+json")], msgspec.json.encode(problem))


async def _send(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Recorder:
    """Passes an answer on and remembers it."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.done = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [
                (name.decode(), value.decode())
                for name, value in message["headers"]
                if name.lower() in {b"content-type", b"etag", b"location"}
            ]
        else:
            self.body += message.get("body", b"")
            self.done = not message.get("more_body")
        await self._send(message)


async def _keep(owner: str, key: str, recorder: _Recorder) -> None:
    """Keep what was decided; a fault of ours may be tried again."""
    if not recorder.done or recorder.status >= 500:
        await execute("DELETE FROM idempotency WHERE scope = $1 AND key = $2", owner, key)
        return
    reply = {"headers": recorder.headers, "body": recorder.body.decode("utf-8", "replace")}
    await execute(
        "UPDATE idempotency SET status = $3, reply = $4 WHERE scope = $1 AND key = $2",
        owner,
        key,
        recorder.status,
        reply,
    )
