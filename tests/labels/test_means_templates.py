"""An operator's own templates: tried before they are kept, published, withdrawn, and seen without leaving a trace."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from foundation.act import Act
from foundation.database import execute, fetch, fetchval, transaction
from foundation.errors import Conflict, FacilityError, Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from foundation.pdf.apart import CPU_SECONDS
from foundation.settings import load_settings, use_settings
from foundation.translation import LANGS
from labels.queries import find_template, find_templates, read_current
from labels.queries.inventory import find_revisions, get_revision
from labels.schemas import Selection
from labels.service import Paper, issue_labels, print_labels
from labels.service.background import print_later
from labels.service.means import (
    draft_template,
    picture_template,
    preview_files,
    preview_template,
    publish_template,
    withdraw_template,
)
from labels.template import stored_files
from tests.labels.means_material import HOSTILE, PUBLIC_URL, nested_boxes, template_files

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> None:
    use_settings(load_settings({"FACILITY_PUBLIC_URL": PUBLIC_URL}, data_dir=tmp_path))


async def told() -> list[tuple[str, dict]]:
    rows = await fetch("SELECT kind, data FROM history_line WHERE stream = 0 AND kind LIKE 'label_%' ORDER BY id")
    return [(row["kind"], row["data"]) for row in rows]


async def stored() -> int:
    return await fetchval("SELECT count(*) FROM label_template")


def read(pdf: bytes) -> list[str]:
    pages = [page.render(scale=300 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return sorted(found.text.rsplit("/", 1)[1] for page in pages for found in zxingcpp.read_barcodes(page))


@pytest.mark.parametrize("case", HOSTILE)
async def test_what_cannot_be_is_said_in_both_languages_and_not_kept(database, registrar, case) -> None:
    files, code, words = HOSTILE[case]
    with pytest.raises(FacilityError) as caught:
        await draft_template(files, registrar)
    assert caught.value.code == code
    sentences = {caught.value.message(lang) for lang in LANGS}
    assert len(sentences) == 2
    assert all(words in sentence for sentence in sentences)
    assert (await stored(), await told()) == (0, [])


async def test_what_takes_for_ever_is_ended(database, registrar) -> None:
    with pytest.raises(Invalid) as caught:
        await draft_template(nested_boxes(30), registrar)
    assert (caught.value.code, caught.value.params["seconds"]) == ("template_too_much", CPU_SECONDS)
    assert await stored() == 0


async def test_a_draft_is_printed_with_once_it_is_published(database, registrar) -> None:
    draft = await draft_template(template_files(), registrar)
    assert (draft.key, draft.revision, draft.state, draft.in_use) == ("own-label", 1, "draft", False)
    with pytest.raises(NotFound):
        await find_template("own-label")
    published = await publish_template("own-label", 1, registrar)
    assert (published.state, published.in_use, published.published_at) == ("published", True, registrar.at)
    assert (await find_template("own-label")).name == "own-label@1"
    assert await told() == [
        (kind, {"template": "own-label", "revision": 1, "name_zh": "通用标签", "name_en": "Sheet label"})
        for kind in ("label_template.drafted", "label_template.published")
    ]


async def test_a_new_upload_takes_the_drafts_place_and_leaves_the_published_one(database, registrar) -> None:
    await draft_template(template_files(css="/* one */"), registrar)
    second = await draft_template(template_files(css="/* two */"), registrar)
    assert (second.revision, second.version) == (1, 2)
    await publish_template("own-label", 1, registrar, version=2)
    third = await draft_template(template_files(css="/* three */"), registrar)
    assert third.revision == 2
    assert (await find_template("own-label")).css.endswith("/* two */")
    await publish_template("own-label", 2, registrar)
    states = {one.revision: one.state for one in await find_revisions("own-label")}
    assert states == {1: "withdrawn", 2: "published"}
    await publish_template("own-label", 1, registrar)
    assert (await find_template("own-label")).css.endswith("/* two */")


async def test_published_templates_are_read_once_until_they_change(database, registrar) -> None:
    """The page that prints shows all of them each time, and each may have megabytes of pictures."""
    shown = []
    for css in ("/* one */", "/* two */"):
        draft = await draft_template(template_files(css=css), registrar)
        await publish_template("own-label", draft.revision, registrar)
        shown.append((await find_templates())["own-label"])
        assert (await find_templates())["own-label"] is shown[-1]
        assert (shown[-1].css.endswith(css), shown[-1].revision) == (True, draft.revision)
    await draft_template(template_files("sheet-label", css="/* ours */"), registrar)
    await publish_template("sheet-label", 1, registrar)
    found = await find_templates()
    assert (found["own-label"], found["sheet-label"].revision) == (shown[1], 1)
    assert next(iter(found)) == "sheet-label"
    await withdraw_template("own-label", registrar)
    assert "own-label" not in await find_templates()
    await publish_template("own-label", 1, registrar)
    assert (await find_templates())["own-label"].css.endswith("/* one */")


async def test_a_change_that_was_undone_is_not_remembered(database, registrar) -> None:
    await draft_template(template_files(), registrar)
    await publish_template("own-label", 1, registrar)
    with pytest.raises(ZeroDivisionError):
        await _undone()
    await _restyle("/* kept */")
    assert (await find_templates())["own-label"].css == "/* kept */"


async def _undone() -> None:
    async with transaction():
        await _restyle("/* undone */")
        assert (await find_templates())["own-label"].css == "/* undone */"
        1 / 0  # noqa: B018 - raises, on purpose


async def _restyle(css: str) -> None:
    files = stored_files(template_files() | {"label.css": css.encode()})
    await execute("UPDATE label_template SET files = $1, version = 9 WHERE key = 'own-label'", files)


async def test_a_draft_replaced_since_it_was_seen_is_not_published(database, registrar) -> None:
    seen = await draft_template(template_files(), registrar)
    await draft_template(template_files(css="/* other */"), registrar)
    with pytest.raises(Stale):
        await publish_template("own-label", 1, registrar, version=seen.version)
    with pytest.raises(Stale):
        await withdraw_template("own-label", registrar, revision=1, version=seen.version)
    assert (await get_revision("own-label", 1)).state == "draft"


async def test_an_own_template_takes_the_place_of_the_shipped_one_and_gives_it_back(database, registrar) -> None:
    await draft_template(template_files("sheet-label", css="/* ours */"), registrar)
    await publish_template("sheet-label", 1, registrar)
    assert (await find_template("sheet-label")).revision == 1
    assert [(one.revision, one.in_use) for one in await find_revisions("sheet-label")] == [(0, False), (1, True)]
    withdrawn = await withdraw_template("sheet-label", registrar)
    assert (withdrawn.revision, withdrawn.state) == (1, "withdrawn")
    assert (await find_template("sheet-label")).revision == 0
    assert [kind for kind, _ in await told()][-1] == "label_template.withdrawn"


async def test_a_waiting_job_says_that_its_template_is_gone(database, registrar, add_asset) -> None:
    await draft_template(template_files(), registrar)
    await publish_template("own-label", 1, registrar)
    asset = await add_asset()
    paper = Paper(PUBLIC_URL, template="own-label")
    assert await print_later(Selection(codes=(asset.code,)), paper, registrar)
    await withdraw_template("own-label", registrar)
    with pytest.raises(NotFound) as caught:
        await print_labels(Selection(codes=(asset.code,)), paper, registrar)
    assert "own-label" in caught.value.message("zh-CN")


async def test_what_is_done_already_or_is_not_there(database, registrar) -> None:
    with pytest.raises(Refused):
        await withdraw_template("sheet-label", registrar)
    with pytest.raises(NotFound):
        await publish_template("own-label", 1, registrar)
    await draft_template(template_files(), registrar)
    with pytest.raises(NotFound):
        await withdraw_template("own-label", registrar, revision=2)
    await publish_template("own-label", 1, registrar)
    with pytest.raises(Conflict):
        await publish_template("own-label", 1, registrar)
    await withdraw_template("own-label", registrar, revision=1)
    with pytest.raises(Conflict):
        await withdraw_template("own-label", registrar, revision=1)
    assert len(await told()) == 3


@pytest.mark.parametrize(
    ("who", "refusal"), [("crew", Forbidden), ("dispatcher", Forbidden), ("scoped_registrar", Forbidden),
                         ("citizen", NotSignedIn)],
)  # fmt: skip
async def test_only_a_registrar_of_the_whole_district(database, registrar, request, who, refusal) -> None:
    act: Act = request.getfixturevalue(who)
    await draft_template(template_files(), registrar)
    with pytest.raises(refusal):
        await draft_template(template_files(css="/* x */"), act)
    with pytest.raises(refusal):
        await publish_template("own-label", 1, act)
    with pytest.raises(refusal):
        await withdraw_template("own-label", act, revision=1)
    assert (await get_revision("own-label", 1)).version == 1


async def test_a_specimen_issues_nothing_and_marks_nothing(database, registrar, crew, citizen, add_asset) -> None:
    one, two = await add_asset("一"), await add_asset("二")
    label = (await issue_labels([one.id], registrar))[one.id]
    lines = await fetchval("SELECT count(*) FROM history_line")
    await draft_template(template_files(), registrar)
    pdf = await preview_template("own-label", 1, "", (one.code, two.code), crew)
    assert read(pdf) == sorted([label.code, "000000000"])
    assert "二" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert set(await read_current([one.id, two.id])) == {one.id}
    assert await fetchval("SELECT count(*) FROM label_print") == 0
    assert await fetchval("SELECT count(*) FROM label WHERE printed_at IS NOT NULL") == 0
    assert await fetchval("SELECT count(*) FROM history_line") == lines + 1  # the draft's own
    with pytest.raises(NotSignedIn):
        await preview_template("own-label", 1, "", (), citizen)
    with pytest.raises(NotSignedIn):
        await picture_template("own-label", 1, "", citizen)
    with pytest.raises(NotSignedIn):
        await preview_files(template_files(), "", (), citizen)


async def test_a_specimen_shows_the_first_asset_of_each_kind_or_a_specimens_words(database, crew, add_asset) -> None:
    assert "样张公共厕所" in _text(await preview_template("sheet-label", 0, "", (), crew))
    for name in ("甲厕", "乙厕"):
        await add_asset(name)
    await add_asset("丙桥", kind="pedestrian_bridge")
    text = _text(await preview_template("sheet-label", 0, "", (), crew))
    assert ("甲厕" in text, "乙厕" in text, "丙桥" in text) == (True, False, True)


def _text(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


async def test_a_specimen_is_of_the_draft_as_it_is_now(database, registrar) -> None:
    """The draft keeps its number when its files change, so nothing of the earlier one may be shown."""
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4h-4z"/></svg>'
    blank = picture.replace(b"M0 0h4v4h-4z", b"")
    html = '<img class="mark" src="template:mark.svg">'
    css = ".mark{position:absolute;right:2mm;top:1mm;width:6mm;height:2mm}"
    shown = []
    for drawing in (picture, blank):
        await draft_template(template_files(html=html, css=css) | {"mark.svg": drawing}, registrar)
        shown.append(await picture_template("own-label", 1, "", registrar))
    assert shown[0].startswith(b"\x89PNG")
    assert shown[0] != shown[1]


async def test_a_specimen_that_cannot_be(database, registrar, add_asset) -> None:
    asset = await add_asset()
    with pytest.raises(NotFound):
        await preview_template("sheet-label", 7, "", (), registrar)
    with pytest.raises(Invalid) as caught:
        await preview_template("sheet-label", 0, "roll-62x40", (asset.code, asset.code), registrar)
    assert caught.value.code == "too_many_labels"
    with pytest.raises(Invalid) as caught:
        await preview_template("sheet-label", 0, "a4-notice", (), registrar)
    assert caught.value.code == "template_size"
    with pytest.raises(Invalid) as caught:
        await preview_template("sheet-label", 0, "", ("GC-9999",), registrar)
    assert caught.value.code == "unknown_codes"


async def test_a_folder_is_seen_without_being_kept(database, registrar) -> None:
    assert read(await preview_files(template_files(), "", (), registrar)) == ["000000000"]
    assert (await stored(), await told()) == (0, [])
