"""Background jobs: one's latest, how far each is, stopping it, letting it go on, and what it made."""

from datetime import datetime
from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File, Redirect, Template

from app.routes import file_response, stage_of
from foundation.act import Act
from foundation.jobs import JobRead, cancel_job, find_jobs, get_job, job_title, result_file, resume_job
from foundation.translation import N_, Lang, pick, translate

# Problems beyond these are counted; a list of thousands is no list.
MOST_PROBLEMS: Final = 50
_STATES: Final = {
    "queued": (N_("Waiting for its turn"), "neutral"),
    "running": (N_("Being made"), "info"),
    "done": (N_("Done"), "ok"),
    "failed": (N_("It did not work"), "danger"),
    "cancelled": (N_("Cancelled"), "neutral"),
}


@get("/desk/jobs")
async def jobs_page(act: NamedDependency[Act]) -> Template:
    """The actor's latest jobs, each with what can be done about it."""
    jobs = [_shown(job, act.lang) for job in await find_jobs(act)]
    return Template("app/jobs.html", context={"jobs": jobs, "waiting": any(shown["job"].running for shown in jobs)})


@get("/desk/jobs/{job_id:int}")
async def job_page(job_id: FromPath[int], act: NamedDependency[Act]) -> Template:
    """One job; the page looks again by itself while there is something to wait for."""
    job = await get_job(job_id, act)
    result = job.result or {}
    problems = _sentences(result.get("problems"), act.lang)
    return Template(
        "app/job.html",
        context={
            **_shown(job, act.lang),
            "problems": problems[:MOST_PROBLEMS],
            "problem_count": len(problems),
            "notes": _sentences(result.get("notes"), act.lang),
            "warnings": result.get("warnings", []),
            "of_labels": job.kind.startswith("labels."),
        },
    )


def _shown(job: JobRead, lang: Lang) -> dict[str, Any]:
    """What list and page both say of a job."""
    words, tone = _STATES[job.state]
    ready = result_file(job) is not None
    made = job.state == "done" and "file" in (job.result or {})
    return {
        "job": job,
        "title_": translate(lang, job_title(job.kind) or N_("Background job")),
        "state": translate(lang, N_("Ready") if ready else words),
        "tone": tone,
        "stage": stage_of(job, lang),
        "failure": _failure(job, lang),
        "ready": ready,
        "gone": made and not ready,
        "expired_at": _expired_at(job),
    }


def _failure(job: JobRead, lang: Lang) -> str:
    if job.state != "failed":
        return ""
    result = job.result or {}
    return pick(lang, result.get("zh"), result.get("en")) or translate(lang, N_("Something went wrong on our side."))


def _expired_at(job: JobRead) -> datetime | None:
    told = (job.result or {}).get("expired_at")
    return datetime.fromisoformat(told) if told else None


def _sentences(pairs: Any, lang: Lang) -> list[str]:
    return [pick(lang, pair.get("zh"), pair.get("en")) for pair in pairs or [] if isinstance(pair, dict)]


@post("/desk/jobs/{job_id:int}/cancel")
async def cancel_page(job_id: FromPath[int], act: NamedDependency[Act]) -> Redirect:
    """Cancel it."""
    await cancel_job(job_id, act)
    return Redirect(f"/desk/jobs/{job_id}", status_code=303)


@post("/desk/jobs/{job_id:int}/resume")
async def resume_page(job_id: FromPath[int], act: NamedDependency[Act]) -> Redirect:
    """Let it go on."""
    await resume_job(job_id, act)
    return Redirect(f"/desk/jobs/{job_id}", status_code=303)


@get("/desk/jobs/{job_id:int}/file")
async def job_file_page(job_id: FromPath[int], act: NamedDependency[Act]) -> File:
    """What it made, to whoever asked for it."""
    return file_response(await get_job(job_id, act))


JOB_PAGES = [jobs_page, job_page, cancel_page, resume_page, job_file_page]
