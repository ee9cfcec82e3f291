"""The page behind a label: whether the sticker is genuine, how to say that it is not, and codes that lead nowhere."""

from __future__ import annotations

import gzip
import io
import random
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from foundation.act import Act, system_act
from foundation.codes import printed
from foundation.database import DB, execute, fetchrow, fetchval, transaction
from foundation.files import FileStore
from foundation.settings import Settings
from labels.check_word import check_word
from labels.photos import photo_store
from labels.schemas import IssuedLabel
from labels.service import issue_labels, mark_fixed, replace_label, void_label
from labels.service.issue import make_blank_labels
from registry.queries import find_history
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset, write_signals

pytestmark = pytest.mark.anyio
LANGS = pytest.mark.parametrize("lang", ["zh-CN", "en"])
DUTY = "0577-5550 1000"
WIRE = 10 * 1024  # bytes of the compressed page


class Marked(NamedTuple):
    """A toilet and its label."""

    asset: AssetRead
    label: IssuedLabel

    @property
    def path(self) -> str:
        return f"/A/{self.label.code}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, public_url="https://qr.district.test", duty_phone=DUTY)


@pytest.fixture
def act(program: Any, clock: Any) -> Act:
    return system_act(clock.now)


@pytest.fixture
async def marked(act: Act) -> Marked:
    return await _mark(act)


async def _mark(act: Act, name: str = "东门公厕") -> Marked:
    new = AssetCreate(kind="public_toilet", name=name, name_en="East toilet", street="五马街道", address="府前街12号")
    asset = await register_asset(new, act)
    return Marked(asset, (await issue_labels([asset.id], act))[asset.id])


