"""The folder of the jobs: what each has made, until its date comes, and what a job that went wrong has left."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from foundation.database import execute, fetch, fetchrow, transaction
from foundation.jobs.queue import JobRead
from foundation.settings import current_settings

# What a job left that ended without a file is kept so long, for whoever lets it go on.
LEFTOVERS: Final = timedelta(days=1)
_OWNED: Final = re.compile(r"job-([1-9][0-9]{0,17})(?![0-9])")
_LONGEST_NAME: Final = 255  # bytes, as file systems have it
logger = logging.getLogger(__name__)


def jobs_folder() -> Path:
    """Where jobs keep their files; made where it is missing, for nobody else to look into."""
    folder = current_settings().data_dir / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def job_file(job_id: int, suffix: str) -> Path:
    """Where a job may write: ``job-<id><suffix>`` in the folder of the jobs, a file or a folder.

    Raises ValueError for a suffix that would lead elsewhere or to another job.
    """
    name = f"job-{job_id}{suffix}"
    owner = _OWNED.match(name)
    if not _is_plain(name) or owner is None or int(owner[1]) != job_id:
        raise ValueError(f"{name!r} is no name for a file of job {job_id}")
    return jobs_folder() / name


def result_file(job: JobRead) -> Path | None:
    """The file that a job has made, as long as it is there to be fetched."""
    path = _path_of(job.id, (job.result or {}).get("file")) if job.state == "done" else None
    return path if path is not None and path.is_file() and not path.is_symlink() else None


def _is_plain(name: object) -> bool:
    if not isinstance(name, str) or name.startswith(".") or set(name) & set("/\\\0"):
        return False
    return 0 < len(name.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME


def _path_of(job_id: int, name: object) -> Path | None:
    """Where a file lies; None for a name that would lead out of the folder, or is another job's."""
    if not isinstance(name, str) or not _is_plain(name):
        return None
    owner = _OWNED.match(name)
    return jobs_folder() / name if owner is None or int(owner[1]) == job_id else None


async def remove_expired(at: datetime) -> int:
    """Remove the files whose date has come, and day-old leftovers of jobs that ended without one; how many files."""
    removed = 0
    for row in await fetch("SELECT id FROM job WHERE expires_at <= $1 ORDER BY id", at):
        removed += await _expire(row["id"], at)
    await _remove_leftovers(at)
    return removed


async def _expire(job_id: int, at: datetime) -> bool:
    """First the file, then the row: whatever breaks between them is made good at the next look."""
    removed = False
    try:
        async with transaction():
            row = await fetchrow(
                "SELECT result ->> 'file' AS file, expires_at FROM job WHERE id = $1 AND expires_at <= $2"
                " FOR UPDATE SKIP LOCKED",
                job_id,
                at,
            )
            if row is not None:
                removed = await _remove_result(job_id, row["file"])
                gone: dict[str, Any] = {"file": None, "expired_at": row["expires_at"].isoformat()}
                await execute("UPDATE job SET result = result || $2, expires_at = NULL WHERE id = $1", job_id, gone)
    except OSError:
        logger.exception("the file of job %s could not be removed", job_id)
    return removed


async def _remove_result(job_id: int, name: str) -> bool:
    path = _path_of(job_id, name)
    if path is None:
        logger.warning("job %s names a file that is not its own; nothing was removed", job_id)
        return False
    await asyncio.to_thread(path.unlink, missing_ok=True)
    return True


async def _remove_leftovers(at: datetime) -> None:
    found = await asyncio.to_thread(_find_owned)
    rows = await fetch(
        "SELECT id FROM job WHERE id = ANY($1::bigint[]) AND ended_at < $2"
        " AND state IN ('done', 'failed', 'cancelled') AND result ->> 'file' IS NULL",
        list(found),
        at - LEFTOVERS,
    )
    for row in rows:
        async with transaction():
            # Nobody lets the job go on while its files are being removed.
            locked = await fetchrow(
                "SELECT id FROM job WHERE id = $1 AND state IN ('done', 'failed', 'cancelled') FOR UPDATE SKIP LOCKED",
                row["id"],
            )
            if locked is not None:
                await asyncio.to_thread(_remove_all, found[row["id"]])


def _find_owned() -> dict[int, list[Path]]:
    found: dict[int, list[Path]] = {}
    for path in jobs_folder().iterdir():
        owner = _OWNED.match(path.name)
        if owner is not None:
            found.setdefault(int(owner[1]), []).append(path)
    return found


def _remove_all(paths: list[Path]) -> None:
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError:
            logger.exception("%s could not be removed", path)
