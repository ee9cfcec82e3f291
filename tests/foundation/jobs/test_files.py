"""What jobs made: where it lies, for how long, and that nothing else is ever handed out or removed."""

from __future__ import annotations

import asyncio
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from foundation.database import execute, fetchval
from foundation.jobs import (
    JobContext,
    enqueue,
    get_job,
    job_file,
    job_kind,
    job_title,
    remove_expired,
    result_file,
    run_waiting,
)
from foundation.jobs.worker import Cleaner
from foundation.settings import Settings, use_settings
from tests.foundation.jobs.conftest import NOW, act_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "fresh_kinds")]
DAY = timedelta(days=1)
TRICKS = ["../secret", "/etc/passwd", "..", ".", "", ".hidden", "a/../../secret", "a\\b", "job-1"]


async def principal_of(account: int | None) -> Any:
    return act_of(account or 0).principal


async def add_job(boss, state: str, result: dict[str, Any] | None = None, **columns: Any) -> int:
    number = await enqueue("a kind", {"n": await fetchval("SELECT count(*) FROM job")}, boss)
    given = {"state": state, "result": result, "ended_at": NOW, **columns}
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(given, 2))
    await execute(f"UPDATE job SET {sets} WHERE id = $1", number, *given.values())
    return number


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_file_is_kept_as_long_as_its_kind_says(boss, folder) -> None:
    for kind, keep in (("week", {}), ("hour", {"keep": timedelta(hours=1)})):

        @job_kind(kind, title=f"The {kind}", **keep)
        async def work(job: JobContext) -> dict[str, Any]:
            path = job_file(job.id, ".pdf")
            path.write_bytes(b"%PDF")
            return {"file": path.name} if job.params else {"counted": 1}

    jobs = [await enqueue(kind, params, boss) for kind in ("week", "hour") for params in ({"file": 1}, {})]
    await run_waiting(principal_of)
    found = [await get_job(number, boss) for number in jobs]
    kept = [job.expires_at - job.ended_at if job.expires_at and job.ended_at else None for job in found]
    assert kept == [timedelta(days=7), None, timedelta(hours=1), None]
    assert result_file(found[0]) == folder / f"job-{jobs[0]}.pdf"
    assert result_file(found[1]) is None
    assert (job_title("week"), job_title("none such")) == ("The week", "")


async def test_a_jobs_files_are_named_after_it_and_for_nobody_else_to_read(tmp_path) -> None:
    use_settings(Settings(data_dir=tmp_path / "new"))
    path = job_file(12, "-part.pdf")
    assert path == tmp_path / "new/jobs/job-12-part.pdf"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for suffix in ("/../../x", "3.pdf", "\0", "\\x", "x" * 255):
        with pytest.raises(ValueError, match="no name for a file of job 12"):
            job_file(12, suffix)


async def test_what_has_expired_goes_and_nothing_else(boss, folder) -> None:
    due = await add_job(boss, "done", {"file": "labels-1.pdf", "n": 5}, expires_at=NOW)
    later = await add_job(boss, "done", {"file": "job-2.pdf"}, expires_at=NOW + timedelta(seconds=1))
    for name in ("labels-1.pdf", "job-2.pdf", "nobody's.pdf", "labels-11.pdf"):
        (folder / name).write_bytes(b"x")
    assert await remove_expired(NOW) == 1
    assert names(folder) == sorted(["job-2.pdf", "labels-11.pdf", "nobody's.pdf"])
    gone = await get_job(due, boss)
    assert (gone.state, gone.expires_at) == ("done", None)
    assert gone.result == {"file": None, "n": 5, "expired_at": NOW.isoformat()}
    assert (await get_job(later, boss)).result == {"file": "job-2.pdf"}
    assert await remove_expired(NOW) == 0
    assert await remove_expired(NOW + DAY) == 1


async def test_servers_that_clean_up_at_once_remove_each_file_once(boss, folder) -> None:
    for number in range(20):
        await add_job(boss, "done", {"file": f"{number}.pdf"}, expires_at=NOW)
        (folder / f"{number}.pdf").write_bytes(b"x")
    assert sum(await asyncio.gather(*(remove_expired(NOW) for _ in range(3)))) == 20
    assert names(folder) == []


