"""Background jobs: how far one is, cancelling it, and what it made."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from foundation.act import Act
from foundation.errors import Gone
from foundation.jobs import JobRead, cancel_job, get_job
from foundation.translation import N_, Lang, pick, translate
from labels.service.background import SHEET, sheet_path

_TITLES = {SHEET: N_("Sheet of labels")}
_STATES = {
    "queued": N_("Waiting for its turn"),
    "running": N_("Being made"),
    "done": N_("Ready"),
    "failed": N_("It did not work"),
    "cancelled": N_("Cancelled by you"),
}


@get("/desk/jobs/{job_id:int}")
async def job_page(job_id: FromPath[int], act: NamedDependency[Act]) -> Template:
    """One job; the page looks again by itself while there is something to wait for."""
    job = await get_job(job_id, act)
    result = job.result or {}
    return Template(
        "app/job.html",
        context={
            "job": job,
            "title_": translate(act.lang, _TITLES.get(job.kind, N_("Background job"))),
            "state": translate(act.lang, _STATES[job.state]),
            "failure": _failure(job, result, act.lang),
            "warnings": result.get("warnings", []),
            "ready": job.state == "done" and bool(result.get("file")),
        },
    )


def _failure(job: JobRead, result: dict[str, Any], lang: Lang) -> str:
    if job.state != "failed":
        return ""
    return pick(lang, result.get("zh"), result.get("en")) or translate(lang, N_("Something went wrong on our side."))


@post("/desk/jobs/{job_id:int}/cancel")
async def cancel_page(job_id: FromPath[int], act: NamedDependency[Act]) -> Redirect:
    """Cancel it."""
    await cancel_job(job_id, act)
    return Redirect(f"/desk/jobs/{job_id}", status_code=303)


@get("/desk/jobs/{job_id:int}/file")
async def job_file(job_id: FromPath[int], act: NamedDependency[Act]) -> Response[bytes]:
    """What it made, to whoever asked for it."""
    job = await get_job(job_id, act)
    path = sheet_path(job.id)
    if job.kind != SHEET or job.state != "done" or not path.is_file():
        raise Gone(N_("There is no file of this job, or no longer."), code="no_file")
    headers = {"Content-Disposition": f'attachment; filename="labels-{job.id}.pdf"'}
    return Response(path.read_bytes(), media_type="application/pdf", headers=headers)


JOB_PAGES = [job_page, cancel_page, job_file]
