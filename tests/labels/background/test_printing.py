"""Large jobs, begun from the page and done by the worker in a process apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from app.sessions import principal_of
from foundation.act import Act
from foundation.database import fetchval
from foundation.errors import Invalid
from foundation.jobs import get_job, jobs_folder, run_waiting
from labels.service.background import print_later
from tests.labels.background.material import PAPER, TOILETS, file_of, told

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


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


async def test_blank_labels_are_a_job_too(asker: Act) -> None:
    number = await print_later(48, replace(PAPER, start=1), asker)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["labels"]) == ("done", 48)
    assert await fetchval("SELECT count(*) FROM label WHERE state = 'blank' AND batch = $1", f"J{number}") == 48


async def test_one_key_for_two_things_is_two_jobs(asker: Act) -> None:
    paper = replace(PAPER, request="tap", start=1)
    numbers = [await print_later(what, paper, asker) for what in (TOILETS, 48, 96, TOILETS, 48)]
    assert numbers[3:] == numbers[:2]
    assert len(set(numbers)) == 3
    with pytest.raises(Invalid):
        await print_later(10_001, paper, asker)
