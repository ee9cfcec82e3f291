"""Other forms than PDF from the desk to the file: refused before a label is issued, made apart, listed whole."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.accounts import GrantWanted, create_account
from app.sessions import principal_of
from foundation.act import Act, system_act
from foundation.database import fetchval
from foundation.errors import Invalid
from foundation.jobs import JobRead, get_job, jobs_folder, run_waiting
from foundation.principals import Grant, Principal, Role
from foundation.settings import load_settings, use_settings
from labels.schemas import Selection
from labels.service import Paper, print_labels
from labels.service.background import print_later
from registry.schemas import AssetCreate
from registry.service import register_assets

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
URL = "https://qr.example.cn"
TREES = Selection(kind="street_tree")


@pytest.fixture
async def asker(tmp_path: Path) -> Act:
    """Somebody who prints, in a district of twelve trees."""
    use_settings(load_settings({}, data_dir=tmp_path, public_url=URL))
    trees = [AssetCreate(kind="street_tree", name=f"树{n}", address=f"树街{n}号") for n in range(12)]
    await register_assets(trees, system_act())
    number = await create_account("printer", [GrantWanted(Role.REGISTRAR)], system_act())
    return Act(Principal("printer", account_id=number, grants=(Grant(Role.REGISTRAR),)), system_act().at)


async def job_of(paper: Paper, act: Act, told: list[str]) -> JobRead:
    from labels.service import background

    real = background._stage

    async def stage(job: Any, words: str) -> None:
        told.append(words)
        await real(job, words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "_stage", stage)
        number = await print_later(TREES, paper, act)
        assert await run_waiting(principal_of) == 1
    return await get_job(number, act)


@pytest.mark.parametrize(
    ("form", "stock", "template"), [("zpl", "roll-62x40", "sheet-label"), ("zip", "tag-80x45", "tree-tag")]
)
async def test_a_job_of_another_form_is_one_file_of_its_own(asker: Act, form: str, stock: str, template: str) -> None:
    told: list[str] = []
    job = await job_of(Paper(URL, stock, template=template, form=form), asker, told)
    assert job.result is not None, job
    assert (job.state, job.result["labels"], job.result["checked"]) == ("done", 12, 12)
    assert job.result["name"] == f"labels-J{job.id}.{form}"
    assert [path.name for path in jobs_folder().iterdir()] == [job.result["file"]] == [f"job-{job.id}.{form}"]
    assert told[1:] == ["Printing", "Reading every label back", "Converting", "Writing it down"]
    data = (jobs_folder() / job.result["file"]).read_bytes()
    assert data.count(b"^XA") == 12 if form == "zpl" else zipfile.is_zipfile(io.BytesIO(data))


async def test_the_list_has_the_words_that_the_template_does_not_show(asker: Act) -> None:
    sheet = await print_labels(TREES, Paper(URL, "tag-80x45", template="tree-tag", form="zip"), asker)
    with zipfile.ZipFile(io.BytesIO(sheet.data)) as whole:
        rows = list(csv.DictReader(io.StringIO(whole.read("labels.csv").decode("utf-8-sig"))))
    assert [(row["name"], row["address"]) for row in rows] == [(f"树{n}", f"树街{n}号") for n in range(12)]
    assert all(row["file"].startswith(f"{row['number']:0>3}-{row['asset_code']}") for row in rows)


async def test_zpl_for_stock_of_no_thermal_printer_is_refused_before_a_label_is_issued(asker: Act) -> None:
    paper = Paper(URL, "a4-3x8", form="zpl")
    for begin in (print_labels, print_later):
        with pytest.raises(Invalid) as refused:
            await begin(TREES, paper, asker)
        assert refused.value.code == "zpl_stock"
    assert await fetchval("SELECT count(*) FROM label") == 0
    assert await fetchval("SELECT count(*) FROM job") == 0
