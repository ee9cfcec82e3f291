"""A label that was replaced leads on to its successor."""

from __future__ import annotations

import pytest

from foundation.codes import printed
from labels.check_word import check_word
from labels.service import replace_label
from tests.app.landing_page.material import LANGS, mark, speak

pytestmark = pytest.mark.anyio


@LANGS
async def test_an_old_label_leads_on_and_the_page_says_so(browser, marked, act, lang) -> None:
    successor = (await replace_label(marked.label.code, act)).code
    one = browser(headers=speak(lang))
    answer = await one.get(marked.path)
    assert (answer.status_code, answer.headers["location"]) == (302, f"/A/{successor}?from={marked.label.code}")
    page = (await one.get(answer.headers["location"])).text
    notice = page[page.index("<main") : page.index('class="kind"')]
    assert {"zh-CN": "您扫描的标签已换成现在这张", "en": "The label you scanned was replaced by this one"}[
        lang
    ] in notice
    assert marked.label.printed in notice
    assert check_word(marked.label.check_word, lang) in notice
    other = {"zh-CN": "en", "en": "zh-CN"}[lang]
    assert f'href="?from={marked.label.code}&amp;lang={other}"' in page
    assert marked.label.printed not in (await one.get(f"/A/{successor}")).text, "not kept for the next reader"


async def test_over_two_successors_the_scanned_label_is_named_and_the_face_is_kept(browser, marked, act) -> None:
    second = (await replace_label(marked.label.code, act)).code
    third = (await replace_label(second, act)).code
    one = browser(headers=speak("en"), follow_redirects=True)
    answer = await one.get(f"{marked.path}?as=citizen")
    assert str(answer.url).endswith(f"/A/{third}?from={marked.label.code}&as=citizen")
    assert marked.label.printed in answer.text
    assert printed(second) not in answer.text


@pytest.mark.parametrize("stranger", ["7F3K9QXDY", "<script>alert(1)</script>", "x" * 3000, ""])
async def test_nobody_makes_the_page_say_what_is_not_so(browser, marked, act, stranger) -> None:
    successor = (await replace_label(marked.label.code, act)).code
    page = await browser().get(f"/A/{successor}", params={"from": stranger}, headers=speak("en"))
    assert page.status_code == 200
    assert "was replaced" not in page.text
    assert "alert(1)" not in page.text


async def test_a_label_of_another_facility_is_no_forerunner(browser, marked, act) -> None:
    other = await mark(act, "西门公厕")
    await replace_label(other.label.code, act)
    page = await browser().get(f"{marked.path}?from={other.label.code}", headers=speak("en"))
    assert other.label.printed not in page.text
