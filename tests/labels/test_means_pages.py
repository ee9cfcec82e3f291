"""Templates, stock and printers as an operator meets them: the desk pages and the JSON API."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from foundation.act import Act
from foundation.database import fetchval
from foundation.settings import load_settings, use_settings
from labels.pages import PAGES
from labels.press.calibration import read_shift
from labels.queries import find_printer, find_stock
from labels.queries.inventory import find_revisions, measures_of
from labels.routes import ROUTES
from labels.service.means import PrinterMeasures, draft_template, read_archive, save_printer
from labels.stock import STOCKS
from tests.labels.means_material import HOSTILE, PUBLIC_URL, packed, template_files
from tests.web import room_client

pytestmark = pytest.mark.anyio
# Refused before anything is laid out, and one that the layout refuses.
CHEAP = [name for name, (_, code, _) in HOSTILE.items() if code in {
    "template_command", "template_element", "template_field", "template_files", "bad_manifest", "template_size",
}] + ["no symbol", "remote picture"]  # fmt: skip
LANGS = {"zh": "zh-CN", "en": "en"}


@pytest.fixture
async def desk(database: str, registrar: Act, crew: Act, scoped_registrar: Act, tmp_path: Path) -> AsyncIterator:
    people = {"registrar": registrar, "crew": crew, "scoped": scoped_registrar}
    use_settings(load_settings({"FACILITY_PUBLIC_URL": PUBLIC_URL}, data_dir=tmp_path))
    async with room_client([*PAGES, *ROUTES], people, who="registrar") as client:
        yield client


def parts(files: dict[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (name, data)) for name, data in files.items()]


async def test_a_template_is_copied_changed_brought_and_published(desk, add_asset) -> None:
    await add_asset("世纪广场东公厕")
    page = await desk.get("/desk/labels/templates")
    assert "sheet-label" in page.text
    assert 'enctype="multipart/form-data"' in page.text
    copy = await desk.get("/desk/labels/templates/sheet-label/0/files.zip")
    assert copy.headers["content-type"] == "application/zip"
    files = read_archive(copy.content)
    changed = files | {"label.css": files["label.css"] + b"/* ours */"}
    sent = await desk.post("/desk/labels/templates", files=[("files", ("ours.zip", packed(changed)))])
    assert (sent.status_code, sent.headers["location"]) == (
        303, "/desk/labels/templates/sheet-label?revision=1&notice=saved",
    )  # fmt: skip
    draft = await desk.get(sent.headers["location"], headers={"accept-language": "en"})
    assert "This is a draft" in draft.text
    assert "A template of this key ships too" in draft.text
    assert "data:image/png;base64," in draft.text
    version = re.search(r'name="version" value="(\d+)"', draft.text)
    assert version
    form = {"revision": "1", "version": version[1]}
    published = await desk.post("/desk/labels/templates/sheet-label/publish", data=form)
    assert published.status_code == 303
    assert [(one.revision, one.in_use) for one in await find_revisions("sheet-label")] == [(0, False), (1, True)]
    again = await desk.post("/desk/labels/templates/sheet-label/publish", data=form, headers={"accept-language": "en"})
    assert (again.status_code, "changed in the meantime" in again.text) == (412, True)
    own = await desk.get("/desk/labels/templates/sheet-label/1/files.zip")
    assert read_archive(own.content) == changed
    taken = await desk.post("/desk/labels/templates/sheet-label/withdraw", data={"revision": "1"})
    assert taken.status_code == 303
    assert [one.in_use for one in await find_revisions("sheet-label")] == [True, False]


async def test_the_files_may_be_chosen_together(desk) -> None:
    sent = await desk.post("/desk/labels/templates", files=parts(template_files()))
    assert sent.headers["location"].startswith("/desk/labels/templates/own-label?revision=1")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", CHEAP)
async def test_what_cannot_be_is_told_on_the_page(desk, case, lang) -> None:
    files, _, words = HOSTILE[case]
    sent = await desk.post("/desk/labels/templates", files=parts(files), headers={"accept-language": lang})
    assert sent.status_code == 400
    told = re.search(r'<div class="box dang.*?</div>', sent.text, re.DOTALL)
    assert told, sent.text
    assert words.replace("<", "&lt;").replace('"', "&#34;") in told[0]
    assert ("模板没有保存" in told[0]) == (lang == "zh")
    assert await fetchval("SELECT count(*) FROM label_template") == 0


async def test_a_hostile_archive_is_told_on_the_page(desk) -> None:
    for data in (packed(template_files() | {"../evil.css": b"x"}), b"PK\x03\x04", packed({"x.svg": b"0" * 20_000_000})):
        for lang in LANGS:
            headers = {"accept-language": lang}
            sent = await desk.post("/desk/labels/templates", files=[("files", ("a.zip", data))], headers=headers)
            assert (sent.status_code, 'class="box dang' in sent.text) == (400, True)
    assert (await desk.post("/desk/labels/templates", data={"files": ""})).status_code == 400
    assert await fetchval("SELECT count(*) FROM label_template") == 0


async def test_a_specimen_says_so_in_its_name_and_its_picture_is_for_staff(desk, add_asset) -> None:
    asset = await add_asset("世纪广场东公厕")
    where = "/desk/labels/templates/sheet-label/0/preview"
    pdf = await desk.get(f"{where}.pdf", params={"stock": "a4-3x7", "codes": asset.code})
    assert "%E6%A0%B7%E5%BC%A0-SPECIMEN-sheet-label-0.pdf" in pdf.headers["content-disposition"]
    assert asset.name in pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_range()
    png = await desk.get(f"{where}.png", headers={"who": "crew"})
    assert (png.headers["content-type"], png.content[:4]) == ("image/png", b"\x89PNG")
    for end in (".png", ".pdf"):
        assert (await desk.get(where + end, headers={"who": ""})).status_code == 401
    assert (await desk.get("/desk/labels/templates", headers={"who": ""})).status_code == 401
    assert await fetchval("SELECT count(*) FROM label") == 0


async def test_the_page_says_why_there_is_no_picture(desk, registrar) -> None:
    """A template that was kept when the address was short, and no longer suits it."""
    files = template_files()
    files["manifest.toml"] = files["manifest.toml"].replace(b"least_module_mm = 0.5", b"least_module_mm = 0.7")
    await draft_template(files, registrar)
    use_settings(load_settings({"FACILITY_PUBLIC_URL": "https://" + "a" * 60 + "." + "b" * 60 + ".example.gov.cn"}))
    page = await desk.get("/desk/labels/templates/own-label?revision=1", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "No picture" in page.text
    assert "use a shorter host or larger labels" in page.text
    assert (await desk.get("/desk/labels/templates/own-label/1/preview.png")).status_code == 400


async def test_what_is_not_there_is_not_found(desk) -> None:
    for path in ("nothing", "sheet-label?revision=7", "sheet-label/7/files.zip", "sheet-label/7/preview.pdf"):
        assert (await desk.get(f"/desk/labels/templates/{path}")).status_code == 404
    assert (await desk.post("/desk/labels/templates/x/publish", data={"revision": "one"})).status_code == 404
    assert (await desk.get("/desk/labels/stocks?key=nothing")).status_code == 404
    assert (await desk.get("/desk/labels/printers?key=nothing")).status_code == 404


SHEET = {
    "key": "ours", "page_width": "210", "page_height": "297", "columns": "3", "rows": "8", "label_width": "70",
    "label_height": "37", "margin_left": "0", "margin_top": "0,5", "pitch_x": "70", "pitch_y": "37", "corner": "0",
    "bleed": "0", "life_years": "2", "dpi": "0", "form": "sheet", "version": "",
}  # fmt: skip


async def test_a_stock_is_written_down_changed_and_removed(desk) -> None:
    page = await desk.get("/desk/labels/stocks?new=1", headers={"accept-language": "en"})
    assert 'name="label_width"' in page.text
    assert page.text.count("<title>a4-3x8: A4, 3 × 8 labels of 70 × 37 mm</title>") == 1
    assert (await desk.post("/desk/labels/stocks", data=SHEET)).status_code == 303
    assert (await find_stock("ours")).margin_top == 0.5
    form = (await desk.get("/desk/labels/stocks?key=ours")).text
    assert re.search(r'name="key"[^>]*value="ours"[^>]*readonly', form)
    changed = SHEET | {"version": "1", "rows": "7", "marks": "1"}
    assert (await desk.post("/desk/labels/stocks", data=changed)).status_code == 303
    stale = await desk.post("/desk/labels/stocks", data=changed)
    assert (stale.status_code, 'value="7"' in stale.text) == (412, True)
    assert (await find_stock("ours")).marks
    assert (await desk.post("/desk/labels/stocks/ours/remove", data={"version": "2"})).status_code == 303
    assert (await desk.post("/desk/labels/stocks/a4-3x8/remove")).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "zh", "en"),
    [
        ({"columns": "4"}, "超出了纸面", "do not fit on its page"),
        ({"columns": "2.5"}, "列数：“2.5”不是整数", "Columns: “2.5” is not a whole number"),
        ({"label_width": "wide"}, "标签宽：“wide”不是数字", "Label width: “wide” is not a number"),
        ({"margin_left": "-1"}, "不能为负", "must not be negative"),
        ({"dpi": "7"}, "分辨率", "resolution"),
    ],
)
async def test_what_is_wrong_with_a_stock_is_told_while_typing_and_on_saving(desk, wrong, zh, en) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        headers = {"accept-language": lang}
        seen = await desk.post("/desk/labels/stocks/check", data=SHEET | wrong, headers=headers)
        assert (seen.status_code, words in seen.text, "<svg" in seen.text) == (200, True, False)
        saved = await desk.post("/desk/labels/stocks", data=SHEET | wrong, headers=headers)
        assert (saved.status_code, words in saved.text) == (400, True)
        name, value = next(iter(wrong.items()))
        assert name == "dpi" or f'name="{name}"' in saved.text
        assert name == "dpi" or f'value="{value}"' in saved.text
    right = await desk.post("/desk/labels/stocks/check", data=SHEET)
    assert right.text.count("<rect") == 25
    assert await fetchval("SELECT count(*) FROM label_stock") == 0


async def test_a_printer_is_written_down_as_it_was_measured(desk, registrar) -> None:
    form = {"key": "office", "name": "办公室", "form": "pdf", "right": "0,8", "down": "-1.2", "across": "99.6",
            "along": "100.4"}  # fmt: skip
    assert (await desk.post("/desk/labels/printers", data=form)).status_code == 303
    shift = (await find_printer("office")).shift
    assert (shift.right, shift.down, shift.across, shift.along) == (0.8, -1.2, 0.996, 1.004)
    page = await desk.get("/desk/labels/printers?key=office")
    assert 'value="99.6"' in page.text
    read = form | {"version": "1", "stock": "a4-3x7", "right": "-1", "down": "2", "across": "100", "along": "100"}
    assert (await desk.post("/desk/labels/printers", data=read)).status_code == 303
    assert (await find_printer("office")).shift == read_shift(await find_stock("a4-3x7"), -1, 2)
    stretched = read | {"version": "2", "across": "101"}
    assert (await desk.post("/desk/labels/printers", data=stretched)).status_code == 303
    assert (await find_printer("office")).shift == read_shift(await find_stock("a4-3x7"), -1, 2, 101)
    assert (await find_printer("office")).shift.right < -1
    nonsense = read | {"version": "3", "stock": "cloth"}
    assert (await desk.post("/desk/labels/printers", data=nonsense)).status_code == 400
    assert (await desk.post("/desk/labels/printers", data=read | {"version": "3", "across": "0"})).status_code == 400
    off = await desk.post("/desk/labels/printers", data=form | {"version": "3", "down": "21"})
    assert (off.status_code, "20 毫米" in off.text, 'value="21"' in off.text) == (400, True, True)
    assert (await desk.post("/desk/labels/printers/office/remove", data={"version": "3"})).status_code == 303
    assert "还没有打印机" in (await desk.get("/desk/labels/printers")).text


async def test_the_calibration_page_of_a_stock_with_and_without_a_printers_correction(desk, registrar) -> None:
    await save_printer("office", "Office", PrinterMeasures(right=2.0), registrar)
    where = "/desk/labels/printers/calibration.pdf"
    plain = await desk.get(where, params={"stock": "a4-3x7"})
    assert plain.headers["content-type"] == "application/pdf"
    assert plain.headers["content-disposition"] == 'attachment; filename="calibration-a4-3x7.pdf"'
    undone = await desk.get(where, params={"stock": "a4-3x7", "printer": "office"})
    pages = [pypdfium2.PdfDocument(one.content)[0].render(grayscale=True).to_pil() for one in (plain, undone)]
    assert pages[0].size == pages[1].size
    assert pages[0].tobytes() != pages[1].tobytes()
    assert (await desk.get(where, params={"stock": "cloth"})).status_code == 400
    assert (await desk.get(where, params={"printer": "nobody"})).status_code == 400
    assert (await desk.get(where, headers={"who": ""})).status_code == 401


async def test_who_may_not_change_is_shown_no_button_and_refused(desk, registrar) -> None:
    await draft_template(template_files(), registrar)
    await save_printer("office", "Office", PrinterMeasures(), registrar)
    for who in ("crew", "scoped"):
        for page in ("templates", "templates/own-label", "stocks", "printers"):
            found = await desk.get(f"/desk/labels/{page}", headers={"who": who})
            assert (found.status_code, 'method="post" action="/desk/labels' in found.text) == (200, False)
        deeds = [
            ("templates/own-label/publish", {"revision": "1"}),
            ("templates/own-label/withdraw", {"revision": "1"}),
            ("stocks", SHEET),
            ("stocks/a4-3x8/remove", {}),
            ("printers", {"key": "x", "name": "x", "right": "0", "down": "0", "across": "100", "along": "100"}),
            ("printers/office/remove", {}),
        ]
        for path, form in deeds:
            assert (await desk.post(f"/desk/labels/{path}", data=form, headers={"who": who})).status_code == 403
        sent = await desk.post("/desk/labels/templates", files=parts(template_files()), headers={"who": who})
        assert sent.status_code == 403


async def test_a_program_brings_a_template_publishes_and_withdraws_it(desk) -> None:
    files = {name: base64.b64encode(data).decode() for name, data in template_files().items()}
    made = await desk.post("/api/v1/label-templates", json={"files": files})
    assert (made.status_code, made.headers["etag"], made.json()["state"]) == (201, '"1"', "draft")
    where = "/api/v1/label-templates/own-label"
    stale = await desk.post(f"{where}/publish", json={"revision": 1}, headers={"if-match": '"9"'})
    assert stale.status_code == 412
    used = await desk.post(f"{where}/publish", json={"revision": 1}, headers={"if-match": '"1"'})
    assert (used.status_code, used.json()["in_use"]) == (200, True)
    listed = (await desk.get("/api/v1/label-templates")).json()["items"]
    assert [one["revision"] for one in listed if one["key"] == "own-label"] == [1]
    assert {one["key"] for one in listed if one["state"] == "shipped"} >= {"sheet-label"}
    assert (await desk.post(f"{where}/withdraw")).json()["state"] == "withdrawn"
    assert (await desk.post(f"{where}/withdraw")).status_code == 409
    refused = await desk.post("/api/v1/label-templates", json={"files": files}, headers={"who": "crew"})
    assert refused.status_code == 403
    assert (await desk.get("/api/v1/label-templates", headers={"who": ""})).status_code == 401
    bad = await desk.post("/api/v1/label-templates", json={"files": files | {"x.exe": ""}})
    assert (bad.status_code, bad.json()["code"]) == (400, "template_files")


async def test_a_program_keeps_stock_and_printers_under_if_match(desk) -> None:
    measures = msgspec.to_builtins(measures_of(STOCKS["a4-3x8"]))
    where = "/api/v1/label-stocks/ours"
    made = await desk.put(where, json=measures)
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    assert (await desk.put(where, json=measures)).status_code == 409
    assert (await desk.put(where, json=measures, headers={"if-match": '"7"'})).status_code == 412
    changed = await desk.put(where, json=measures | {"corner": 2.0}, headers={"if-match": '"1"'})
    assert (changed.headers["etag"], changed.json()["measures"]["corner"]) == ('"2"', 2.0)
    assert (await desk.get(where)).headers["etag"] == '"2"'
    assert (await desk.put(where, json=measures | {"colour": "red"})).status_code == 400
    assert (await desk.delete(where, headers={"who": "crew"})).status_code == 403
    assert (await desk.delete(where, headers={"if-match": '"1"'})).status_code == 412
    assert (await desk.delete(where, headers={"if-match": '"2"'})).status_code == 204
    assert (await desk.delete(where)).status_code == 404
    assert "ours" not in {one["key"] for one in (await desk.get("/api/v1/label-stocks")).json()["items"]}
    where = "/api/v1/label-printers/office"
    made = await desk.put(where, json={"name": "Office", "right": 1.5})
    assert (made.status_code, made.json()["right"], made.headers["etag"]) == (200, 1.5, '"1"')
    assert (await desk.put(where, json={"name": "Office"})).status_code == 409
    assert (await desk.put(where, json={"name": "Office"}, headers={"if-match": '"1"'})).json()["right"] == 0
    assert (await desk.get(where)).json()["version"] == 2
    assert len((await desk.get("/api/v1/label-printers")).json()["items"]) == 1
    assert (await desk.delete(where, headers={"who": "scoped"})).status_code == 403
    assert (await desk.delete(where)).status_code == 204
