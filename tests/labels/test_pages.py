"""The desk pages of labels, through the real templates, in both languages."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pypdfium2
import pytest
from msgspec.structs import replace
from PIL import Image

from foundation.act import Act
from foundation.database import execute, fetch, fetchval
from foundation.settings import load_settings, use_settings
from labels.check_word import check_word
from labels.pages import PAGES
from labels.photos import photo_mark
from labels.preflight.check import ALL_UP_TO
from labels.queries import get_label
from labels.queries.inventory import measures_of
from labels.service import bind_label, issue_labels, mark_fixed, replace_label, void_label
from labels.service.issue import make_blank_labels
from labels.service.means import save_stock
from labels.stock import STOCKS
from tests.web import room_client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(database: str, registrar: Act, crew: Act, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    people = {"registrar": registrar, "crew": crew}
    settings = load_settings({"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}, data_dir=tmp_path)
    use_settings(settings)
    async with room_client(PAGES, people, who="registrar") as client:
        yield client


@pytest.mark.parametrize(("lang", "words"), [("zh", "要打印哪些标签？"), ("en", "What do you want to print?")])
async def test_the_page_first_asks_what_to_print(desk, lang, words) -> None:
    page = await desk.get("/desk/labels", headers={"accept-language": lang})
    assert page.status_code == 200
    assert words in page.text
    assert "/desk/labels/print" not in page.text


async def test_it_says_how_many_labels_and_sheets_and_offers_each_place(desk, add_asset) -> None:
    for name in ("一", "二", "三"):
        await add_asset(name)
    page = await desk.get("/desk/labels?kind=public_toilet&start=23", headers={"accept-language": "en"})
    assert page.text.count('name="start"') == 24
    assert 'value="23" checked' in page.text
    assert "Labels to print" in page.text
    assert ">2</" in page.text  # three labels from place 23 take two sheets


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Up to {most} labels every code is read back before the file is handed out, of more a sample of whole"),
        ("zh", "不超过 {most} 张时逐个回读，更多时按整张纸抽样回读"),
    ],
)
async def test_it_says_what_is_read_back_as_it_is(desk, add_asset, lang, words) -> None:
    await add_asset()
    page = await desk.get("/desk/labels?kind=public_toilet", headers={"accept-language": lang})
    assert words.format(most=f"{ALL_UP_TO:,}" if lang == "en" else ALL_UP_TO) in page.text


async def test_the_button_makes_the_pdf(desk, add_asset) -> None:
    asset = await add_asset()
    form = {"kind": "public_toilet", "start": "5", "stock": "a4-3x8"}
    made = await desk.post("/desk/labels/print", data=form)
    assert (made.status_code, made.headers["content-type"]) == (200, "application/pdf")
    assert asset.name in pypdfium2.PdfDocument(made.content)[0].get_textpage().get_text_range()


async def test_a_character_the_font_lacks_is_told_before_anything_is_printed(desk, add_asset) -> None:
    asset = await add_asset("公厕\U0002a6a5")
    asked = await desk.post("/desk/labels/print", data={"codes": asset.code})
    assert "U+2A6A5" in asked.text
    assert 'name="anyway"' in asked.text
    made = await desk.post("/desk/labels/print", data={"codes": asset.code, "anyway": "1"})
    assert made.headers["content-type"] == "application/pdf"
    assert made.headers["x-label-warnings"] == "missing_glyph"


@pytest.mark.parametrize(
    "form", [{}, {"kind": "public_toilet", "start": "x"}, {"codes": "NOPE"}, {"q": "a", "stock": "a0"}]
)
async def test_what_cannot_be_printed_comes_back_with_what_was_chosen(desk, add_asset, form) -> None:
    await add_asset()
    page = await desk.post("/desk/labels/print", data=form)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    if "codes" in form:
        assert "NOPE" in page.text


async def test_an_unknown_code_is_told_while_choosing(desk, add_asset) -> None:
    page = await desk.get("/desk/labels?codes=NOPE")
    assert page.status_code == 200
    assert "NOPE" in page.text
    assert 'role="alert"' in page.text


async def test_blank_sheets(desk) -> None:
    made = await desk.post("/desk/labels/preprint", data={"sheets": "1", "stock": "a4-2x4"})
    assert made.headers["x-label-count"] == "8"
    for wrong in ("0", "401", "x", ""):
        assert (await desk.post("/desk/labels/preprint", data={"sheets": wrong})).status_code == 400
    later = await desk.post("/desk/labels/preprint", data={"sheets": "21"})
    assert later.status_code == 303
    assert later.headers["location"].startswith("/desk/jobs/")


async def test_a_sheet_of_an_own_stock_under_a_shipped_key_has_its_own_cells(desk, registrar) -> None:
    measures = replace(measures_of(STOCKS["a4-3x8"]), rows=7)
    await save_stock("a4-3x8", measures, registrar, version=0)
    made = await desk.post("/desk/labels/preprint", data={"sheets": "1", "stock": "a4-3x8"})
    assert made.headers["x-label-count"] == "21"
    unknown = await desk.post("/desk/labels/preprint", data={"sheets": "1", "stock": "nope"})
    assert unknown.status_code == 400
    assert "nope" in unknown.text


async def test_the_same_page_sent_twice_prints_once_and_another_choice_anew(desk, add_asset) -> None:
    asset = await add_asset()
    form = {"codes": asset.code, "request": "ab12"}
    for _ in range(2):
        assert (await desk.post("/desk/labels/print", data=form)).status_code == 200
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'label.printed'") == 1
    await desk.post("/desk/labels/print", data=form | {"start": "7"})
    assert await fetchval("SELECT count(*) FROM history_line WHERE kind = 'label.printed'") == 2


async def test_stock_follows_the_template_and_what_ships_is_offered(desk, add_asset) -> None:
    asset = await add_asset()
    page = (await desk.get(f"/desk/labels?codes={asset.code}&template=sheet-label&stock=a4-2x4")).text
    assert 'value="a4-2x4" selected' in page
    assert "a5-poster" not in page
    assert 'name="form"' in page
    assert 'value="zpl"' not in page
    thermal = (await desk.get(f"/desk/labels?codes={asset.code}&stock=roll-70x40-203")).text
    assert 'value="zpl"' in thermal


async def test_the_facilities_of_an_import_are_a_selection(desk, add_asset) -> None:
    one, _ = await add_asset("一"), await add_asset("二")
    await execute(
        "INSERT INTO import_batch"
        " (kind, file_name, file_hash, mapping, created, updated, unchanged, rejected, actor, at)"
        " VALUES ('public_toilet', 'a.csv', 'x', '{}', 1, 0, 0, 0, 'r', now())"
    )
    batch = await fetchval("SELECT id FROM import_batch")
    await execute("INSERT INTO import_change (batch_id, asset_id, version_after) VALUES ($1, $2, 1)", batch, one.id)
    made = await desk.post("/desk/labels/print", data={"imported": str(batch)})
    assert made.headers["x-label-count"] == "1"
    assert await fetchval("SELECT asset_id FROM label") == one.id
    assert (await desk.get("/desk/labels?imported=x")).status_code == 200


async def test_what_is_left_of_a_batch_is_made_void_with_a_reason(desk, registrar, add_asset) -> None:
    fixed, *_ = await make_blank_labels(5, registrar, job="20261124-AB", stock="a4-3x8")
    await bind_label(fixed.code, (await add_asset()).code, registrar)
    page = await desk.get("/desk/labels/batches")
    assert "20261124-AB" in page.text
    url = "/desk/labels/batches/20261124-AB/void"
    assert (await desk.post(url, data={"reason": " "})).status_code == 400
    assert (await desk.post(url, data={"reason": "整卷遗失"})).status_code == 303
    assert await fetchval("SELECT count(*) FROM label WHERE state = 'void'") == 4
    assert (await get_label(fixed.code)).state == "fixed"
    line = await fetchval("SELECT data FROM history_line WHERE kind = 'label.batch_voided' AND stream = 0")
    assert line == {"batch": "20261124-AB", "count": 4, "reason": "整卷遗失"}
    assert (await desk.post(url, data={"reason": "again"})).status_code == 409
    assert (await desk.post("/desk/labels/batches/none/void", data={"reason": "x"})).status_code == 404
    assert (await desk.post(url, data={"reason": "x"}, headers={"who": "crew"})).status_code == 403


async def test_a_label_tells_its_check_word_its_cells_and_its_scans(desk, add_asset) -> None:
    asset = await add_asset()
    await desk.post("/desk/labels/print", data={"codes": asset.code, "start": "5", "request": "k"})
    row = (await fetch("SELECT id, code, check_word FROM label"))[0]
    await execute(
        "INSERT INTO label_scan (label_id, on_day, scans, last_at) VALUES ($1, '2026-11-23', 7, now())", row["id"]
    )
    page = (await desk.get(f"/desk/labels/{row['code']}", headers={"accept-language": "en"})).text
    assert check_word(row["check_word"], "en") in page
    assert await fetchval("SELECT job FROM label_print") in page
    assert "sheet-label" in page
    assert "7 · " in page


async def test_one_label_shows_what_can_be_done_and_does_it(desk, add_asset, registrar) -> None:
    asset = await add_asset("<i>东</i>")
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    url = f"/desk/labels/{code}"
    page = await desk.get(url)
    assert "&lt;i&gt;东&lt;/i&gt;" in page.text
    assert all(f"{url}/{action}" in page.text for action in ("fix", "wear", "replace", "void"))
    assert f"{url}/bind" not in page.text
    worn = await desk.post(f"{url}/wear", data={"version": "1"})
    assert (worn.status_code, worn.headers["location"]) == (303, f"{url}?notice=saved")
    replaced = await desk.post(f"{url}/replace", data={"version": "2"})
    new = replaced.headers["location"].partition("?")[0].rpartition("/")[2]
    assert (await get_label(code)).successor == new
    assert f"/desk/labels/{new}" in (await desk.get(url)).text
    assert (await desk.get(f"/desk/labels?label={new[:5]}&state=printed")).text.count("data-row") == 1


async def test_void_without_a_reason_comes_back_with_a_sentence(desk, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    page = await desk.post(f"/desk/labels/{code}/void", data={"reason": " "}, headers={"accept-language": "en"})
    assert page.status_code == 400
    assert "Say why" in page.text
    gone = await desk.post(f"/desk/labels/{code}/void", data={"reason": "stolen"})
    assert gone.status_code == 303
    assert (await desk.post(f"/desk/labels/{code}/polish", data={})).status_code == 400


async def test_a_facility_that_has_a_label_is_told_on_the_page_that_asked(desk, add_asset, registrar) -> None:
    asset = await add_asset()
    await issue_labels([asset.id], registrar)
    (blank,) = await make_blank_labels(1, registrar, job="x", stock="a4-3x8")
    url = f"/desk/labels/{blank.code}"
    taken = await desk.post(f"{url}/bind", data={"asset": asset.code}, headers={"accept-language": "en"})
    assert (taken.status_code, "has the label" in taken.text) == (409, True)
    assert f'value="{asset.code}"' in taken.text
    assert 'href="#f-asset"' in taken.text
    stale = await desk.post(f"{url}/void", data={"reason": "整卷遗失", "version": "7"})
    assert (stale.status_code, 'value="整卷遗失"' in stale.text) == (412, True)
    nonsense = await desk.post(f"{url}/void", data={"reason": "整卷遗失", "version": "x"})
    assert (nonsense.status_code, 'value="整卷遗失"' in nonsense.text) == (400, True)
    assert (await get_label(blank.code)).state == "blank"
    await void_label(blank.code, "lost", registrar)
    late = await desk.post(f"{url}/void", data={"reason": "lost", "version": "1"})
    assert (late.status_code, "#f-reason" in late.text) == (412, False)


async def test_a_crew_binds_but_is_not_offered_what_it_may_not_do(desk, add_asset, registrar) -> None:
    asset = await add_asset()
    (blank,) = await make_blank_labels(1, registrar, job="x", stock="a4-3x8")
    code = blank.code
    page = await desk.get(f"/desk/labels/{code}", headers={"who": "crew"})
    assert f"/desk/labels/{code}/bind" in page.text
    assert f"/desk/labels/{code}/void" not in page.text
    bound = await desk.post(f"/desk/labels/{code}/bind", data={"asset": asset.code}, headers={"who": "crew"})
    assert bound.status_code == 303
    assert (
        await desk.post(f"/desk/labels/{code}/void", data={"reason": "x"}, headers={"who": "crew"})
    ).status_code == 403
    assert "/desk/labels/preprint" not in (await desk.get("/desk/labels", headers={"who": "crew"})).text


async def test_nobody_gets_in_without_signing_in(desk) -> None:
    for method, url in (("GET", "/desk/labels"), ("GET", "/desk/labels/7F3K9QXDY"), ("POST", "/desk/labels/print")):
        assert (
            await desk.request(method, url, headers={"who": "nobody"}, data={"kind": "public_toilet"})
        ).status_code == 401


async def test_the_photo_is_shown_at_its_lasting_address_while_it_is_in_force(desk, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    file = io.BytesIO()
    Image.new("RGB", (80, 60), (30, 90, 120)).save(file, "PNG")
    await mark_fixed(code, registrar, photo=file.getvalue())
    key = await fetchval("SELECT photo FROM label WHERE code = $1", code)
    assert f'src="/A/{code}/photo?k={photo_mark(key)}"' in (await desk.get(f"/desk/labels/{code}")).text
    await replace_label(code, registrar)
    assert "/photo" not in (await desk.get(f"/desk/labels/{code}")).text
