"""The desk pages of labels, through the real templates, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pypdfium2
import pytest
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.template import TemplateConfig

from app.rendering import PageEngine
from foundation.act import Act, public_act
from foundation.errors import Conflict, FacilityError, Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from foundation.settings import load_settings, use_settings
from labels.pages import PAGES
from labels.queries import get_label
from labels.service import issue_labels
from labels.service.issue import make_blank_labels

pytestmark = pytest.mark.anyio
STATUS = {Invalid: 400, NotSignedIn: 401, Forbidden: 403, NotFound: 404, Conflict: 409, Refused: 409, Stale: 412}


def answer(_: Request, error: FacilityError) -> Response:
    return Response({"code": error.code}, status_code=STATUS[type(error)])


@pytest.fixture
async def desk(database: str, registrar: Act, crew: Act, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    people = {"registrar": registrar, "crew": crew}
    settings = load_settings({"FACILITY_PUBLIC_URL": "https://qr.example.gov.cn"}, data_dir=tmp_path)
    use_settings(settings)

    async def act(request: Request) -> Act:
        person = people.get(request.headers.get("who", ""), public_act())
        spoken = replace(person, lang="en" if request.headers.get("accept-language") == "en" else "zh-CN")
        request.scope["act"] = spoken
        return spoken

    app = Litestar(
        PAGES,
        dependencies={"act": Provide(act)},
        exception_handlers={FacilityError: answer},
        template_config=TemplateConfig(instance=PageEngine()),
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x", headers={"who": "registrar"}) as client:
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
    for wrong in ("0", "21", "x", ""):
        assert (await desk.post("/desk/labels/preprint", data={"sheets": wrong})).status_code == 400


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
