"""Jobs gone on with: after a killed worker, a cancelling, a full disk."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import pypdfium2
import pytest

from app.sessions import principal_of
from foundation.act import Act
from foundation.database import execute, fetch, fetchval
from foundation.jobs import JobRead, cancel_job, get_job, jobs_folder, resume_job, run_waiting
from labels.schemas import Selection
from labels.service import background as work
from labels.service import void_batch, void_label
from labels.service.background import print_later
from tests.labels.background.material import PAPER, TOILETS, file_of, printed_codes, told

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


@pytest.mark.parametrize("what", [TOILETS, Selection(only="no_label"), 30], ids=["kind", "no_label", "blank"])
@pytest.mark.parametrize("stage", ["spool", "press", "history"])
async def test_a_killed_worker_is_followed_by_one_that_goes_on(
    asker: Act, stage: str, what: Selection | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while labels are gathered, printed, or half written down: the same codes, cells and lines in the end."""
    if isinstance(what, int) and stage == "spool":
        pytest.skip("blank labels have no words")
    number = await print_later(what, PAPER, asker)
    where = {"choice": "in_pieces", "spool": "words_for", "press": "press_apart", "history": "mark_spool"}[stage]
    real = getattr(work, where)
    if stage == "history":
        monkeypatch.setattr("labels.service.printing.marking.AT_ONCE", 10)

    async def killed(*args: object, **more: object) -> None:
        if stage == "history":
            await real(*args, **more)  # all is written, and nobody is told that it was
        raise KeyboardInterrupt

    monkeypatch.setattr(work, where, killed)
    with contextlib.suppress(KeyboardInterrupt):
        await run_waiting(principal_of)
    monkeypatch.setattr(work, where, real)
    before = {row["id"]: row["code"] for row in await fetch("SELECT id, code FROM label")}
    await execute("UPDATE job SET beat_at = beat_at - interval '5 minutes'")
    assert await run_waiting(principal_of) == 1
    job = await get_job(number, asker)
    assert job.state == "done"
    after = {row["id"]: row["code"] for row in await fetch("SELECT id, code FROM label")}
    assert before.items() <= after.items()
    assert len(after) == 30
    assert job.result is not None
    assert job.result["labels"] == 30
    cells = await fetch("SELECT DISTINCT job, sheet, position FROM label_print")
    assert len(cells) == 30
    assert {row["job"] for row in cells} == {f"J{number}"}
    assert await printed_codes(job) == set(after.values())
    assert len(await told()) == len(set(await told())) == (0 if isinstance(what, int) else 30)


