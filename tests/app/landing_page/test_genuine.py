"""Whether the sticker is genuine: what the page says of it."""

from __future__ import annotations

import re

import pytest

from foundation.database import execute
from labels.check_word import check_word
from labels.photos import photo_store
from labels.service import mark_fixed, void_label
from labels.service.issue import make_blank_labels
from tests.app.landing_page.material import LANGS, main_of, mark, noise, speak

pytestmark = pytest.mark.anyio


@LANGS
async def test_the_page_says_what_the_sticker_must_show(browser, marked, lang) -> None:
    page = (await browser().get(marked.path, headers=speak(lang))).text
    word, other = (check_word(marked.label.check_word, one) for one in (lang, "en" if lang == "zh-CN" else "zh-CN"))
    top = page[page.index("<main") : page.index("<h1>")]
    assert re.search(rf"{marked.label.printed}.*<strong>{word}</strong> / <span lang=[^>]+>{other}</span>", top, re.S)
    explained = re.search(r"<details><summary>.*?</details>", main_of(page), re.S)
    assert explained
    for part in (word, marked.label.printed, "qr.district.test"):
        assert part in explained[0], part
    assert {"zh-CN": "伪造", "en": "forged"}[lang] in explained[0]


@LANGS
async def test_it_never_asks_for_payment_or_sign_in_and_says_so(browser, marked, act, lang) -> None:
    await void_label((await mark(act, "西门公厕")).label.code, "stolen", act)
    sentence = {"zh-CN": "此码从不要求付款或登录", "en": "This code never asks for payment or sign-in"}[lang]
    blank = (await make_blank_labels(1, act, job="x", stock="a4-3x8"))[0].code
    for path in (marked.path, f"/A/{blank}", "/A/00000001D"):
        assert sentence in (await browser().get(path, headers=speak(lang))).text, path


async def test_the_kept_page_follows_the_word_and_the_photo(browser, marked, settings) -> None:
    before = (await browser().get(marked.path, headers=speak("zh-CN"))).text
    assert "<img" not in main_of(before)
    number = (marked.label.check_word + 1) % 1024
    await execute("UPDATE label SET check_word = $2 WHERE id = $1", marked.label.id, number)
    assert check_word(number, "zh-CN") in (await browser().get(marked.path, headers=speak("zh-CN"))).text
    key = photo_store().put(noise())
    await execute("UPDATE label SET photo = $2 WHERE id = $1", marked.label.id, key)
    page = (await browser().get(marked.path, headers=speak("zh-CN"))).text
    small, large = re.findall(r"<img [^>]+>", main_of(page))
    address = f"{marked.path}/photo?k={key[:16]}"
    assert 'loading="lazy"' in small
    assert 'loading="lazy"' in large
    assert 'decoding="async" width="128" height="96" alt="标签贴在这里"' in small
    assert 'width="400" height="300" alt="标签张贴位置的照片"' in large
    assert f'src="{address}&amp;small=1"' in small
    assert f'src="{address}"' in large


@LANGS
async def test_where_the_label_hangs_is_seen_without_opening_anything(browser, marked, act, lang) -> None:
    await mark_fixed(marked.label.code, act, photo=noise((800, 600)))
    top = main_of((await browser().get(marked.path, headers=speak(lang))).text).partition("<h1>")[0]
    assert {"zh-CN": "标签贴在这里", "en": "The label hangs here"}[lang] in top
    assert check_word(marked.label.check_word, lang) in top
    assert "<details" not in top
