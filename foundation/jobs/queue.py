"""The queue: rows of the table ``job``; the same request twice while it waits, or under one key, is one job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from foundation.act import Act
from foundation.database import Record, execute, fetch, fetchrow, fetchval, transaction
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from foundation.principals import Role
from foundation.translation import N_

LONGEST_KEY: Final = 200
_COLUMNS: Final = (
    "id, kind, state, params, result, coalesce(saved, '{}') AS saved, done_count, total_count, account_id, created_at,"
    " started_at, ended_at, expires_at"
)


class JobRead(Struct, frozen=True, kw_only=True):
    """One job; ``state`` is queued, running, done, failed or cancelled. ``expires_at`` is when its file goes."""

    id: int
    kind: str
    state: str
    params: dict[str, Any]
    result: dict[str, Any] | None
    saved: dict[str, Any]
    done_count: int
    total_count: int | None
    account_id: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {"queued", "running"}

    @property
    def resumable(self) -> bool:
        """Whether it may go on."""
        return self.state in {"failed", "cancelled"}


def _read(row: Record) -> JobRead:
    return JobRead(**dict(row))


async def enqueue(kind: str, params: Mapping[str, Any], act: Act, *, request_key: str | None = None) -> int:
    """Put a job into the queue; its id. Whoever asks the same again while it waits gets the same job.

    With a request key, 1 to 200 printable characters that the asker chose, the same key of the same account is one
    job of the kind for ever, whatever has become of it. Raises Invalid for another key.
    """
    act.require_staff()
    if request_key is not None:
        return await _enqueue_once(kind, params, _owned_key(request_key, act), act)
    fingerprint = _fingerprint(params, act)
    async with transaction():
        await _hold(kind, fingerprint)
        row = await fetchrow(
            "INSERT INTO job (kind, params, fingerprint, account_id, created_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (kind, fingerprint) WHERE state IN ('queued', 'running') DO UPDATE SET kind = job.kind"
            " RETURNING id",
            kind,
            dict(params),
            fingerprint,
            act.principal.account_id,
            act.at,
        )
    return int(row["id"]) if row else 0


async def _enqueue_once(kind: str, params: Mapping[str, Any], key: str, act: Act) -> int:
    # Looked for first: the work of a running job may hold its row for as long as one of its transactions lasts.
    known = await fetchval("SELECT id FROM job WHERE kind = $1 AND request_key = $2", kind, key)
    if known is None:
        known = await fetchval(
            "INSERT INTO job (kind, params, request_key, account_id, created_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (kind, request_key) WHERE request_key IS NOT NULL DO UPDATE SET kind = job.kind RETURNING id",
            kind,
            dict(params),
            key,
            act.principal.account_id,
            act.at,
        )
    return int(known)


def _owned_key(key: str, act: Act) -> str:
    if not 0 < len(key.strip()) <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid(
            N_("The key of a request has 1 to {longest} printable characters."),
            code="bad_request_key",
            longest=LONGEST_KEY,
        )
    return f"{act.principal.account_id or 'system'}:{key}"


def _fingerprint(params: Mapping[str, Any], act: Act) -> str:
    text = msgspec.json.encode(dict(sorted(params.items())))
    return hashlib.sha256(text + str(act.principal.account_id).encode()).hexdigest()


async def _hold(kind: str, fingerprint: str) -> None:
    """One at a time for equal requests, until the transaction ends."""
    await execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 11))", f"{kind} {fingerprint}")


async def get_job(job_id: int, act: Act) -> JobRead:
    """One job of the actor's own; administrators see all. Raises NotFound, Forbidden."""
    act.require_staff()
    row = await fetchrow(f"SELECT {_COLUMNS} FROM job WHERE id = $1", job_id)
    if row is None:
        raise NotFound(N_("There is no such job."))
    if row["account_id"] != act.principal.account_id and not act.principal.has(Role.ADMINISTRATOR):
        raise Forbidden(N_("This job belongs to somebody else."))
    return _read(row)


async def find_jobs(act: Act, limit: int = 20) -> list[JobRead]:
    """The actor's latest jobs."""
    act.require_staff()
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM job WHERE account_id = $1 ORDER BY id DESC LIMIT $2", act.principal.account_id, limit
    )
    return [_read(row) for row in rows]


async def cancel_job(job_id: int, act: Act) -> JobRead:
    """Cancel a job that has not ended; a running one stops at its next step. One that has ended stays as it is."""
    await get_job(job_id, act)
    await execute(
        "UPDATE job SET state = 'cancelled', ended_at = $2 WHERE id = $1 AND state IN ('queued', 'running')",
        job_id,
        act.at,
    )
    return await get_job(job_id, act)


async def resume_job(job_id: int, act: Act, params: Mapping[str, Any] | None = None) -> JobRead:
    """Put a job that failed or was cancelled back into the queue, with what it has saved; one that waits stays so.

    It is done as its owner, whoever lets it go on. Raises Refused for a job that is done, and Conflict where the same
    was asked for again meanwhile and waits. ``params`` take the place of those of the same name.
    """
    async with transaction():
        await get_job(job_id, act)
        row = await fetchrow("SELECT kind, state, fingerprint FROM job WHERE id = $1 FOR UPDATE", job_id)
        if row is not None and row["state"] == "done":
            raise Refused(N_("This job is done; there is nothing to go on with."), code="job_done")
        if row is not None and row["state"] in {"failed", "cancelled"}:
            await _requeue(job_id, row, dict(params or {}))
    return await get_job(job_id, act)


async def _requeue(job_id: int, row: Record, params: dict[str, Any]) -> None:
    if row["fingerprint"]:
        await _hold(row["kind"], row["fingerprint"])
        equal = await fetchval(
            "SELECT id FROM job WHERE kind = $1 AND fingerprint = $2 AND state IN ('queued', 'running')",
            row["kind"],
            row["fingerprint"],
        )
        if equal is not None:
            text = N_("The same was asked for again meanwhile and is being made: job {job}.")
            raise Conflict(text, code="job_asked_again", job=equal)
    await execute(
        "UPDATE job SET state = 'queued', result = NULL, ended_at = NULL, deaths = 0, params = params || $2::jsonb"
        " WHERE id = $1",
        job_id,
        params,
    )
