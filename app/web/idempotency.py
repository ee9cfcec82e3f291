"""A POST repeated with its Idempotency-Key answers as before and does nothing twice (JSON API only).

What the verb writes and the answer that is kept stand in one transaction, and only then is the answer sent: a server
killed at any moment has done and kept both, or neither.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from app.web.signing import sender_of
from foundation.database import execute, fetchrow, fetchval, transaction
from foundation.errors import FacilityError, Invalid
from foundation.statuses import status_of
from foundation.translation import N_, Lang, translate

_KEPT: Final = timedelta(days=2)
_LONGEST: Final = 255
_REPEATED: Final = frozenset({b"content-type", b"etag", b"location"})
_Scope = MutableMapping[str, Any]


@dataclass
class _Answer:
    """An answer held back until the transaction stands."""

    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    async def take(self, message: MutableMapping[str, Any]) -> None:
        """Receive what the application sends."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], tuple(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def send(self, send: Any) -> None:
        """Let it go."""
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


class _UndoneError(Exception):
    """A fault of ours: nothing of it stays, and the key is free to be tried again."""

    def __init__(self, answer: _Answer) -> None:
        super().__init__()
        self.answer = answer


class Idempotency:
    """Wraps the application; touches nothing but POSTs to /api/ that carry a key."""

    def __init__(self, app: Any, clock: Callable[[], datetime]) -> None:
        self.app = app
        self.clock = clock

    async def __call__(self, scope: _Scope, receive: Any, send: Any) -> None:
        """Answer from what is kept, or answer and keep it."""
        key = _key(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        try:
            _check_key(key)
            answer = await self._once(scope, await _read(receive), key)
        except _UndoneError as undone:
            answer = undone.answer
        except FacilityError as error:  # nothing further in has begun, so nothing further in can answer
            answer = _problem(status_of(error), error.message(scope["lang"]), error.code)
        await answer.send(send)

    async def _once(self, scope: _Scope, body: bytes, key: str) -> _Answer:
        digest = hashlib.sha256(scope["path"].encode() + b"\0" + body).hexdigest()
        owner = await sender_of(scope, self.clock())  # outside: it notes when the token was last seen
        async with transaction():
            if not await fetchval("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7))", f"{owner} {key}"):
                return _running(scope["lang"])
            kept = await fetchrow("SELECT * FROM idempotency WHERE scope = $1 AND key = $2", owner, key)
            if kept is not None:
                return _replay(kept, digest, scope["lang"])
            answer = _Answer()
            await self.app(scope, _again(body), answer.take)
            if answer.status >= 500:
                raise _UndoneError(answer)
            if answer.status < 400:  # a refusal has done nothing, so it may be asked again
                await self._keep(owner, key, digest, answer)
        return answer

    async def _keep(self, owner: str, key: str, digest: str, answer: _Answer) -> None:
        now = self.clock()
        headers = [(name.decode(), value.decode()) for name, value in answer.headers if name.lower() in _REPEATED]
        await execute("DELETE FROM idempotency WHERE created_at < $1", now - _KEPT)
        await execute(
            "INSERT INTO idempotency (scope, key, body_hash, status, reply, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            owner, key, digest, answer.status,
            {"headers": headers, "body": base64.b64encode(answer.body).decode()}, now,
        )  # fmt: skip


def _key(scope: _Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith("/api/"):
        return None
    value = next((v for name, v in scope["headers"] if name == b"idempotency-key"), None)
    return value.decode("latin-1") if value else None


def _check_key(key: str) -> None:
    if len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise Invalid(N_("An Idempotency-Key has 1 to {longest} plain characters."), code="bad_key", longest=_LONGEST)


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


def _replay(kept: Any, digest: str, lang: Lang) -> _Answer:
    if kept["body_hash"] != digest:
        return _problem(422, translate(lang, N_("This Idempotency-Key was used with another content.")))
    body = base64.b64decode(kept["reply"]["body"])
    headers = [(name.encode(), value.encode()) for name, value in kept["reply"]["headers"]]
    ours = [(b"content-length", str(len(body)).encode()), (b"idempotency-replayed", b"true")]
    return _Answer(kept["status"], (*headers, *ours), body)


def _running(lang: Lang) -> _Answer:
    text = N_("The first request with this Idempotency-Key is still being worked on.")
    return _problem(409, translate(lang, text))


def _problem(status: int, detail: str, code: str = "idempotency") -> _Answer:
    problem = {"type": "about:blank", "title": detail, "status": status, "detail": detail, "code": code}
    body = msgspec.json.encode(problem)
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return _Answer(status, tuple(headers), body)