async def test_a_file_that_is_away_already_expires_too(boss, folder) -> None:
    number = await add_job(boss, "done", {"file": "away.pdf"}, expires_at=NOW)
    await remove_expired(NOW)
    assert (await get_job(number, boss)).expires_at is None


@pytest.mark.parametrize("trick", [*TRICKS, "长" * 86, 7, None, ["../secret"]])
async def test_no_name_leads_out_of_the_folder(boss, folder, trick) -> None:
    others = [folder.parent / "secret", folder / "job-1", folder / ".hidden"]
    await add_job(boss, "done", {"file": "job-1"}, expires_at=NOW + DAY)
    for path in others:
        path.write_bytes(b"keep me")
    number = await add_job(boss, "done", {"file": trick}, expires_at=NOW)
    assert result_file(await get_job(number, boss)) is None
    await remove_expired(NOW)
    assert [path.read_bytes() for path in others] == [b"keep me"] * 3


async def test_a_link_is_not_handed_out_and_its_end_is_not_removed(boss, folder) -> None:
    secret = folder.parent / "secret"
    secret.write_bytes(b"keep me")
    (folder / "job-1.pdf").symlink_to(secret)
    number = await add_job(boss, "done", {"file": "job-1.pdf"}, expires_at=NOW)
    assert result_file(await get_job(number, boss)) is None
    assert await remove_expired(NOW) == 1
    assert (names(folder), secret.read_bytes()) == ([], b"keep me")


async def test_what_cannot_be_removed_is_tried_again_and_holds_up_nothing(boss, folder) -> None:
    stuck = await add_job(boss, "done", {"file": "a folder"}, expires_at=NOW)
    await add_job(boss, "done", {"file": "b.pdf"}, expires_at=NOW)
    (folder / "a folder").mkdir()
    (folder / "b.pdf").write_bytes(b"x")
    assert await remove_expired(NOW) == 1
    assert (names(folder), (await get_job(stuck, boss)).expires_at) == (["a folder"], NOW)
    (folder / "a folder").rmdir()
    await remove_expired(NOW)
    assert (await get_job(stuck, boss)).expires_at is None


async def test_leftovers_of_a_day_go_and_other_jobs_keep_theirs(boss, folder) -> None:
    old = NOW - DAY - timedelta(seconds=1)
    failed = await add_job(boss, "failed", {"code": "fault"}, ended_at=old)
    cancelled = await add_job(boss, "cancelled", ended_at=old)
    yesterday = await add_job(boss, "failed", {"code": "fault"}, ended_at=NOW - DAY)
    running = await add_job(boss, "running", ended_at=None, started_at=old)
    done = await add_job(boss, "done", {"file": "job-5.zip"}, ended_at=old, expires_at=NOW + DAY)
    assert [failed, cancelled, yesterday, running, done] == [1, 2, 3, 4, 5]
    (folder / "job-1-parts").mkdir()
    (folder / "job-2-link").symlink_to(folder.parent)
    kept = [
        "job-3.part",
        "job-4.part",
        "job-5.zip",
        "job-12.pdf",
        "job-1000.pdf",
        "job-.pdf",
        "job-x",
        "job-01",
        "1.pdf",
    ]
    for name in ("job-1.pdf.part", "job-1-parts/a.pdf", "job-2", *kept):
        (folder / name).write_bytes(b"x")
    assert await remove_expired(NOW) == 0
    assert names(folder) == sorted(kept)
    assert folder.parent.is_dir()


async def test_without_a_folder_there_is_nothing_to_remove(tmp_path) -> None:
    use_settings(Settings(data_dir=tmp_path))
    assert await remove_expired(NOW) == 0


async def test_the_worker_cleans_up_once_a_minute(boss, folder) -> None:
    cleaner = Cleaner()
    seen = []
    for second in (0, 59, 60, 61, 120):
        await add_job(boss, "done", {"file": "x.pdf"}, expires_at=NOW)
        (folder / "x.pdf").write_bytes(b"x")
        await cleaner.look(NOW + timedelta(seconds=second))
        seen.append(names(folder) == [])
    assert seen == [True, False, True, False, True]
