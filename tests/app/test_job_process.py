"""Large jobs run in a process of their own, with the settings of the server that started it; a dead one is seen to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.accounts import GrantWanted, create_account
from app.composition import JOB_COMMAND
from app.sessions import principal_of
from foundation.act import Act, system_act
from foundation.database import fetchval
from foundation.jobs import Apart, JobRead, get_job, jobs_folder, resume_job, run_waiting
from foundation.principals import Grant, Principal, Role
from foundation.settings import Settings, environment_of, load_settings, use_settings
from labels.schemas import Selection
from labels.service import Paper
from labels.service.background import print_later
from registry.schemas import AssetCreate
from registry.service import register_assets

pytestmark = pytest.mark.anyio
KILLED = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


@pytest.fixture
async def settings(database: str, tmp_path: Path) -> Settings:
    made = load_settings({}, data_dir=tmp_path, database_url=database, public_url="https://qr.example.cn")
    use_settings(made)
    return made


@pytest.fixture
async def asker(settings: Settings) -> Act:
    """Somebody who asked for a sheet of three labels."""
    await register_assets([AssetCreate(kind="public_toilet", name=f"公厕{n}") for n in range(3)], system_act())
    number = await create_account("printer", [GrantWanted(Role.REGISTRAR)], system_act())
    return Act(Principal("printer", account_id=number, grants=(Grant(Role.REGISTRAR),)), system_act().at)


async def printed(asker: Act, apart: Apart) -> JobRead:
    number = await print_later(Selection(kind="public_toilet"), Paper("https://qr.example.cn"), asker)
    await run_waiting(principal_of, apart=apart)
    return await get_job(number, asker)


async def test_the_process_does_the_job_and_says_so(settings: Settings, asker: Act) -> None:
    job = await printed(asker, Apart(JOB_COMMAND, environment_of(settings)))
    assert job.result is not None
    assert (job.state, job.result["labels"]) == ("done", 3)
    assert (jobs_folder() / job.result["file"]).read_bytes().startswith(b"%PDF-")
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'label.printed' AND actor = 'printer'") == 3


async def test_a_process_that_dies_is_followed_by_another_and_not_for_ever(settings: Settings, asker: Act) -> None:
    number = await print_later(Selection(kind="public_toilet"), Paper("https://qr.example.cn"), asker)
    await run_waiting(principal_of, apart=Apart(KILLED, environment_of(settings)))
    job = await get_job(number, asker)
    assert (job.state, job.saved, job.result) == ("failed", {}, {"code": "fault"})
    await resume_job(number, asker)
    await run_waiting(principal_of, apart=Apart(JOB_COMMAND, environment_of(settings)))
    assert (await get_job(number, asker)).state == "done"


def test_settings_go_along_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = load_settings({}, data_dir=tmp_path, public_url="http://127.0.0.1:4711", duty_phone="12345", pool_size=7)
    assert load_settings(environment_of(made)) == made
    monkeypatch.setenv("FACILITY_PUBLIC_URL", "https://another.example.cn")
    assert load_settings({**os.environ, **environment_of(made)}) == made
