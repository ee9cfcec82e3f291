"""Large sheets are printed in the background, with progress, and fetched when they are done."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from foundation.jobs import JobContext, job_kind
from foundation.settings import current_settings
from labels.queries import count_selected
from labels.schemas import Selection
from labels.service.printing import Paper, print_labels_to_file

SHEET: Final = "labels.sheet"


def sheet_path(job_id: int) -> Path:
    """Where the sheet of a job lies until it is fetched."""
    return current_settings().data_dir / "jobs" / f"labels-{job_id}.pdf"


@job_kind(SHEET)
async def print_sheet_job(job: JobContext) -> dict[str, Any]:
    """Print the selection of the params into the job's file; begun again it prints the same codes."""
    selection = msgspec.convert(job.params["selection"], Selection)
    paper = Paper(current_settings().public_url, job.params["stock"], job.params["start"])
    await job.progress(0, await count_selected(selection))
    path = sheet_path(job.id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    printed = await print_labels_to_file(selection, paper, path, job.act)
    await job.progress(printed.labels)
    return {"labels": printed.labels, "pages": printed.pages, "warnings": printed.warnings, "file": path.name}
