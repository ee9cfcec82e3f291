"""Large jobs: begun from the page, done by the worker in a process apart, gone on with after a killed one."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from app.sessions import principal_of
from foundation.act import Act, system_act
from foundation.database import execute, fetch, fetchval
from foundation.errors import Forbidden, Invalid, Refused
from foundation.jobs import JobRead, cancel_job, get_job, jobs_folder, resume_job, run_waiting
from foundation.principals import Grant, Principal, Role
from foundation.settings import load_settings, use_settings
from labels.schemas import Selection
from labels.service import Paper
from labels.service import background as work
from labels.service.background import print_anyway, print_later
from registry.queries import get_asset
from registry.schemas import AssetCreate
from registry.service import register_assets, retire_asset

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
PAPER = Paper("https://qr.example.cn", start=5)
TOILETS = Selection(kind="public_toilet")


async def account(act: Act, *roles: Role) -> Act:
    from app.accounts import GrantWanted, create_account

    number = await create_account("printer", [GrantWanted(role) for role in roles], act)
    return Act(Principal("printer", account_id=number, grants=tuple(map(Grant, roles))), act.at)


@pytest.fixture
async def asker(tmp_path: Path) -> Act:
    """Somebody who prints, in a district of thirty toilets."""
    use_settings(load_settings({}, data_dir=tmp_path, public_url="https://qr.example.cn"))
    await register_assets([AssetCreate(kind="public_toilet", name=f"公厕{n}") for n in range(30)], system_act())
    return await account(system_act(), Role.REGISTRAR)


def file_of(job: JobRead) -> bytes:
    assert job.result is not None
    return (jobs_folder() / job.result["file"]).read_bytes()


async def told() -> list[tuple[str, int, int]]:
    rows = await fetch("SELECT data FROM history_line WHERE kind = 'label.printed' ORDER BY stream, seq")
    return [(row["data"]["job"], row["data"]["sheet"], row["data"]["position"]) for row in rows]


async def printed_codes(job: JobRead) -> set[str]:
    """The codes on the sheets, as a reader finds them."""
    pages = [page.render(scale=203 / 72).to_pil() for page in pypdfium2.PdfDocument(file_of(job))]
    return {symbol.text.rpartition("/")[2] for page in pages for symbol in zxingcpp.read_barcodes(page)}


async def test_the_sheet_of_a_job_is_whole_proved_and_by_who_asked(asker: Act) -> None:
    number = await print_later(TOILETS, PAPER, asker)
    assert await run_waiting(principal_of) == 1
    job = await get_job(number, asker)
    assert job.result is not None, job
    wanted = {"labels": 30, "pages": 2, "checked": 30, "name": f"labels-J{number}.pdf"}
    assert (job.state, job.done_count, job.result | wanted) == ("done", 30, job.result)
    assert len(pypdfium2.PdfDocument(file_of(job))) == 2
    assert [line[0] for line in await told()] == [f"J{number}"] * 30
    assert (await told())[0][1:] == (1, 5)
    assert await fetchval("SELECT count(*) FROM history_line WHERE actor = 'printer'") == 60
    assert {path.suffix for path in jobs_folder().iterdir()} == {".pdf"}


async def test_the_press_leaves_nothing_in_the_temporary_folder(
    asker: Act, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    number = await print_later(TOILETS, PAPER, asker)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).state == "done"
    assert list(folder.iterdir()) == []


async def test_the_same_request_twice_prints_once(asker: Act) -> None:
    paper = replace(PAPER, request="tap")
    first = await print_later(TOILETS, paper, asker)
    assert await print_later(TOILETS, paper, asker) == first
    await run_waiting(principal_of)
    assert await print_later(TOILETS, paper, asker) == first
    assert await run_waiting(principal_of) == 0
    assert len(await told()) == 30


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
        return await real(*args)  # type: ignore[arg-type]

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
        return await real(*args)  # type: ignore[arg-type]

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


async def test_a_facility_retired_in_between_is_named_and_nothing_is_handed_out(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await print_later(TOILETS, PAPER, asker)
    gone = await get_asset(await fetchval("SELECT code FROM public_asset ORDER BY id LIMIT 1"))
    real = work.press_apart

    async def meanwhile(*args: object) -> object:
        await retire_asset(gone.code, "demolished", gone.version, system_act())
        return await real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "press_apart", meanwhile)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["code"], job.result.get("file")) == ("failed", "retired", None)
    assert gone.code in job.result["zh"]
    assert await told() == []


async def test_a_sheet_that_does_not_scan_is_not_handed_out_and_says_which_cell(asker: Act) -> None:
    """A template for a wall ten metres away: the code on this stock is far too small for it."""
    await execute("DELETE FROM job")
    number = await print_later(TOILETS, replace(PAPER, stock="roll-62x40", start=1), asker)
    await execute("UPDATE job SET params = jsonb_set(params, '{paper,template}', '\"far\"')")
    from labels.template import shipped_template, stored_files

    files = dict(shipped_template("sheet-label").files)
    manifest = files["manifest.toml"].replace(b'"sheet-label"', b'"far"')
    files["manifest.toml"] = manifest.replace(b"distance_mm = 150", b"distance_mm = 10000")
    await execute(
        "INSERT INTO label_template (key, revision, state, files, created_at, created_by)"
        " VALUES ('far', 1, 'published', $1, now(), 'test')",
        stored_files(files),
    )
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["code"]) == ("failed", "not_proved")
    (problem,) = job.result["problems"]
    assert "10000" in problem["zh"]
    assert "10000" in problem["en"]
    assert await told() == []


async def test_what_is_wrong_with_a_job_is_told_before_it_waits(asker: Act) -> None:
    with pytest.raises(Invalid):
        await print_later(TOILETS, replace(PAPER, start=25), asker)
    with pytest.raises(Forbidden):
        await print_later(TOILETS, PAPER, Act(Principal("crew", 9, (Grant(Role.CREW),)), asker.at))
    assert await fetchval("SELECT count(*) FROM job") == 0


async def test_a_job_has_the_roles_of_now(asker: Act) -> None:
    number = await print_later(TOILETS, PAPER, asker)
    await execute("DELETE FROM account_grant")
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).state == "failed"
    assert await fetchval("SELECT count(*) FROM label") == 0


async def test_blank_labels_are_a_job_too(asker: Act) -> None:
    number = await print_later(48, replace(PAPER, start=1), asker)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["labels"]) == ("done", 48)
    assert await fetchval("SELECT count(*) FROM label WHERE state = 'blank' AND batch = $1", f"J{number}") == 48


async def test_cancelled_while_it_is_written_down_it_goes_on_with_the_same_labels(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labels.service.printing.marking.AT_ONCE", 10)
    number = await print_later(30, replace(PAPER, start=1), asker)
    real = work.mark_spool

    async def cancelled(*args: object, **more: object) -> None:
        await cancel_job(number, asker)
        await real(*args, **more)  # type: ignore[arg-type]

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


async def test_a_template_that_changed_in_between_is_printed_with_its_own_words(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await print_later(TOILETS, PAPER, asker)
    real = work.press_apart

    async def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(work, "press_apart", full)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["code"]) == ("failed", "disk_full")
    monkeypatch.setattr(work, "press_apart", real)
    from labels.template import shipped_template, stored_files

    files = dict(shipped_template("sheet-label").files)
    files["label.html"] = files["label.html"].replace(b"{{ owner }}", b"{{ street }}")
    await execute("UPDATE asset SET street = '望海街道'")
    await execute(
        "INSERT INTO label_template (key, revision, state, files, created_at, created_by)"
        " VALUES ('sheet-label', 1, 'published', $1, now(), 'test')",
        stored_files(files),
    )
    await resume_job(number, asker)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.state == "done", job.result
    text = pypdfium2.PdfDocument(file_of(job))[0].get_textpage().get_text_range()
    assert "望海街道" in text
    assert {row["template"] for row in await fetch("SELECT template FROM label_print")} == {"sheet-label@1"}


async def test_a_job_refused_for_a_character_goes_on_anyway_when_asked(asker: Act) -> None:
    await execute("UPDATE asset SET name = '公厕\U0002a6a5' WHERE id = (SELECT min(id) FROM asset)")
    number = await print_later(Selection(only="no_label"), PAPER, asker)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).result["code"] == "missing_glyph"  # type: ignore[index]
    await print_anyway(number, asker)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["labels"]) == ("done", 30)
    with pytest.raises(Refused):
        await print_anyway(number, asker)


async def test_one_key_for_two_things_is_two_jobs(asker: Act) -> None:
    paper = replace(PAPER, request="tap", start=1)
    numbers = [await print_later(what, paper, asker) for what in (TOILETS, 48, 96, TOILETS, 48)]
    assert numbers[3:] == numbers[:2]
    assert len(set(numbers)) == 3
    with pytest.raises(Invalid):
        await print_later(10_001, paper, asker)