async def test_a_choice_by_what_has_no_label_survives_the_labels_it_has_issued(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when twenty of thirty labels were issued: the filter would now find ten."""
    number = await print_later(Selection(only="no_label"), PAPER, asker)
    real, calls = work.spooled, []

    async def killed(*args: object) -> object:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return await real(*args)

    monkeypatch.setattr(work, "spooled", killed)
    monkeypatch.setattr(work, "in_pieces", partial(work.in_pieces, at_once=10))
    with contextlib.suppress(KeyboardInterrupt):
        await run_waiting(principal_of)
    assert await fetchval("SELECT count(*) FROM label") == 20
    await execute("UPDATE job SET beat_at = beat_at - interval '5 minutes'")
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["labels"]) == ("done", 30)


async def test_a_cancelled_job_leaves_no_file_and_goes_on_when_asked(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await print_later(TOILETS, PAPER, asker)
    real = work.press_apart

    async def cancelled(*args: object) -> object:
        await cancel_job(number, asker)
        return await real(*args)

    monkeypatch.setattr(work, "press_apart", cancelled)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).state == "cancelled"
    assert {path.suffix for path in jobs_folder().iterdir()} == {".chosen", ".spool"}
    assert await told() == []
    monkeypatch.setattr(work, "press_apart", real)
    await resume_job(number, asker)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).state == "done"
    assert len(await told()) == 30


async def test_cancelled_while_it_is_written_down_it_goes_on_with_the_same_labels(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labels.service.printing.marking.AT_ONCE", 10)
    number = await print_later(30, replace(PAPER, start=1), asker)
    real = work.mark_spool

    async def cancelled(*args: object, **more: object) -> None:
        await cancel_job(number, asker)
        await real(*args, **more)

    monkeypatch.setattr(work, "mark_spool", cancelled)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).state == "cancelled"
    monkeypatch.setattr(work, "mark_spool", real)
    await resume_job(number, asker)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.state == "done"
    assert await fetchval("SELECT count(*) FROM label") == await fetchval("SELECT count(*) FROM label_print") == 30
    assert await printed_codes(job) == {row["code"] for row in await fetch("SELECT code FROM label")}


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, asker: Act) -> Callable[[Selection | int], Awaitable[int]]:
    """A job whose labels are gathered, and not pressed because the disk was full; the disk is mended."""

    async def make(what: Selection | int) -> int:
        async def full(*args: object) -> None:
            raise OSError(28, "No space left on device")

        number = await print_later(what, PAPER, asker)
        with monkeypatch.context() as once:
            once.setattr(work, "press_apart", full)
            await run_waiting(principal_of)
        return number

    return make


async def go_on(number: int, act: Act) -> JobRead:
    await resume_job(number, act)
    await run_waiting(principal_of)
    return await get_job(number, act)


async def test_a_template_that_changed_in_between_is_printed_with_its_own_words(asker: Act, stopped) -> None:
    number = await stopped(TOILETS)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["code"]) == ("failed", "disk_full")
    from labels.template import shipped_template, stored_files

    files = dict(shipped_template("sheet-label").files)
    files["label.html"] = files["label.html"].replace(b"{{ owner }}", b"{{ street }}")
    await execute("UPDATE asset SET street = '望海街道'")
    await execute(
        "INSERT INTO label_template (key, revision, state, files, created_at, created_by)"
        " VALUES ('sheet-label', 1, 'published', $1, now(), 'test')",
        stored_files(files),
    )
    job = await go_on(number, asker)
    assert job.state == "done", job.result
    text = pypdfium2.PdfDocument(file_of(job))[0].get_textpage().get_text_range()
    assert "望海街道" in text
    assert {row["template"] for row in await fetch("SELECT template FROM label_print")} == {"sheet-label@1"}


@pytest.mark.parametrize(("what", "code"), [(TOILETS, "forbidden"), (30, "label_changed")], ids=["role", "blank"])
async def test_what_can_no_longer_be_printed_is_seen_before_anything_is_pressed(
    asker: Act, stopped, monkeypatch: pytest.MonkeyPatch, what: Selection | int, code: str
) -> None:
    """Gathered and not pressed; then the role is taken away, or the batch lost: nothing is printed for nothing."""

    async def pressed(*args: object) -> None:
        raise AssertionError("pressed")

    number = await stopped(what)
    monkeypatch.setattr(work, "press_apart", pressed)
    if code == "forbidden":
        await execute("DELETE FROM account_grant")
    else:
        await void_batch(f"J{number}", "lost", asker)
    job = await go_on(number, asker)
    assert job.result is not None
    assert (job.state, job.result["code"]) == ("failed", code)
    assert await told() == []


async def test_in_the_place_of_labels_that_became_void_meanwhile_new_ones_are_printed(asker: Act, stopped) -> None:
    number = await stopped(TOILETS)
    gone = await fetchval("SELECT code FROM label ORDER BY id LIMIT 1")
    await void_label(gone, "stolen", asker)
    job = await go_on(number, asker)
    assert job.state == "done"
    current = {row["code"] for row in await fetch("SELECT code FROM label WHERE state = 'printed'")}
    assert (len(current), gone in current) == (30, False)
    assert await printed_codes(job) == current


async def test_a_label_that_becomes_void_while_others_are_written_down_is_seen_and_made_up_for(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labels.service.printing.marking.AT_ONCE", 10)
    number = await print_later(TOILETS, PAPER, asker)
    real, gone = work.mark_spool, []

    async def meanwhile(*args: object, **more: object) -> None:
        async def told_so(count: int) -> None:
            if count == 10:
                gone.append(await fetchval("SELECT code FROM label ORDER BY id DESC LIMIT 1"))
                await void_label(gone[0], "stolen", asker)

        await real(*args, told=told_so)

    monkeypatch.setattr(work, "mark_spool", meanwhile)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["code"], job.result.get("file")) == ("failed", "label_changed", None)
    assert len(await told()) == 20
    monkeypatch.setattr(work, "mark_spool", real)
    job = await go_on(number, asker)
    assert job.state == "done"
    assert gone[0] not in await printed_codes(job)
    assert len(await told()) == len(set(await told())) == 30
