"""What is not handed out or not even begun, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.sessions import principal_of
from foundation.act import Act, system_act
from foundation.database import execute, fetchval
from foundation.errors import Forbidden, Invalid, Refused
from foundation.jobs import get_job, run_waiting
from foundation.principals import Grant, Principal, Role
from labels.schemas import Selection
from labels.service import background as work
from labels.service.background import print_anyway, print_later
from registry.queries import get_asset
from registry.service import retire_asset
from tests.labels.background.material import PAPER, TOILETS, told

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_a_facility_retired_in_between_is_named_and_nothing_is_handed_out(
    asker: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await print_later(TOILETS, PAPER, asker)
    gone = await get_asset(await fetchval("SELECT code FROM public_asset ORDER BY id LIMIT 1"))
    real = work.press_apart

    async def meanwhile(*args: object) -> object:
        await retire_asset(gone.code, "demolished", gone.version, system_act())
        return await real(*args)

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


async def test_a_job_refused_for_a_character_goes_on_anyway_when_asked(asker: Act) -> None:
    await execute("UPDATE asset SET name = '公厕\U0002a6a5' WHERE id = (SELECT min(id) FROM asset)")
    number = await print_later(Selection(only="no_label"), PAPER, asker)
    await run_waiting(principal_of)
    assert (await get_job(number, asker)).result["code"] == "missing_glyph"
    for roles in ((), (Grant(Role.CREW),)):
        with pytest.raises(Forbidden):
            await print_anyway(number, replace(asker, principal=replace(asker.principal, grants=roles)))
    await print_anyway(number, asker)
    await run_waiting(principal_of)
    job = await get_job(number, asker)
    assert job.result is not None
    assert (job.state, job.result["labels"]) == ("done", 30)
    with pytest.raises(Refused):
        await print_anyway(number, asker)
