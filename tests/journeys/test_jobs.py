"""Background jobs in a real browser: every end of a job, both languages, phone and desk; the page that looks again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from playwright.sync_api import expect

from foundation.database.embedded import Cluster
from foundation.settings import Settings
from tests.conftest import run_apart
from tests.journeys.face import Face
from tests.journeys.program import Program

pytestmark = [pytest.mark.browser]
Person = Callable[..., Face]
LANGS = pytest.mark.parametrize("lang", ["zh-CN", "en"])
STAGE = {"stage_zh": "正在排版第 3 部分，共 9 部分", "stage_en": "Laying out part 3 of 9"}
PROBLEMS = [
    {"zh": f"设施 3303020100000{n:02}：没有名称", "en": f"Facility 3303020100000{n:02} has no name."} for n in range(53)
]
FULL = {
    "code": "disk_full",
    "zh": "磁盘已满，没有交出任何文件。腾出空间后请点“继续”。",
    "en": "The disk is full. Nothing was handed out; make room and press “Go on”.",
}
WRONG = {"code": "labels_wrong", "zh": "有 53 个标签无法打印。", "en": "53 labels cannot be printed."}
NOTES = [{"zh": "共 1,240 张标签", "en": "1,240 labels in all"}]
# Of a kind no worker knows, so that each stays as it is.
JOBS: list[dict[str, Any]] = [
    {"state": "running", "done_count": 480, "total_count": 1240, "saved": STAGE},
    {"state": "queued"},
    {"state": "failed", "result": FULL, "saved": {"done": 3}, "done_count": 480, "total_count": 1240},
    {"state": "failed", "result": WRONG | {"problems": PROBLEMS}},
    {"state": "cancelled", "done_count": 12, "total_count": 40},
    {"state": "done", "result": {"file": "job-6.pdf", "name": "五马街 labels.pdf", "notes": NOTES}},
    {"state": "done", "result": {"file": None, "expired_at": "2026-11-20T04:00:00+00:00"}},
]  # fmt: skip


async def _order(program: Program, sql: str, *rows: tuple[Any, ...]) -> None:
    connection = await asyncpg.connect(Cluster(Settings(data_dir=program.folder / "data")).url())
    try:
        await connection.executemany(sql, rows or [()])
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def jobs(program: Program) -> Iterator[Program]:
    """A served installation where Chen has had a job of every end, and Lin none."""
    with program.serving("--no-clock"):
        program.account("chen", "registrar")
        program.account("lin", "registrar")
        rows = [
            (job["state"], json.dumps(job.get("result")) if "result" in job else None, json.dumps(job.get("saved", {})),
             job.get("done_count", 0), job.get("total_count"))
            for job in JOBS
        ]  # fmt: skip
        sql = (
            "INSERT INTO job (kind, state, result, saved, done_count, total_count, account_id, created_at, started_at,"
            " beat_at, ended_at, expires_at)"
            " SELECT 'labels.of a newer program', $1::text, $2::jsonb, $3::jsonb, $4, $5,"
            " (SELECT id FROM account WHERE name = 'chen'),"
            " now() - interval '20 minutes', now(), now(),"
            " CASE WHEN $1::text IN ('done', 'failed', 'cancelled') THEN now() END,"
            " CASE WHEN $1::text = 'done' AND $2::jsonb ->> 'file' IS NOT NULL THEN now() + interval '7 days' END"
        )
        run_apart(_order(program, sql, *rows))
        folder = program.folder / "data/jobs"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "job-6.pdf").write_bytes(b"%PDF-1.7 made")
        yield program


@LANGS
@pytest.mark.parametrize("desk", [False, True], ids=["phone", "desk"])
def test_every_page_of_jobs_can_be_read(jobs: Program, person: Person, lang: str, desk: bool) -> None:
    face = person(desk=desk, lang=lang)
    face.sign_in("chen")
    for path in ("/desk/jobs", *(f"/desk/jobs/{number}" for number in range(1, len(JOBS) + 1))):
        face.open(path)
        _picture(face, f"{'desk' if desk else 'phone'}.{lang}.{path.rpartition('/')[2]}")
    lin = person(desk=desk, lang=lang)
    lin.sign_in("lin")
    lin.open("/desk/jobs")
    _picture(lin, f"{'desk' if desk else 'phone'}.{lang}.empty")


def _picture(face: Face, name: str) -> None:
    if folder := os.environ.get("FACILITY_TEST_PICTURES"):
        face.picture(Path(folder) / f"{name}.png", whole=True)


def test_the_page_follows_its_job_and_leaves_the_focus_where_it_is(jobs: Program, person: Person) -> None:
    face = person(desk=True, lang="en")
    face.sign_in("chen")
    face.open("/desk/jobs/1")
    stop = face.button("Stop it")
    stop.focus()
    run_apart(_order(jobs, "UPDATE job SET done_count = 960 WHERE id = 1"))
    expect(face.page.get_by_text("960 / 1,240")).to_be_visible(timeout=10_000)
    expect(stop).to_be_focused()
    expect(face.page.locator(".htmx-request")).to_have_count(0)
    stopped = "UPDATE job SET state = 'cancelled', ended_at = now() WHERE id = 1"
    run_apart(_order(jobs, stopped))
    expect(face.button("Go on")).to_be_visible(timeout=10_000)
    assert face.page.locator("[hx-trigger]").count() == 0
    face.look()
    face.press("Go on")
    expect(face.button("Stop it")).to_be_visible()


def test_without_script_the_page_loads_itself_again(jobs: Program, person: Person) -> None:
    face = person(desk=True, lang="en", script=False)
    face.sign_in("chen")
    face.open("/desk/jobs/2")
    with face.page.expect_navigation(timeout=10_000):
        pass
    face.press("Stop it")
    face.press("Go on")


def test_the_file_comes_under_its_name(jobs: Program, person: Person) -> None:
    face = person(lang="zh-CN")
    face.sign_in("chen")
    face.open("/desk/jobs/6")
    with face.page.expect_download() as coming:
        face.page.get_by_role("link", name="下载").click()
    assert coming.value.suggested_filename == "五马街 labels.pdf"
    assert coming.value.path().read_bytes() == b"%PDF-1.7 made"
