"""Printing: the right assets on the right cells, the same codes again, a file that is whole or not there."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from foundation.codes import parse_code
from foundation.database import fetch, fetchval
from foundation.errors import Forbidden, Invalid, NotFound, Refused
from labels.queries import count_selected, find_selected, get_label, read_landing
from labels.schemas import Selection
from labels.service import (
    Paper,
    issue_labels,
    mark_worn,
    preprint,
    preprint_to_file,
    print_labels,
    print_labels_to_file,
    replace_label,
)
from labels.service.printing import order_for
from labels.service.printing.faces import spooled, words_for
from labels.service.printing.marking import mark_printed
from labels.service.printing.paper import LookFirst
from labels.stock import STOCKS, cells
from registry.queries import find_history
from registry.service import retire_asset

pytestmark = pytest.mark.anyio
PAPER = Paper("https://qr.example.gov.cn")
SHEET = STOCKS["a4-3x8"]


def urls_by_cell(pdf: bytes, count: int, start: int = 1) -> list[str]:
    pages = [page.render(scale=203 / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    found = []
    for cell in cells(SHEET, count, start):
        corners = (cell.left, cell.top, cell.left + SHEET.label_width, cell.top + SHEET.label_height)
        (symbol,) = zxingcpp.read_barcodes(pages[cell.sheet].crop(tuple(round(mm * 203 / 25.4) for mm in corners)))
        found.append(symbol.text)
    return found


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_each_cell_leads_to_the_asset_printed_there(add_asset, registrar) -> None:
    assets = [await add_asset(f"第{n}公厕") for n in range(26)]
    sheet = await print_labels(Selection(kind="public_toilet"), Paper(PAPER.public_url, start=3), registrar)
    assert (sheet.labels, sheet.pages) == (26, 2)
    for asset, url in zip(assets, urls_by_cell(sheet.data, 26, 3), strict=True):
        assert url.startswith("HTTPS://QR.EXAMPLE.GOV.CN/A/")
        landing = await read_landing(url.rpartition("/")[2])
        assert landing.asset is not None
        assert landing.asset.code == asset.code
    (line, *_) = (await find_history(assets[25].id)).items
    assert line.kind == "label.printed"
    assert (line.data["stock"], line.data["sheet"], line.data["position"]) == ("a4-3x8", 2, 4)
    assert line.data["job"].startswith("20261123-")


async def test_printing_again_keeps_every_code(add_asset, registrar) -> None:
    await add_asset()
    first = await print_labels(Selection(kind="public_toilet"), PAPER, registrar)
    again = await print_labels(Selection(kind="public_toilet"), PAPER, registrar)
    assert urls_by_cell(first.data, 1) == urls_by_cell(again.data, 1)
    assert await fetchval("SELECT count(*) FROM label") == 1
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'label.printed'") == 2


async def test_codes_choose_and_order_and_a_label_code_serves_too(add_asset, registrar) -> None:
    one, two, three = [await add_asset(name) for name in ("一", "二", "三")]
    label = (await issue_labels([two.id], registrar))[two.id]
    selection = Selection(codes=(three.code, f" {label.printed.lower()} ", three.code, ""))
    assert [asset.id for asset in await find_selected(selection)] == [three.id, two.id]
    assert await count_selected(selection) == 2
    with pytest.raises(Invalid) as refused:
        await find_selected(Selection(codes=(one.code, "NOPE-1", "NOPE-2")))
    assert refused.value.code == "unknown_codes"
    assert "NOPE-1, NOPE-2" in refused.value.message("zh-CN")


async def test_filters_choose_and_retired_assets_stay_out(add_asset, registrar) -> None:
    near = await add_asset("近")
    far = await add_asset("远", street="南门街道")
    gone = await add_asset("旧")
    await retire_asset(gone.code, "demolished", gone.version, registrar)
    await issue_labels([near.id], registrar)
    chosen = {
        far.id: Selection(street="南门街道"),
        near.id: Selection(q="近"),
    }
    for asset_id, selection in chosen.items():
        assert [asset.id for asset in await find_selected(selection)] == [asset_id]
    assert [asset.id for asset in await find_selected(Selection(only="no_label"))] == [far.id]
    assert await count_selected(Selection()) == 2
    with pytest.raises(NotFound):
        await find_selected(Selection(kind="spaceport"))
    with pytest.raises(Invalid):
        await find_selected(Selection(only="nonsense"))


@pytest.mark.parametrize(
    "paper",
    [
        Paper("https://qr.example.gov.cn/path"),
        Paper("https://城市.cn"),
        Paper("https://qr.example.gov.cn", "a3"),
        Paper("https://qr.example.gov.cn", "a4-3x8", 25),
        Paper("https://qr.example.gov.cn", "a4-3x8", 0),
    ],
)
async def test_a_job_that_cannot_be_printed_issues_nothing(add_asset, registrar, paper) -> None:
    await add_asset()
    with pytest.raises(Invalid):
        await print_labels(Selection(kind="public_toilet"), paper, registrar)
    assert await fetchval("SELECT count(*) FROM label") == 0


async def test_too_many_or_none_are_refused_before_anything_is_written(add_asset, registrar) -> None:
    for name in ("一", "二"):
        await add_asset(name)
    with pytest.raises(Invalid) as many:
        await print_labels(Selection(kind="public_toilet"), PAPER, registrar, most=1)
    with pytest.raises(Invalid) as none:
        await print_labels(Selection(q="不存在"), PAPER, registrar)
    assert (many.value.code, none.value.code) == ("too_many_labels", "no_labels")
    assert await fetchval("SELECT count(*) FROM label") == 0


async def test_with_a_note_a_person_looks_first(add_asset, registrar) -> None:
    asset = await add_asset()
    paper = Paper("https://facility.longdistrict.wenzhou.gov.cn")
    with pytest.raises(LookFirst) as asked:
        await print_labels(Selection(codes=(asset.code,)), paper, registrar, ask=True)
    assert asked.value.code == "small_modules"
    assert await fetchval("SELECT count(*) FROM label") == 0
    await print_labels(Selection(codes=(asset.code,)), paper, registrar)
    assert await fetchval("SELECT printed_at FROM label") == registrar.at


async def test_a_character_no_face_has_is_refused_until_somebody_wants_it_anyway(add_asset, registrar) -> None:
    asset = await add_asset("公厕\U0002a6a5")
    with pytest.raises(Invalid) as refused:
        await print_labels(Selection(codes=(asset.code,)), PAPER, registrar)
    assert asset.code in refused.value.message("zh-CN")
    assert await fetchval("SELECT count(*) FROM label") == 0
    await print_labels(Selection(codes=(asset.code,)), replace(PAPER, anyway=True), registrar)
    assert await fetchval("SELECT printed_at FROM label") == registrar.at


async def test_the_same_request_twice_prints_once(add_asset, registrar) -> None:
    asset = await add_asset()
    paper = replace(PAPER, request="k7")
    first, again = [await print_labels(Selection(codes=(asset.code,)), paper, registrar) for _ in range(2)]
    assert urls_by_cell(first.data, 1) == urls_by_cell(again.data, 1)
    (line,) = await fetch("SELECT data FROM history_line WHERE kind = 'label.printed'")
    assert re.fullmatch(r"R[0-9A-F]{16}", line["data"]["job"])
    assert await fetchval("SELECT count(*) FROM label_print") == 1
    # Another day it is still the same request; of another account, or for other contents, it is another.
    later = replace(registrar, at=registrar.at + timedelta(days=2))
    await print_labels(Selection(codes=(asset.code,)), paper, later)
    assert await fetchval("SELECT count(*) FROM label_print") == 1
    other = replace(registrar, principal=replace(registrar.principal, account_id=77))
    await print_labels(Selection(codes=(asset.code,)), paper, other)
    await print_labels(Selection(codes=(asset.code,)), replace(paper, start=3), registrar)
    assert await fetchval("SELECT count(*) FROM label_print") == 3


async def test_blank_labels_of_the_same_request_are_made_once(database, registrar) -> None:
    paper = replace(PAPER, request="tap")
    first, again = await preprint(24, paper, registrar), await preprint(24, paper, registrar)
    assert urls_by_cell(first.data, 24) == urls_by_cell(again.data, 24)
    assert await fetchval("SELECT count(*) FROM label") == 24
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'label.preprinted'") == 1
    await preprint(8, paper, registrar)
    assert await fetchval("SELECT count(*) FROM label") == 32


@pytest.mark.parametrize("wrong", [{"template": "bridge-plate"}, {"form": "zpl"}, {"start": 25}])
async def test_nothing_is_made_for_an_order_that_cannot_be_printed(add_asset, registrar, wrong) -> None:
    await add_asset()
    with pytest.raises(Invalid):
        await preprint(24, replace(PAPER, **wrong), registrar)
    with pytest.raises(Invalid):
        await print_labels(Selection(kind="public_toilet"), replace(PAPER, **wrong), registrar)
    assert await fetchval("SELECT count(*) FROM label") == 0


async def test_a_choice_by_what_has_no_label_is_not_lost_by_a_refusal(add_asset, registrar) -> None:
    await add_asset("公厕\U0002a6a5")
    await add_asset()
    unlabelled = Selection(only="no_label")
    with pytest.raises(Invalid):
        await print_labels(unlabelled, PAPER, registrar)
    sheet = await print_labels(unlabelled, replace(PAPER, anyway=True), registrar)
    assert sheet.labels == 2


async def test_two_jobs_with_the_same_labels_wait_for_each_other(add_asset, registrar) -> None:
    assets = [await add_asset(f"第{n}公厕") for n in range(20)]
    order = await order_for(PAPER)
    items = await spooled(assets, await words_for(order, registrar), registrar)
    for turn in range(5):
        await asyncio.gather(
            mark_printed(items, 0, order, f"A{turn}", registrar),
            mark_printed(items[::-1], 0, order, f"B{turn}", registrar),
        )
    assert await fetchval("SELECT count(*) FROM label_print") == 200


async def test_a_worn_label_is_printed_with_its_own_code_and_a_replaced_one_never(add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    await mark_worn(code, registrar)
    sheet = await print_labels(Selection(codes=(asset.code,)), PAPER, registrar)
    assert urls_by_cell(sheet.data, 1)[0].endswith(code)
    assert (await get_label(code)).state == "worn"
    new = await replace_label(code, registrar)
    sheet = await print_labels(Selection(codes=(asset.code,)), PAPER, registrar)
    assert urls_by_cell(sheet.data, 1)[0].endswith(new.code)


async def test_only_a_registrar_of_all_the_places_prints(add_asset, scoped_registrar, crew) -> None:
    await add_asset("近")
    await add_asset("远", street="南门街道")
    for act in (scoped_registrar, crew):
        with pytest.raises(Forbidden):
            await print_labels(Selection(kind="public_toilet"), PAPER, act)
    assert await fetchval("SELECT count(*) FROM label") == 0
    sheet = await print_labels(Selection(street="五马街道"), PAPER, scoped_registrar)
    assert sheet.labels == 1


async def test_the_file_is_whole_and_the_result_says_what_was_done(add_asset, registrar, tmp_path: Path) -> None:
    await add_asset()
    out = tmp_path / "标签 sheet.data"
    result = await print_labels_to_file(Selection(), PAPER, out, registrar)
    assert (result.labels, result.pages, result.file, result.warnings) == (1, 1, str(out), [])
    assert len(pypdfium2.PdfDocument(out.read_bytes())) == 1
    assert names_in(tmp_path) == [out.name]


async def test_a_refusal_leaves_the_old_file_and_nothing_else(database, registrar, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    out.write_bytes(b"old")
    with pytest.raises(Invalid):
        await print_labels_to_file(Selection(), PAPER, out, registrar)
    assert out.read_bytes() == b"old"
    assert names_in(tmp_path) == [out.name]


async def test_a_place_that_cannot_be_written_is_told_before_a_label_is_issued(
    add_asset, registrar, tmp_path: Path
) -> None:
    await add_asset()
    for out in (tmp_path / "missing" / "sheet.pdf", tmp_path):
        with pytest.raises(Refused) as refused:
            await print_labels_to_file(Selection(), PAPER, out, registrar)
        assert str(out) in refused.value.message("zh-CN")
    assert await fetchval("SELECT count(*) FROM label") == 0


async def test_blank_sheets_hold_codes_that_lead_to_a_label_without_an_asset(database, registrar, tmp_path) -> None:
    out = tmp_path / "blank.pdf"
    result = await preprint_to_file(24, PAPER, out, registrar)
    assert (result.labels, result.pages) == (24, 1)
    codes = [parse_code(url.rpartition("/")[2]) for url in urls_by_cell(out.read_bytes(), 24)]
    assert len(set(codes)) == 24
    landing = await read_landing(codes[0])
    assert landing.asset is None
    assert {row["state"] for row in await fetch("SELECT state FROM label")} == {"blank"}
