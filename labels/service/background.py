"""Large jobs are printed in the background, with progress, and fetched when they are done.

A job goes through stages, each of which a worker that takes it over finds done: choose the assets, gather their labels
into a spool, press them in a process of their own, write down what was printed. So a job begun again prints the same
labels into the same cells and tells history once.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import msgspec

from foundation.act import Act
from foundation.errors import Refused
from foundation.jobs import JobContext, JobRead, enqueue, get_job, job_file, job_kind, resume_job
from foundation.principals import Role
from foundation.settings import current_settings
from foundation.translation import LANGS, N_, translate
from labels.press import Printed, PrintOrder
from labels.press.child import press_apart, task_for
from labels.press.spool import Spool, Spooled
from labels.schemas import Selection
from labels.service.issue import check_blanks, make_blank_labels
from labels.service.printing.choosing import choose, in_pieces
from labels.service.printing.faces import spooled, words_for
from labels.service.printing.marking import job_name, mark_spool
from labels.service.printing.paper import Paper, order_for
from labels.service.printing.unchanged import LABEL_CHANGED, require_unchanged

SHEET: Final = "labels.sheet"
_GATHER: Final = N_("Gathering the labels")
_STAMP: Final = N_("Printing")
_CHECK: Final = N_("Reading every label back")
_CONVERT: Final = N_("Converting")
_WRITE: Final = N_("Writing it down")
_STAGES: Final = {"stamp": _STAMP, "check": _CHECK, "convert": _CONVERT}


async def print_later(what: Selection | int, paper: Paper, act: Act) -> int:
    """Put a job into the queue: a selection of assets, or so many blank labels; its number.

    The same ``paper.request`` for the same again answers the same job. Raises Invalid and NotFound for what can be seen
    to be wrong before the job begins, Forbidden unless a registrar acts.
    """
    if isinstance(what, int):
        check_blanks(what, act)
    else:
        act.require_anywhere(Role.REGISTRAR)  # in which places, the job asks for each asset
    await order_for(paper)
    wanted = {"blank": what} if isinstance(what, int) else {"selection": msgspec.to_builtins(what)}
    params = {**wanted, "paper": msgspec.to_builtins(paper), "lang": act.lang}
    key = job_name(act, paper.request, wanted, paper.contents()) if paper.request else None
    return await enqueue(SHEET, params, act, request_key=key)


async def print_anyway(job_id: int, act: Act) -> JobRead:
    """Let a job go on that was refused because of characters that no face has, with 〓 in their place.

    Raises NotFound as ``get_job`` does, Forbidden unless a registrar acts, Refused where nothing was refused for that
    reason.
    """
    act.require_anywhere(Role.REGISTRAR)
    job = await get_job(job_id, act)
    if job.kind != SHEET or job.state != "failed" or (job.result or {}).get("code") != "missing_glyph":
        raise Refused(N_("This job was not refused because of a character."), code="nothing_to_ask")
    return await resume_job(job_id, act, {"paper": {**job.params["paper"], "anyway": True}})


@job_kind(SHEET, title=N_("Sheet of labels"), apart=True)
async def print_sheet_job(job: JobContext) -> dict[str, Any]:
    """Print the labels of the params into the job's file; begun again it prints the same codes into the same cells."""
    job.act.require_anywhere(Role.REGISTRAR)
    order = await order_for(msgspec.convert(job.params["paper"], Paper))
    out, spool = job_file(job.id, f".{order.form}"), Spool(job_file(job.id, ".spool"))
    await _begin_anew_if_changed(job, order, out)
    if not (job.saved.get("written") and await asyncio.to_thread(out.exists)):
        count = await _gather(job, order, spool)
        await _press(job, order, spool, count, out)
        await _write(job, order, spool)
    for needless in (spool.path, job_file(job.id, ".chosen")):
        await asyncio.to_thread(needless.unlink, missing_ok=True)
    printed = msgspec.convert(job.saved["printed"], Printed)
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