def _noise(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A photo that no JPEG makes small."""
    dice = random.Random(7)  # noqa: S311 - the same photo every time is the point
    picture = Image.frombytes("RGB", (size[0] // 4, size[1] // 4), dice.randbytes(size[0] * size[1] // 16 * 3))
    file = io.BytesIO()
    picture.resize(size).save(file, "JPEG", quality=90)
    return file.getvalue()


def _speak(lang: str) -> dict[str, str]:
    return {"accept-language": lang, "accept": "text/html"}


def _main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


@LANGS
async def test_the_page_says_what_the_sticker_must_show(browser, marked, lang) -> None:
    page = (await browser().get(marked.path, headers=_speak(lang))).text
    word, other = (check_word(marked.label.check_word, one) for one in (lang, "en" if lang == "zh-CN" else "zh-CN"))
    top = page[page.index("<main") : page.index("<h1>")]
    assert re.search(rf"{marked.label.printed}.*<strong>{word}</strong> / <span lang=[^>]+>{other}</span>", top, re.S)
    explained = re.search(r"<details><summary>.*?</details>", _main(page), re.S)
    assert explained
    for part in (word, marked.label.printed, "qr.district.test"):
        assert part in explained[0], part
    assert {"zh-CN": "伪造", "en": "forged"}[lang] in explained[0]


@LANGS
async def test_it_never_asks_for_payment_or_sign_in_and_says_so(browser, marked, act, lang) -> None:
    await void_label((await _mark(act, "西门公厕")).label.code, "stolen", act)
    sentence = {"zh-CN": "此码从不要求付款或登录", "en": "This code never asks for payment or sign-in"}[lang]
    blank = (await make_blank_labels(1, act, job="x", stock="a4-3x8"))[0].code
    for path in (marked.path, f"/A/{blank}", "/A/00000001D"):
        assert sentence in (await browser().get(path, headers=_speak(lang))).text, path


async def test_the_kept_page_follows_the_word_and_the_photo(browser, marked, settings) -> None:
    before = (await browser().get(marked.path, headers=_speak("zh-CN"))).text
    assert "<img" not in _main(before)
    number = (marked.label.check_word + 1) % 1024
    await execute("UPDATE label SET check_word = $2 WHERE id = $1", marked.label.id, number)
    assert check_word(number, "zh-CN") in (await browser().get(marked.path, headers=_speak("zh-CN"))).text
    key = photo_store().put(_noise())
    await execute("UPDATE label SET photo = $2 WHERE id = $1", marked.label.id, key)
    page = (await browser().get(marked.path, headers=_speak("zh-CN"))).text
    small, large = re.findall(r"<img [^>]+>", _main(page))
    address = f"{marked.path}/photo?k={key[:16]}"
    assert 'loading="lazy"' in small
    assert 'loading="lazy"' in large
    assert 'decoding="async" width="128" height="96" alt="标签贴在这里"' in small
    assert 'width="400" height="300" alt="标签张贴位置的照片"' in large
    assert f'src="{address}&amp;small=1"' in small
    assert f'src="{address}"' in large


@LANGS
async def test_where_the_label_hangs_is_seen_without_opening_anything(browser, marked, act, lang) -> None:
    await mark_fixed(marked.label.code, act, photo=_noise((800, 600)))
    top = _main((await browser().get(marked.path, headers=_speak(lang))).text).partition("<h1>")[0]
    assert {"zh-CN": "标签贴在这里", "en": "The label hangs here"}[lang] in top
    assert check_word(marked.label.check_word, lang) in top
    assert "<details" not in top


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600)])
async def test_the_picture_everybody_gets_weighs_little(browser, marked, act, size) -> None:
    await mark_fixed(marked.label.code, act, photo=_noise(size))
    page = (await browser().get(marked.path)).text
    address = re.findall(r'<img src="([^"]+)"', page)[0].replace("&amp;", "&")
    answer = await browser().get(address)
    assert len(answer.content) <= 8_000
    assert "immutable" in answer.headers["cache-control"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert 128 <= max(picture.size) <= 256


async def test_the_page_takes_one_round_trip(browser, marked, monkeypatch) -> None:
    trips = []
    ask = DB.with_connection

    async def counted(*args: Any, **kwargs: Any) -> Any:
        trips.append(args)
        return await ask(*args, **kwargs)

    monkeypatch.setattr(DB, "with_connection", counted)
    assert (await browser().get(marked.path)).status_code == 200
    assert len(trips) == 1


# ── The label looks wrong ────────────────────────────────────────────────────────────────────────────────────────────


def _label_form(page: str) -> str:
    found = re.search(r'<details id="label".*?</details>', page, re.S)
    assert found
    return found[0]


@pytest.mark.parametrize("category", ["label_wrong", "label_damaged"])
async def test_a_label_that_looks_wrong_is_reported_in_one_form(browser, marked, category) -> None:
    one = browser(headers=_speak("en"))
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
    page = (await browser().get(marked.path, headers=_speak("zh-CN"))).text
    assert page.index('<details id="label">') < page.index('id="report"')
    tiles = page[page.index('id="report"') :]
    assert "label_wrong" not in tiles
    assert 'value="other"' in tiles
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]+)"', page)) <= set(ids)


@LANGS
async def test_a_photo_that_is_none_opens_the_form_about_the_label_again(browser, marked, lang) -> None:
    one = browser(headers=_speak(lang))
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
    answer = await browser(headers=_speak("en")).post(
        f"{marked.path}/report", data={"category": "odour", "phone": "call me"}
    )
    assert answer.status_code == 400
    assert 'role="alert"' not in _label_form(answer.text)
    assert 'role="alert"' in answer.text[answer.text.index('id="report"') :]


# ── A label that was replaced ────────────────────────────────────────────────────────────────────────────────────────


@LANGS
async def test_an_old_label_leads_on_and_the_page_says_so(browser, marked, act, lang) -> None:
    successor = (await replace_label(marked.label.code, act)).code
    one = browser(headers=_speak(lang))
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
    one = browser(headers=_speak("en"), follow_redirects=True)
    answer = await one.get(f"{marked.path}?as=citizen")
    assert str(answer.url).endswith(f"/A/{third}?from={marked.label.code}&as=citizen")
    assert marked.label.printed in answer.text
    assert printed(second) not in answer.text


@pytest.mark.parametrize("stranger", ["7F3K9QXDY", "<script>alert(1)</script>", "x" * 3000, ""])
async def test_nobody_makes_the_page_say_what_is_not_so(browser, marked, act, stranger) -> None:
    successor = (await replace_label(marked.label.code, act)).code
    page = await browser().get(f"/A/{successor}", params={"from": stranger}, headers=_speak("en"))
    assert page.status_code == 200
    assert "was replaced" not in page.text
    assert "alert(1)" not in page.text


async def test_a_label_of_another_facility_is_no_forerunner(browser, marked, act) -> None:
    other = await _mark(act, "西门公厕")
    await replace_label(other.label.code, act)
    page = await browser().get(f"{marked.path}?from={other.label.code}", headers=_speak("en"))
    assert other.label.printed not in page.text


# ── Codes that lead nowhere ──────────────────────────────────────────────────────────────────────────────────────────

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
    answer = await browser().get(f"/A/{code}", headers=_speak(lang))
    status, zh, en = ASTRAY[case]
    assert answer.status_code == status
    main = _main(answer.text)
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
    answer = await browser().get("/A/00000001D", headers=_speak("en"))
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
    page = (await browser().get(f"/A/{blank.code}", headers=_speak("zh-CN"))).text
    assert check_word(blank.check_word, "zh-CN") in page


# ── The photo ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_photo_is_small_and_kept_for_ever_by_its_key(browser, marked, act, settings) -> None:
    await mark_fixed(marked.label.code, act, photo=_noise())
    key = await fetchval("SELECT photo FROM label WHERE id = $1", marked.label.id)
    one = browser()
    answer = await one.get(f"{marked.path}/photo?k={key[:16]}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "cookie" not in answer.headers["vary"].lower()
    assert len(answer.content) <= 30_000
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert 160 <= max(picture.size) <= 400
    assert (settings.data_dir / "thumbnails" / f"{key}-400.jpg").read_bytes() == answer.content
    assert (await one.get(f"{marked.path.lower()}/photo?k={key[:16]}")).content == answer.content
    for stale in (f"{marked.path}/photo", f"{marked.path}/photo?k={'0' * 16}"):
        assert "immutable" not in (await one.get(stale)).headers["cache-control"]


async def test_a_quiet_photo_keeps_its_four_hundred_pixels(browser, marked, act) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1200, 1600), (20, 90, 80)).save(file, "PNG")
    await mark_fixed(marked.label.code, act, photo=file.getvalue())
    answer = await browser().get(f"{marked.path}/photo")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (300, 400)


async def test_no_other_file_than_that_labels_photo(browser, marked, act, settings) -> None:
    other = await _mark(act, "西门公厕")
    one = browser(headers=_speak("en"))
    secret = FileStore(settings.files_dir).put(_noise())
    assert (await one.get(f"{marked.path}/photo?k={secret[:16]}")).status_code == 404
    await mark_fixed(other.label.code, act, photo=_noise((800, 600)))
    assert (await one.get(f"{marked.path}/photo")).status_code == 404
    assert (await one.get("/A/00000001D/photo")).status_code == 404
    assert (await one.get("/A/hello/photo")).status_code == 400
    assert (await one.get(f"{other.path}/photo")).status_code == 200
    await void_label(other.label.code, "stolen", act)
    assert (await one.get(f"{other.path}/photo")).status_code == 404


async def test_a_photo_that_was_deleted_is_gone_though_its_copy_is_left(browser, marked, act, settings) -> None:
    await mark_fixed(marked.label.code, act, photo=_noise((800, 600)))
    assert (await browser().get(f"{marked.path}/photo")).status_code == 200
    photo_store().delete(await fetchval("SELECT photo FROM label WHERE id = $1", marked.label.id))
    assert (await browser().get(f"{marked.path}/photo")).status_code == 404


# ── What it weighs ───────────────────────────────────────────────────────────────────────────────────────────────────


@LANGS
async def test_a_busy_page_with_everything_on_it_weighs_ten_kilobytes_at_most(browser, marked, act, lang) -> None:
    await mark_fixed(marked.label.code, act, photo=_noise((800, 600)))
    known = [
        {"category": key, "reporters": n, "zh": zh, "en": en, "due_at": "2026-11-25T09:00:00+00:00", "state": "filed"}
        for n, (key, zh, en) in enumerate(
            [
                ("overflow", "堵塞、粪便外溢", "Blocked or overflowing"),
                ("label_wrong", "标签可疑", "The label looks wrong"),
            ],
            1,
        )
    ]
    async with transaction():
        await write_signals(marked.asset.id, known=known, last_service_at=act.at, last_service_zh="全面保洁",
                            last_service_en="Full clean", next_service_at=act.at, next_service_zh="全面保洁",
                            next_service_en="Full clean")  # fmt: skip
    headers = {**_speak(lang), "accept-encoding": "gzip"}
    async with browser().stream("GET", marked.path, headers=headers) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    page = gzip.decompress(packed).decode()
    assert page.count('class="btn sec-btn"') == 2
    assert "<img" in _main(page)
    assert len(packed) <= WIRE
