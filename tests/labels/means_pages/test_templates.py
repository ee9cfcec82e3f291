"""Templates as an operator meets them on the page."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from foundation.database import fetchval
from foundation.settings import load_settings, use_settings
from labels.queries.inventory import find_revisions
from labels.service.means import draft_template, read_archive
from tests.labels.means_material import HOSTILE, packed, template_files
from tests.labels.means_pages.material import LANGS, parts

pytestmark = pytest.mark.anyio
# Refused before anything is laid out, and one that the layout refuses.
CHEAP = [name for name, (_, code, _) in HOSTILE.items() if code in {
    "template_command", "template_element", "template_field", "template_files", "bad_manifest", "template_size",
}] + ["no symbol", "remote picture"]  # fmt: skip


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
