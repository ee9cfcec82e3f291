"""How to say that the label looks wrong."""

from __future__ import annotations

import re

import pytest

from foundation.database import fetchrow
from registry.queries import find_history
from tests.app.landing_page.material import LANGS, speak

pytestmark = pytest.mark.anyio


def _label_form(page: str) -> str:
    found = re.search(r'<details id="label".*?</details>', page, re.S)
    assert found
    return found[0]


@pytest.mark.parametrize("category", ["label_wrong", "label_damaged"])
async def test_a_label_that_looks_wrong_is_reported_in_one_form(browser, marked, category) -> None:
    one = browser(headers=speak("en"))
    form = _label_form((await one.get(marked.path)).text)
    assert f'action="{marked.path}/report"' in form
    assert re.findall(r'name="category" value="(\w+)"( required checked)?', form) == [
        ("label_wrong", " required checked"),
        ("label_damaged", ""),
    ]
    answer = await one.post(f"{marked.path}/report", data={"category": category, "description": "", "website": ""})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/R/")
    story = (await one.get(answer.headers["location"])).text
    assert {"label_wrong": "The label looks wrong", "label_damaged": "damaged or hard to read"}[category] in story
    line = (await find_history(marked.asset.id, None)).items[0]
    assert (line.kind, line.data["category_key"]) == ("service_request.reported", category)
    row = await fetchrow("SELECT category, priority FROM service_request")
    assert tuple(row) == (category, "P4")
    assert "Reported by 1" in (await one.get(marked.path)).text


async def test_it_stands_near_the_top_and_not_among_the_faults_of_the_facility(browser, marked) -> None:
    page = (await browser().get(marked.path, headers=speak("zh-CN"))).text
    assert page.index('<details id="label">') < page.index('id="report"')
    tiles = page[page.index('id="report"') :]
    assert "label_wrong" not in tiles
    assert 'value="other"' in tiles
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]+)"', page)) <= set(ids)


@LANGS
async def test_a_photo_that_is_none_opens_the_form_about_the_label_again(browser, marked, lang) -> None:
    one = browser(headers=speak(lang))
    sent = {"category": "label_damaged", "description": "糊了 <b>"}
    answer = await one.post(f"{marked.path}/report", data=sent, files={"photo": ("a.jpg", b"%PDF-1.7", "image/jpeg")})
    assert answer.status_code == 400
    form = _label_form(answer.text)
    assert form.startswith('<details id="label" open>')
    assert 'href="#l-photo"' in form
    assert "糊了 &lt;b&gt;" in form
    assert re.search(r'value="label_damaged" required checked', form)
    assert 'role="alert"' not in answer.text.replace(form, "")
    clean = (await one.get(marked.path)).text
    assert "糊了" not in clean, "what one reader typed is kept for nobody else"


async def test_a_fault_of_the_facility_comes_back_in_its_own_form(browser, marked) -> None:
    answer = await browser(headers=speak("en")).post(
        f"{marked.path}/report", data={"category": "odour", "phone": "call me"}
    )
    assert answer.status_code == 400
    assert 'role="alert"' not in _label_form(answer.text)
    assert 'role="alert"' in answer.text[answer.text.index('id="report"') :]
