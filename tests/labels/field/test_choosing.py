"""Choosing the facility of a blank label."""

from __future__ import annotations

import pytest

from foundation.database import fetchrow
from labels.check_word import check_word
from labels.queries import get_label
from labels.service import issue_labels
from tests.labels.field.material import HERE, blank, offered

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("lang", "words"), [("zh", "这枚标签贴在哪处设施上？"), ("en", "Which facility does this")])
async def test_the_page_shows_the_code_and_its_check_word(field, registrar, lang, words) -> None:
    code = await blank(registrar)
    page = await field.get(f"/crew/labels/{code}/bind", headers={"accept-language": lang})
    assert page.status_code == 200
    number = (await fetchrow("SELECT check_word FROM label WHERE code = $1", code))["check_word"]
    assert words in page.text
    assert check_word(number, "en" if lang == "en" else "zh-CN") in page.text
    assert (await get_label(code)).printed in page.text


async def test_the_nearest_without_a_label_come_first_and_those_with_one_apart(field, add_asset, registrar) -> None:
    far = await add_asset("far", lon=HERE[0] + 0.01, lat=HERE[1])
    near = await add_asset("near", lon=HERE[0] + 0.001, lat=HERE[1])
    taken = await add_asset("taken", lon=HERE[0], lat=HERE[1])
    await issue_labels([taken.id], registrar)
    page = await field.get(f"/crew/labels/{await blank(registrar)}/bind?near={HERE[0]},{HERE[1]}")
    assert offered(page) == [near.name, far.name, taken.name]
    assert "98 m" in page.text  # 0.001° of longitude at 28° north
    assert "Has the label" in page.text


async def test_without_a_position_one_searches_by_name_and_nonsense_does_no_harm(field, add_asset, registrar) -> None:
    await add_asset("东门公厕")
    await add_asset("西市公厕")
    code = await blank(registrar)
    assert offered(await field.get(f"/crew/labels/{code}/bind", params={"q": "西市"})) == ["西市公厕"]
    for near in ("here", "999,0", "1", ""):
        page = await field.get(f"/crew/labels/{code}/bind", params={"near": near, "q": "西市"})
        assert offered(page) == ["西市公厕"]
    nothing = await field.get(f"/crew/labels/{code}/bind", params={"q": "<b>"})
    assert "Nothing found" in nothing.text
    assert "<b>”" not in nothing.text


async def test_a_facility_that_is_not_there_leads_back_to_the_choice(field, registrar) -> None:
    page = await field.get(f"/crew/labels/{await blank(registrar)}/bind?asset=NO-SUCH")
    assert page.status_code == 404
    assert "Which facility" in page.text
    assert "NO-SUCH" in page.text


async def test_a_label_that_is_not_blank_leads_to_its_page(field, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    gone = await field.get(f"/crew/labels/{code}/bind")
    assert (gone.status_code, gone.headers["location"]) == (303, f"/A/{code}")


@pytest.mark.parametrize(("who", "status"), [("crew", 200), ("registrar", 200), ("dispatcher", 403), ("nobody", 401)])
async def test_crews_and_registrars_may_look(field, registrar, who, status) -> None:
    page = await field.get(f"/crew/labels/{await blank(registrar)}/bind", headers={"who": who})
    assert page.status_code == status
