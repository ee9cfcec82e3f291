"""Codes that lead nowhere."""

from __future__ import annotations

import re

import pytest

from foundation.act import Act
from foundation.codes import printed
from foundation.settings import Settings
from labels.check_word import check_word
from labels.service import void_label
from labels.service.issue import make_blank_labels
from tests.app.landing_page.material import DUTY, LANGS, main_of, speak

pytestmark = pytest.mark.anyio
ASTRAY = {
    "void": (410, "这张标签已作废", "This label is no longer valid"),
    "unknown": (404, "没有这张标签", "There is no such label"),
    "wrong": (400, "编号不对", "This code is not right"),
    "nonsense": (400, "这不是标签编号", "This is not a label code"),
    "blank": (200, "这是一块新标签", "This label is new"),
}


async def _astray(case: str, act: Act) -> str:
    codes = {"unknown": "00000001D", "wrong": "00000001A", "nonsense": "hello"}
    if case in codes:
        return codes[case]
    code = (await make_blank_labels(1, act, job="x", stock="a4-3x8"))[0].code
    if case == "void":
        await void_label(code, "spoilt", act)
    return code


@LANGS
@pytest.mark.parametrize("case", list(ASTRAY))
async def test_a_code_that_leads_nowhere_says_what_it_means_and_what_to_do(browser, act, case, lang) -> None:
    code = await _astray(case, act)
    answer = await browser().get(f"/A/{code}", headers=speak(lang))
    status, zh, en = ASTRAY[case]
    assert answer.status_code == status
    main = main_of(answer.text)
    assert f"<h1>{zh if lang == 'zh-CN' else en}</h1>" in main
    assert {"zh-CN": "可能是伪造的", "en": "it may be forged"}[lang] in main
    assert {"zh-CN": "请不要付款", "en": "Do not pay"}[lang] in main
    assert f'<a href="tel:{DUTY.replace(" ", "")}">{DUTY}</a>' in main
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", "", re.sub(r'<span lang="zh-CN">.*?</span>', "", main))
    assert bool(re.search("[一-鿿]", words)) == (lang == "zh-CN")
    if case in {"unknown", "wrong", "nonsense"}:
        assert 'action="/scan"' in main
    if case != "nonsense":
        assert printed(code) in main


async def test_without_a_duty_phone_there_is_still_something_to_do(browser, act, settings, monkeypatch) -> None:
    from app.public import astray

    monkeypatch.setattr(astray, "current_settings", lambda: Settings(data_dir=settings.data_dir))
    answer = await browser().get("/A/00000001D", headers=speak("en"))
    assert "tell whoever looks after the facility" in answer.text
    assert "tel:" not in answer.text


@pytest.mark.parametrize(
    ("case", "code"), [("void", "void_label"), ("unknown", "unknown_label"), ("wrong", "bad_check_character")]
)
async def test_programs_are_refused_as_everywhere(browser, act, case, code) -> None:
    answer = await browser().get(f"/A/{await _astray(case, act)}", headers={"accept": "application/json"})
    assert answer.status_code == ASTRAY[case][0]
    assert answer.json()["code"] == code


async def test_a_blank_label_shows_its_word(browser, act) -> None:
    blank = (await make_blank_labels(1, act, job="x", stock="a4-3x8"))[0]
    page = (await browser().get(f"/A/{blank.code}", headers=speak("zh-CN"))).text
    assert check_word(blank.check_word, "zh-CN") in page
