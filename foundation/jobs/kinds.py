"""Kinds of jobs: what is registered for each, and what its work gets to work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from foundation.act import Act
from foundation.database import Record, fetchrow

KEEP: Final = timedelta(days=7)


class Cancelled(Exception):
    """The job was cancelled while it ran, or another worker has taken it over: this work ends here."""


@dataclass(frozen=True)
class JobContext:
    """What a job's work gets: its id and params, who asked (with the roles held now), where to tell its progress.

    ``saved`` is what an earlier run of the same job has kept by ``save``; empty at the first. ``claimed_at`` tells
    this run from every other of the job.
    """

    id: int
    params: dict[str, Any]
    act: Act
    claimed_at: datetime
    saved: dict[str, Any] = field(default_factory=dict)

    async def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far it is. Raises Cancelled when somebody no longer wants it.

        Inside a transaction nobody sees it before the COMMIT, and whoever cancels waits for that: keep those short.
        """
        await self._write("done_count = $4, total_count = coalesce($5, total_count)", done, total)

    async def save(self, **values: Any) -> None:
        """Keep what was done, for a worker that goes on after this one died; values of the same name are replaced.

        Values are JSON. In the transaction of what they tell of, both stand or neither. Files that they name are kept
        for a day after a job has failed or was cancelled, so look whether they are still there. ``stage_zh`` and
        ``stage_en`` are shown as what is being done. Raises Cancelled as ``progress`` does.
        """
        row = await self._write("saved = coalesce(saved, '{}') || $4::jsonb", values)
        self.saved.clear()
        self.saved.update(row["saved"])

    async def _write(self, change: str, *args: object) -> Record:
        row = await fetchrow(
            f"UPDATE job SET beat_at = $3, {change}"
            " WHERE id = $1 AND state = 'running' AND started_at = $2 RETURNING saved",
            self.id,
            self.claimed_at,
            datetime.now(UTC),
            *args,
        )
        if row is None:
            raise Cancelled
        return row


Work = Callable[[JobContext], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its work, for how long the file it makes is kept, the msgid of its title, and whether it is so
    much work that a server runs it in a process of its own.
    """

    work: Work
    keep: timedelta
    title: str
    apart: bool


KINDS: dict[str, JobKind] = {}


def job_kind(name: str, *, keep: timedelta = KEEP, title: str = "", apart: bool = False) -> Callable[[Work], Work]:
    """Register the work of a kind of job. It may be begun again after a crash, so doing it twice must do no harm.

    Where the answer of the work has ``file``, the plain name of a file in the folder of the jobs, that is handed out
    for as long as ``keep`` says, under the name in ``name`` if there is one; ``notes`` and ``problems`` are lists of
    ``{"zh", "en"}`` to be shown. ``title`` is a msgid. With ``apart`` a server runs it in a process of its own.
    """

    def register(work: Work) -> Work:
        if name in KINDS:
            raise ValueError(f"the job {name!r} is registered twice")
        KINDS[name] = JobKind(work, keep, title, apart)
        return work

    return register


def job_title(kind: str) -> str:
    """The msgid of what jobs of this kind are called; empty where none is known."""
    return KINDS[kind].title if kind in KINDS else ""
