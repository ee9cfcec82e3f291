"""The roof's own JSON: background jobs, how far they are, and what they made."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File
from msgspec import Struct

from foundation.act import Act
from foundation.errors import Gone
from foundation.jobs import JobRead, cancel_job, get_job, result_file, resume_job
from foundation.translation import N_, Lang, pick

_MEDIA_TYPES: Final = {".pdf": "application/pdf", ".zip": "application/zip"}


class JobStatus(Struct, frozen=True, kw_only=True):
    """How a job stands; ``stage`` in the reader's language, ``file`` the address of what it made while that is kept."""

    id: int
    kind: str
    state: str
    stage: str
    done_count: int
    total_count: int | None
    result: dict[str, Any] | None
    file: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None


def stage_of(job: JobRead, lang: Lang) -> str:
    """What is being done now, as the work says."""
    return pick(lang, job.saved.get("stage_zh"), job.saved.get("stage_en")) if job.running else ""


def file_response(job: JobRead) -> File:
    """What a job made, sent piece by piece. Raises Gone where there is nothing to be had."""
    path = result_file(job)
    if path is None:
        raise Gone(N_("There is no file of this job, or no longer."), code="no_file")
    name = PurePosixPath(str((job.result or {}).get("name") or path.name)).name
    media_type = _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
    return File(path, filename=name, media_type=media_type)


def _status(job: JobRead, act: Act) -> JobStatus:
    return JobStatus(
        id=job.id,
        kind=job.kind,
        state=job.state,
        stage=stage_of(job, act.lang),
        done_count=job.done_count,
        total_count=job.total_count,
        result=job.result,
        file=f"/api/v1/jobs/{job.id}/file" if result_file(job) else None,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        expires_at=job.expires_at,
    )


@get("/api/v1/jobs/{job_id:int}", summary="A background job")
async def read_job(job_id: FromPath[int], act: NamedDependency[Act]) -> JobStatus:
    """One's own job; ``state`` is queued, running, done, failed or cancelled."""
    return _status(await get_job(job_id, act), act)


@post("/api/v1/jobs/{job_id:int}/cancel", status_code=200, summary="Cancel a background job")
async def cancel(job_id: FromPath[int], act: NamedDependency[Act]) -> JobStatus:
    """A running job stops at its next step; one that has ended stays as it is."""
    return _status(await cancel_job(job_id, act), act)


@post("/api/v1/jobs/{job_id:int}/resume", status_code=200, summary="Let a background job go on")
async def resume(job_id: FromPath[int], act: NamedDependency[Act]) -> JobStatus:
    """A job that failed or was cancelled goes on where it stopped."""
    return _status(await resume_job(job_id, act), act)


@get("/api/v1/jobs/{job_id:int}/file", summary="The file that a background job made")
async def job_file(job_id: FromPath[int], act: NamedDependency[Act]) -> File:
    """The file, until ``expires_at``."""
    return file_response(await get_job(job_id, act))


ROUTES = [read_job, cancel, resume, job_file]
