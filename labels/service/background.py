"""Large jobs are printed in the background, with progress, and fetched when they are done.

A job goes through stages, each of which a worker that takes it over finds done: gather the labels into a spool, press
them in a process of their own, write down what was printed. So a job begun again prints the same labels into the same
cells and tells history once.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import msgspec

from foundation.act import Act
from foundation.errors import Invalid
from foundation.jobs import JobContext, enqueue, job_file, job_kind
from foundation.principals import Role
from foundation.settings import current_settings
from foundation.translation import LANGS, N_, translate
from labels.press import Printed, PrintOrder
from labels.press.child import press_apart, task_for
from labels.press.spool import Spool, Spooled
from labels.queries import count_selected, selected_chunks
from labels.schemas import Selection
from labels.service.issue import make_blank_labels
from labels.service.printing.direct import mark_spool
from labels.service.printing.faces import spooled, words_for
from labels.service.printing.paper import Paper, order_for

SHEET: Final = "labels.sheet"
_GATHER: Final = N_("Gathering the labels")
_STAMP: Final = N_("Printing")
_CHECK: Final = N_("Reading every label back")
_CONVERT: Final = N_("Converting")
_WRITE: Final = N_("Writing it down")
_STAGES: Final = {"stamp": _STAMP, "check": _CHECK, "convert": _CONVERT}


async def print_later(what: Selection | int, paper: Paper, act: Act) -> int:
    """Put a job into the queue: a selection of assets, or so many blank labels; its number.

    The same ``paper.request`` again answers the same job. Raises Invalid and NotFound for what can be seen to be wrong
    before the job begins, Forbidden unless a registrar acts.
    """
    if not act.principal.holds(Role.REGISTRAR):  # in which places, the job asks for each asset
        act.require(Role.REGISTRAR)
    await order_for(paper)
    wanted = {"blank": what} if isinstance(what, int) else {"selection": msgspec.to_builtins(what)}
    stored = msgspec.to_builtins(paper)
    params = {**wanted, "paper": stored, "lang": act.lang}
    return await enqueue(SHEET, params, act, request_key=paper.request or None)


@job_kind(SHEET, title=N_("Sheet of labels"), apart=True)
async def print_sheet_job(job: JobContext) -> dict[str, Any]:
    """Print the labels of the params into the job's file; begun again it prints the same codes into the same cells."""
    paper = msgspec.convert(job.params["paper"], Paper)
    order = await order_for(paper)
    spool = Spool(job_file(job.id, ".spool"))
    count = await _gather(job, order, spool)
    out = job_file(job.id, f".{order.form}")
    printed = await _press(job, order, spool, count, out)
    await _stage(job, _WRITE)
    await mark_spool(spool, order, name_of(job), job.act)
    spool.path.unlink(missing_ok=True)
    notes = [{lang[:2]: note.message(lang) for lang in LANGS} for note in printed.notes]
    return {
        "labels": printed.labels,
        "pages": printed.pages,
        "checked": printed.checked,
        "notes": notes,
        "file": out.name,
        "name": f"labels-{name_of(job)}.{order.form}",
    }


def name_of(job: JobContext) -> str:
    """By what the sheets of a job are found again in the history."""
    return f"J{job.id}"


async def _gather(job: JobContext, order: PrintOrder, spool: Spool) -> int:
    """The labels of the job in its spool; a worker that takes over goes on with a whole one and begins a half anew."""
    if job.saved.get("gathered") and spool.path.exists():
        return int(job.saved["gathered"])
    spool.path.unlink(missing_ok=True)
    await _stage(job, _GATHER)
    if "blank" in job.params:
        count = await _blank(job, order, spool)
    else:
        count = await _selected(job, order, spool)
    await job.save(gathered=count)
    return count


async def _selected(job: JobContext, order: PrintOrder, spool: Spool) -> int:
    selection = msgspec.convert(job.params["selection"], Selection)
    await job.progress(0, await count_selected(selection, at=job.act.at))
    words = await words_for(order, job.act)
    count = 0
    async for chunk in selected_chunks(selection, job.act.at):
        count += spool.append(await spooled(chunk, words, job.act))
        await job.progress(count)
    if not count:
        raise Invalid(N_("The selection holds no facility, so there is nothing to print."), code="no_labels")
    return count


async def _blank(job: JobContext, order: PrintOrder, spool: Spool) -> int:
    made = await make_blank_labels(int(job.params["blank"]), job.act, job=name_of(job), stock=order.stock.key)
    return spool.append(Spooled(label.id, None, label.code, label.check_word, {}) for label in made)


async def _press(job: JobContext, order: PrintOrder, spool: Spool, count: int, out: Path) -> Printed:
    if job.saved.get("printed") and await asyncio.to_thread(out.exists):
        return msgspec.convert(job.saved["printed"], Printed)
    await _stage(job, _STAMP)
    await job.progress(0, count)
    stages = ["stamp"]

    async def told(stage: str, done: int) -> None:
        if stage != stages[-1]:
            stages.append(stage)
            await _stage(job, _STAGES[stage])
        await job.progress(done)

    part = job_file(job.id, ".part")
    task = task_for(order, order.template.files, spool.path, count, part, current_settings().files_dir)
    printed = await press_apart(task, told)
    part.replace(out)
    await job.save(printed=msgspec.to_builtins(printed))
    return printed


async def _stage(job: JobContext, words: str) -> None:
    await job.save(stage_zh=translate("zh-CN", words), stage_en=translate("en", words))