async def _begin_anew_if_changed(job: JobContext, order: PrintOrder, out: Path) -> None:
    """What was gathered or pressed for another template or stock is no good for this one; what was chosen stays."""
    order_is = f"{order.template.name} {order.stock} {order.shift} {order.prefix}"
    if job.saved.get("order", order_is) != order_is:
        await asyncio.to_thread(out.unlink, missing_ok=True)
        await job.save(gathered=0, printed=None, written=False)
    await job.save(order=order_is)


async def _gather(job: JobContext, order: PrintOrder, spool: Spool) -> int:
    """The labels of the job in its spool: a whole one is gone on with, and half of one never takes its place."""
    if job.saved.get("gathered") and await asyncio.to_thread(spool.path.exists) and await _still_good(job, spool):
        return int(job.saved["gathered"])
    await _stage(job, _GATHER)
    own = Spool(_own(job, ".gathering"))
    await asyncio.to_thread(own.path.unlink, missing_ok=True)
    if "blank" in job.params:
        made = await make_blank_labels(int(job.params["blank"]), job.act, job=name_of(job), stock=order.stock.key)
        count = own.append(Spooled(label.id, None, label.code, label.check_word, {}) for label in made)
    else:
        count = await _gather_selected(job, order, own)
    await job.progress(count, count)
    await asyncio.to_thread(own.path.replace, spool.path)
    # Sheets that were pressed from another spool would not be those that are written down.
    await job.save(gathered=count, printed=None)
    return count


async def _still_good(job: JobContext, spool: Spool) -> bool:
    """Whether what was gathered can be printed. Blank labels that changed cannot be made up for: Refused."""
    try:
        await require_unchanged(spool, job.act)
    except Refused as error:
        if error.code != LABEL_CHANGED or "blank" in job.params:
            raise
        return False
    return True


def _own(job: JobContext, suffix: str) -> Path:
    """A file of this run of the job alone: an earlier one may still be at work and not have noticed."""
    return job_file(job.id, f".{job.claimed_at:%Y%m%d%H%M%S%f}{suffix}")


async def _gather_selected(job: JobContext, order: PrintOrder, spool: Spool) -> int:
    chosen = await _choose(job)
    await job.progress(0, len(chosen))
    words = await words_for(order, job.act)
    count = 0
    async for piece in in_pieces(chosen):
        count += spool.append(await spooled(piece, words, job.act))
        await job.progress(count)
    return count


async def _choose(job: JobContext) -> list[int]:
    """Whose labels: chosen once, for what is issued on the way changes what a filter finds."""
    kept = job_file(job.id, ".chosen")
    if job.saved.get("chosen") and await asyncio.to_thread(kept.exists):
        return msgspec.json.decode(await asyncio.to_thread(kept.read_bytes), type=list[int])
    chosen = await choose(msgspec.convert(job.params["selection"], Selection), job.act)
    own = _own(job, ".choosing")
    await asyncio.to_thread(own.write_bytes, msgspec.json.encode(chosen))
    await asyncio.to_thread(own.replace, kept)
    await job.save(chosen=len(chosen))
    return chosen


async def _press(job: JobContext, order: PrintOrder, spool: Spool, count: int, out: Path) -> None:
    if job.saved.get("printed") and await asyncio.to_thread(out.exists):
        return
    await _stage(job, _STAMP)
    await job.progress(0, count)
    stages = ["stamp"]

    async def told(stage: str, done: int) -> None:
        if stage != stages[-1]:
            stages.append(stage)
            await _stage(job, _STAGES[stage])
        await job.progress(done)

    part = _own(job, ".part")
    task = task_for(order, order.template.files, spool.path, count, part, current_settings().files_dir)
    printed = await press_apart(task, told)
    await job.progress(count)
    await asyncio.to_thread(part.replace, out)
    await job.save(printed=msgspec.to_builtins(printed))


async def _write(job: JobContext, order: PrintOrder, spool: Spool) -> None:
    await _stage(job, _WRITE)
    await mark_spool(spool, order, name_of(job), job.act, told=job.progress)
    await job.save(written=True)


async def _stage(job: JobContext, words: str) -> None:
    await job.save(stage_zh=translate("zh-CN", words), stage_en=translate("en", words))
