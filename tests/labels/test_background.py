"""A large sheet is a job: begun from the page, done by the worker, fetched by who asked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.sessions import principal_of
from foundation.act import Act, system_act
from foundation.database import fetchval
from foundation.jobs import enqueue, get_job, run_waiting
from foundation.principals import Grant, Principal, Role
from foundation.settings import load_settings, use_settings
from labels.schemas import Selection
from labels.service.background import SHEET, sheet_path
from registry.schemas import AssetCreate
from registry.service import register_assets

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
PARAMS = {"selection": msgspec.to_builtins(Selection(kind="public_toilet")), "stock": "a4-3x8", "start": 5}


async def account(act: Act, *roles: Role) -> Act:
    from app.accounts import GrantWanted, create_account

    number = await create_account("printer", [GrantWanted(role) for role in roles], act)
    return Act(Principal("printer", account_id=number, grants=tuple(map(Grant, roles))), act.at)


async def test_the_sheet_of_a_job_is_whole_and_by_who_asked(tmp_path: Path) -> None:
    use_settings(load_settings({}, data_dir=tmp_path, public_url="https://qr.example.cn"))
    act = system_act()
    await register_assets([AssetCreate(kind="public_toilet", name=f"公厕{n}") for n in range(30)], act)
    asker = await account(act, Role.REGISTRAR)
    number = await enqueue(SHEET, PARAMS, asker)
    assert await run_waiting(principal_of) == 1
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["labels"], job.result["pages"], job.done_count) == ("done", 30, 2, 30)
    assert sheet_path(number).read_bytes().startswith(b"%PDF-")
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'label.printed' AND actor = 'printer'") == 30


async def test_a_job_has_the_roles_of_now(tmp_path: Path) -> None:
    use_settings(load_settings({}, data_dir=tmp_path, public_url="https://qr.example.cn"))
    act = system_act()
    await register_assets([AssetCreate(kind="public_toilet", name="公厕")], act)
    asker = await account(act, Role.CREW)
    number = await enqueue(SHEET, PARAMS, asker)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).state == "failed"
    assert not sheet_path(number).exists()
