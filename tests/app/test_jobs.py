"""Background jobs at the desk and for programs: how far one is, going on, what it made, and whose it is."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from app.sessions import principal_of
from foundation.act import Act
from foundation.database import execute, fetchval
from foundation.errors import Refused
from foundation.jobs import enqueue, get_job, job_file, job_kind, remove_expired, run_waiting
from foundation.jobs.kinds import KINDS
from foundation.principals import Grant, Principal, Role

pytestmark = pytest.mark.anyio
EN, ZH = {"accept-language": "en"}, {"accept-language": "zh-CN"}
BIG = b"%PDF-" + bytes(range(256)) * 12_000  # some 3 MB, more than one piece


@pytest.fixture(autouse=True)
def kinds():
    """Works of every end."""
    kept = dict(KINDS)

    @job_kind("test.print", title="Print labels")
    async def work(job):
        params = job.params
        await job.save(stage_zh="排版中", stage_en="Laying out")
        await job.progress(3, 10)
        if params.get("refuse"):
            raise Refused("There is no such job.")
        for suffix in params.get("files", ()):
            job_file(job.id, suffix).write_bytes(BIG)
        made = {"file": f"job-{job.id}{params['files'][0]}"} if params.get("files") else {}
        return params["result"] | made

    yield
    KINDS.clear()
    KINDS.update(kept)


@pytest.fixture
def desk(signed_in, clock):
    """A registrar at the desk, with the act that asks for jobs."""

    async def enter(name="reg", headers=EN, *roles):
        one = await signed_in(name, *(roles or (Role.REGISTRAR,)), headers=headers)
        account = await fetchval("SELECT id FROM account WHERE name = $1", name)
        act = Act(Principal(name, account_id=account, grants=(Grant(Role.REGISTRAR),)), clock.now)
        return one, act

    return enter


async def make(act, **params) -> int:
    number = await enqueue("test.print", {"result": {}} | params, act)
    await run_waiting(principal_of)
    return number


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize(("headers", "empty", "running", "stop"), [
    (EN, "No background job yet", "Being made Laying out", "Stop it"),
    (ZH, "还没有后台任务", "正在生成 排版中", "停止"),
])  # fmt: skip
async def test_the_list_and_the_page_of_a_running_job(desk, headers, empty, running, stop) -> None:
    one, act = await desk(headers=headers)
    assert empty in text_of((await one.get("/desk/jobs")).text)
    number = await enqueue("test.print", {}, act)
    await execute(
        "UPDATE job SET state = 'running', beat_at = now(), done_count = 12, total_count = 10, saved = $1",
        {"stage_zh": "排版中", "stage_en": "Laying out"},
    )
    for path in ("/desk/jobs", f"/desk/jobs/{number}"):
        page = (await one.get(path)).text
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
        assert re.search(rf'hx-get="{path}" hx-trigger="every 3s"', page)
        assert f'action="/desk/jobs/{number}/cancel"' in page
        assert {"10 / 10", stop} <= set(re.findall(r"10 / 10|" + stop, text_of(page)))
        assert "/resume" not in page
        assert f"/desk/jobs/{number}/file" not in page
    assert running in text_of((await one.get(f"/desk/jobs/{number}")).text)


async def test_stopping_a_job_and_letting_it_go_on(desk) -> None:
    one, act = await desk()
    number = await enqueue("test.print", {"result": {}, "files": [".pdf"]}, act)
    stopped = await one.send_form(f"/desk/jobs/{number}/cancel")
    assert (stopped.status_code, stopped.headers["location"]) == (303, f"/desk/jobs/{number}")
    page = (await one.get(f"/desk/jobs/{number}")).text
    assert "Cancelled" in page
    assert "every 3s" not in page
    assert "http-equiv" not in page
    assert (await one.send_form(f"/desk/jobs/{number}/resume")).headers["location"] == f"/desk/jobs/{number}"
    assert (await get_job(number, act)).state == "queued"
    await run_waiting(principal_of)
    page = text_of((await one.get(f"/desk/jobs/{number}")).text)
    assert "Ready" in page
    assert "Kept until" in page
    refused = await one.send_form(f"/desk/jobs/{number}/resume")
    assert refused.status_code == 409
    assert "nothing to go on with" in refused.text


@pytest.mark.parametrize(("headers", "said", "kept"), [
    (EN, "There is no such job.", "What was done so far is kept."), (ZH, "没有这个后台任务。", "已完成的部分已保存"),
])  # fmt: skip
async def test_a_failed_job_says_why_and_can_go_on(desk, headers, said, kept) -> None:
    one, act = await desk(headers=headers)
    number = await make(act, refuse=True)
    page = (await one.get(f"/desk/jobs/{number}")).text
    assert said in text_of(page)
    assert kept in text_of(page)
    assert f'action="/desk/jobs/{number}/resume"' in page
    assert said in text_of((await one.get("/desk/jobs")).text)


async def test_problems_are_all_told_up_to_fifty_and_the_rest_counted(desk) -> None:
    one, act = await desk()
    problems = [{"zh": f"第 {n} 个", "en": f"<b>problem {n}.</b>"} for n in range(53)]
    number = await make(act, result={"problems": problems, "notes": [{"zh": "注", "en": "A note."}], "warnings": []})
    page = (await one.get(f"/desk/jobs/{number}")).text
    assert "<b>problem" not in page
    assert re.findall(r"problem (\d+)\.", page) == [str(n) for n in range(50)]
    words = text_of(page)
    assert ("53 problems" in words, "and 3 more" in words, "A note." in words) == (True, True, True)
    fifty = await make(act, result={"problems": problems[:50]})
    assert "more" not in text_of((await one.get(f"/desk/jobs/{fifty}")).text)


@pytest.mark.parametrize(("suffix", "name", "media_type", "disposition"), [
    (".pdf", None, "application/pdf", 'attachment; filename="job-{id}.pdf"'),
    (".zip", "五马街 labels.zip", "application/zip",
     "attachment; filename*=utf-8''%E4%BA%94%E9%A9%AC%E8%A1%97%20labels.zip"),
    (".zpl", "../../a\"\r\nx: y.zpl", "application/octet-stream",
     "attachment; filename*=utf-8''a%22%0D%0Ax%3A%20y.zpl"),
])  # fmt: skip
async def test_what_was_made_is_sent_whole(desk, bearer, suffix, name, media_type, disposition) -> None:
    one, act = await desk()
    number = await make(act, files=[suffix], result={"name": name} if name else {})
    for path in (f"/desk/jobs/{number}/file", f"/api/v1/jobs/{number}/file"):
        answer = await one.get(path)
        assert answer.status_code == 200
        assert answer.content == BIG
        assert answer.headers["content-length"] == str(len(BIG))
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert answer.headers["content-disposition"] == disposition.format(id=number)
        assert answer.headers["cache-control"] == "no-store"


async def test_the_file_of_any_kind_of_job_can_be_fetched_and_none_outside(desk, settings) -> None:
    one, act = await desk()
    (settings.data_dir / "secret").write_bytes(b"secret")
    number = await make(act, files=[".pdf"])
    for name in ("../secret", str(settings.data_dir / "secret"), "job-999.pdf", "", None):
        await execute("UPDATE job SET result = $1", {"file": name})
        for path in (f"/desk/jobs/{number}/file", f"/api/v1/jobs/{number}/file"):
            assert (await one.get(path)).status_code == 410
    assert "The file is no longer here" in text_of((await one.get(f"/desk/jobs/{number}")).text)


@pytest.mark.parametrize(("headers", "gone"), [(EN, "The file is no longer here"), (ZH, "文件已清除")])
async def test_an_expired_file_says_when_it_went(desk, clock, headers, gone) -> None:
    one, act = await desk(headers=headers)
    number = await make(act, files=[".pdf"])
    job = await get_job(number, act)
    assert job.expires_at
    await remove_expired(job.expires_at)
    clock.now = job.expires_at + timedelta(days=2)
    await one.sign_in("reg")
    page = (await one.get(f"/desk/jobs/{number}")).text
    assert gone in text_of(page)
    assert f'datetime="{job.expires_at.isoformat()}"' in page
    assert "/file" not in page
    assert gone in text_of((await one.get("/desk/jobs")).text)
    assert (await one.get(f"/desk/jobs/{number}/file")).status_code == 410


async def test_a_job_without_a_file_is_done_and_no_file_is_missed(desk) -> None:
    one, act = await desk()
    words = text_of((await one.get(f"/desk/jobs/{await make(act)}")).text)
    assert "Done" in words
    assert "no longer here" not in words


async def test_jobs_are_ones_own_through_both_doors(desk, signed_in, browser) -> None:
    one, act = await desk()
    number = await make(act, files=[".pdf"])
    other = await signed_in("other", Role.REGISTRAR, headers=EN)
    boss = await signed_in("boss", Role.ADMINISTRATOR, headers=EN)
    reading = [f"/desk/jobs/{number}", f"/desk/jobs/{number}/file", *(
        f"/api/v1/jobs/{number}{end}" for end in ("", "/file"))]  # fmt: skip
    for path in reading:
        assert (await other.get(path)).status_code == 403, path
        assert (await boss.get(path)).status_code == 200, path
        assert (await browser().get(path)).status_code in {401, 303}, path
    for path in (f"/desk/jobs/{number}/cancel", f"/desk/jobs/{number}/resume"):
        assert (await other.send_form(path)).status_code == 403, path
    assert "No background job yet" in (await other.get("/desk/jobs")).text
    assert (await one.get("/desk/jobs/999")).status_code == 404


async def test_a_program_follows_its_job(browser, bearer, clock) -> None:
    header = await bearer(Role.REGISTRAR) | EN
    account = await fetchval("SELECT account_id FROM api_token")
    act = Act(Principal("machine", account_id=account, grants=(Grant(Role.REGISTRAR),)), clock.now)
    number = await enqueue("test.print", {"refuse": True}, act)
    one = browser(headers=header)
    path = f"/api/v1/jobs/{number}"
    assert (await one.get(path)).json() | {"created_at": None} == {
        "id": number, "kind": "test.print", "state": "queued", "stage": "", "done_count": 0, "total_count": None,
        "result": None, "file": None, "created_at": None, "started_at": None, "ended_at": None, "expires_at": None,
    }  # fmt: skip
    assert (await one.post(f"{path}/cancel")).json()["state"] == "cancelled"
    assert (await one.post(f"{path}/resume", headers={"idempotency-key": "k"})).json()["stage"] == ""
    await run_waiting(principal_of)
    failed = (await one.get(path)).json()
    assert (failed["state"], failed["stage"], failed["result"]["en"]) == ("failed", "", "There is no such job.")
    again = await one.post(f"{path}/resume")
    assert (again.status_code, again.json()["state"], again.json()["stage"]) == (200, "queued", "Laying out")
    await execute("UPDATE job SET params = $1", {"files": [".zip"], "result": {"labels": 3}})
    await run_waiting(principal_of)
    done = (await one.get(path)).json()
    assert (done["state"], done["file"], done["result"]["labels"]) == ("done", f"{path}/file", 3)
    assert done["expires_at"] > done["ended_at"]
    assert (await one.get(done["file"])).content == BIG
    refused = await one.post(f"{path}/resume")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_done")
    assert (await one.get("/api/v1/jobs/999")).json()["code"] == "not_found"
