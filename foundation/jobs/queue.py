"""The queue: rows of the table ``job``; the same request twice while it waits is one job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from foundation.act import Act
from foundation.database import Record, execute, fetch, fetchrow, transaction
from foundation.errors import Forbidden, NotFound
from foundation.principals import Role
from foundation.translation import N_

_COLUMNS: Final = (
    "id, kind, state, params, result, done_count, total_count, account_id, created_at, started_at, ended_at"
)


class JobRead(Struct, frozen=True, kw_only=True):
    """One job; ``state`` is queued, running, done, failed or cancelled."""

    id: int
    kind: str
    state: str
    params: dict[str, Any]
    result: dict[str, Any] | None
    done_count: int
    total_count: int | None
    account_id: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in {"queued", "running"}


def _read(row: Record) -> JobRead:
    return JobRead(**dict(row))


async def enqueue(kind: str, params: Mapping[str, Any], act: Act) -> int:
    """Put a job into the queue; its id. Whoever asks the same again while it waits gets the same job."""
    act.require_staff()
    text = msgspec.json.encode(dict(sorted(params.items())))
    fingerprint = hashlib.sha256(text + str(act.principal.account_id).encode()).hexdigest()
    async with transaction():
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
