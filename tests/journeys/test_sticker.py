"""The main job: from a file of facilities to a repaired fault, in three faces, and on to the next planned round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from foundation.database.embedded import Binaries
from tests.journeys.face import Face
from tests.journeys.material import photo, read_sheet, small_district
from tests.journeys.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.journey]
Person = Callable[..., Face]

WORDS = "二号厕位堵了，水漫到门口，请尽快处理。"
MAPPED = ["SEARCH01_TC=street"]


@dataclass
class Story:
    """What one step of the story leaves for the next."""

    kind_of_data: str
    figures: dict[str, object] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    label: str = ""
    report: str = ""
    request: str = ""
    order: str = ""
    broke_off: str = ""


@pytest.fixture(scope="module", params=["small", "hongkong"])
def story(request: pytest.FixtureRequest) -> Story:
    """The same story on data of the test's own, and on the real toilets of Hong Kong where they are at hand."""
    if request.param == "hongkong":
        request.getfixturevalue("outside_data")
    return Story(request.param)


@pytest.fixture(scope="module")
def program(story: Story, folder: Path, pg_binaries: Binaries) -> Iterator[Program]:
    """A district of its own for each telling."""
    home = folder / story.kind_of_data
    home.mkdir()
    home.chmod(0o711)
    with Program(home, pg_binaries.folder).serving() as running:
        yield running


@pytest.fixture(autouse=True)
def chapter(story: Story, request: pytest.FixtureRequest) -> Iterator[None]:
    """A chapter whose story broke off earlier is not told."""
    if story.broke_off:
        pytest.skip(f"the story broke off at {story.broke_off}")
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        story.broke_off = request.node.name


def test_facilities_are_imported(story: Story, program: Program, request: pytest.FixtureRequest) -> None:
    if story.kind_of_data == "small":
        file = small_district(program.folder / "toilets.geojson")
        arguments = [str(file), "--key", "编号"]
    else:
        file = request.getfixturevalue("outside_data") / "toilets/hongkong_public_toilets.geojson"
        arguments = [str(file), "--key", "OBJECTID", *(part for pair in MAPPED for part in ("--map", pair))]
    story.figures = program.json("import", *arguments, "--kind", "public_toilet")
    assert story.figures["rejected"] == 0
    assert story.figures["created"] == story.figures["read"] == (30 if story.kind_of_data == "small" else 809)
    again = program.json("import", *arguments, "--kind", "public_toilet")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, story.figures["read"])


def test_everybody_gets_an_account_and_the_crew_its_people(program: Program, person: Person) -> None:
    program.account("guan", "administrator")
    for name, role in (("desk-diao", "dispatcher"), ("crew-wei", "crew"), ("cha", "inspector"), ("hua", "planner")):
        program.account(name, role)
    program.account("deng", "registrar")
    desk = person(desk=True)
    desk.sign_in("guan")
    desk.open("/desk/accounts")
    desk.page.locator("[name=crew_name]").fill("保洁一班")
    desk.page.locator("[name=crew_name_en]").fill("Cleaning Crew 1")
    desk.press(desk.page.locator("form[action='/desk/accounts/crews'] button"))
    expect(desk.page.get_by_role("cell", name="保洁一班")).to_be_visible()
    desk.press(desk.page.get_by_role("link", name="crew-wei", exact=True))
    desk.page.get_by_label("保洁一班").check()
    desk.press(desk.page.locator("form[action$='/crews'] button"))
    expect(desk.page.get_by_label("保洁一班")).to_be_checked()


def test_the_sheet_holds_a_label_for_each_facility(story: Story, program: Program, person: Person) -> None:
    desk = person(desk=True)
    desk.sign_in("deng", wanted="/desk/labels")
    street = "柳荫街道" if story.kind_of_data == "small" else "離島區"
    desk.open(f"/desk/labels?kind=public_toilet&street={street}")
    expect(desk.page.locator("form[action='/desk/labels/print'] button[type=submit]")).to_be_visible()
    sheet = program.folder / "labels.pdf"
    printed = program.json("labels", "print", "--kind", "public_toilet", "--out", str(sheet))
    assert printed["labels"] == story.figures["created"]
    story.labels = read_sheet(sheet)
    assert len(set(story.labels)) == min(24, printed["labels"])
    assert all(label.startswith(program.address.upper() + "/A/") for label in story.labels)


def test_a_citizen_scans_and_reports_in_chinese_with_a_photo(story: Story, person: Person) -> None:
    phone = person()
    story.label = story.labels[4]
    phone.open(story.label.replace("HTTP://", "http://"))
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(phone.page.get_by_text("此码从不要求付款或登录")).to_be_visible()
    phone.page.get_by_label("堵塞、粪便外溢").check()
    phone.page.locator("#report [name=photo]").set_input_files(photo("before", (120, 90, 60)))
    phone.page.locator("#report [name=description]").fill(WORDS)
    phone.page.locator("#report [name=phone]").fill("0577-88001234")
    phone.press(phone.page.locator("#report button[type=submit]"))
    story.report = phone.page.url.split("?")[0]
    assert re.search(r"/R/[A-Za-z0-9_-]{16,}$", story.report)
    expect(phone.page.locator("figure img")).to_be_visible()
    expect(phone.page.locator("h1")).to_contain_text(re.compile("[一-鿿]"))
    story.request = phone.page.locator("main .code").first.inner_text()


def test_the_label_tells_the_next_citizen_what_is_known(story: Story, person: Person) -> None:
    phone = person(lang="en")
    phone.open(story.label.replace("HTTP://", "http://"))
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    expect(phone.page.locator(".known")).to_contain_text("Blocked or overflowing")
    phone.press("I see this too +1")
    assert "/R/" in phone.page.url
    phone.open(story.label.replace("HTTP://", "http://"))
    expect(phone.page.locator(".known")).to_contain_text("Reported by 2")
    assert WORDS not in phone.page.content()


def test_the_dispatcher_finds_it_in_the_queue_and_sends_a_crew(story: Story, person: Person) -> None:
    desk = person(desk=True)
    desk.sign_in("desk-diao")
    assert desk.page.url.endswith("/desk")
    desk.press(desk.page.locator("nav a[href='/desk/requests']"))
    desk.press(desk.page.locator("tr[data-row]", has_text=story.request).locator("a").first)
    expect(desk.page.locator("figure img")).to_be_visible()
    desk.press(desk.page.locator("form[action$='/contact'] button"))
    expect(desk.page.locator("main")).to_contain_text(WORDS)
    desk.page.locator("[name=crew_id]").select_option(label="保洁一班 · 0")
    desk.press(desk.page.locator("form[action$='/dispatch'] button"))
    desk.press(desk.page.locator("main a[href^='/desk/orders/']").first)
    story.order = desk.page.url.rsplit("/", 1)[1].split("?")[0]
    desk.open("/desk/orders")
    expect(desk.page.locator("tr[data-row]", has_text=story.order)).to_contain_text("保洁一班")


def test_the_crew_opens_the_same_label_and_does_the_job(story: Story, person: Person) -> None:
    crew = person()
    crew.sign_in("crew-wei")
    assert crew.page.url.endswith("/crew")
    expect(crew.page.locator(f"a[href='/crew/orders/{story.order}']")).to_be_visible()
    crew.open(story.label.replace("HTTP://", "http://"))
    expect(crew.page.locator(f"a.btn[href^='/crew/orders/{story.order}']")).to_be_visible()
    crew.press("标签已贴在这里")
    assert urlsplit(crew.page.url).path == f"/crew/orders/{story.order}"
    expect(crew.page.locator("body")).to_contain_text("已记录：标签已贴好")
    crew.open(story.label.replace("HTTP://", "http://"))
    assert urlsplit(crew.page.url).path == f"/crew/orders/{story.order}", "what is known is not asked again"
    for tick in crew.page.locator("#finish input[type=checkbox]").all():
        tick.check()
    crew.page.locator("[name=photo]").set_input_files(photo("after", (60, 120, 90)))
    crew.press(crew.page.locator(".dock button"))
    expect(crew.page.locator(f"a[href='/crew/orders/{story.order}']")).to_have_count(0)


def test_somebody_else_verifies_and_the_dispatcher_closes(story: Story, person: Person) -> None:
    desk = person(desk=True)
    desk.sign_in("cha", wanted=f"/desk/orders/{story.order}")
    expect(desk.page.locator("figure img").last).to_be_visible()
    desk.press(desk.page.locator("form[action$='/act/verify'] button"))
    office = person(desk=True)
    office.sign_in("desk-diao", wanted=f"/desk/orders/{story.order}")
    office.press(office.page.locator("form[action$='/act/close'] button"))
    expect(office.page.locator("form[action$='/act/close']")).to_have_count(0)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_public_pages_tell_it_in_both_languages(story: Story, person: Person, lang: str) -> None:
    phone = person(lang=lang)
    phone.open(story.report)
    expect(phone.page.locator("figure img")).to_have_count(2)
    fault = {"zh-CN": "堵塞、粪便外溢", "en": "Blocked or overflowing"}[lang]
    expect(phone.page.locator("main")).to_contain_text(fault)
    steps = phone.page.locator("ol.tl li").all_inner_texts()
    assert len(steps) >= 5, steps
    chinese = [step for step in steps if re.search("[一-鿿]", step)]
    assert len(chinese) == (len(steps) if lang == "zh-CN" else 0), steps
    phone.open(story.label.replace("HTTP://", "http://"))
    expect(phone.page.locator(".known")).to_have_count(0)
    history = phone.page.locator("ol.tl").inner_text()
    assert bool(re.search("[一-鿿]", history)) == (lang == "zh-CN"), history
    for secret in (WORDS, "0577-88001234", "crew-wei", "desk-diao"):
        assert secret not in phone.page.content()


def test_a_plan_of_the_catalogue_opens_the_next_round_behind_the_same_label(
    story: Story, program: Program, person: Person
) -> None:
    desk = person(desk=True)
    desk.sign_in("hua", wanted="/desk/plans")
    desk.press(desk.page.locator("a[href^='/desk/plans/adopt']").first)
    desk.open("/desk/plans/adopt?kind=public_toilet")
    desk.page.locator("[name=crew_id]").select_option(label="保洁一班")
    desk.press(desk.page.locator("form[method=post]:has([name=crew_id]) button[type=submit]"))
    desk.press(desk.page.get_by_role("link", name="全面保洁"))
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)
    opened = program.json("due", "--until", str(tomorrow))
    assert opened["opened"] >= story.figures["created"]
    assert program.json("due", "--until", str(tomorrow))["opened"] == 0
    crew = person()
    crew.sign_in("crew-wei")
    crew.open(story.label.replace("HTTP://", "http://"))
    expect(crew.page.locator("main")).to_contain_text("全面保洁")
    crew.press(crew.page.locator("main a[href^='/crew/orders/']", has_text="全面保洁").first)
    assert story.order not in crew.page.url
    expect(crew.page.locator("#finish")).to_contain_text("地面净")
    phone = person()
    phone.open(story.label.replace("HTTP://", "http://"))
    expect(phone.page.locator("main")).to_contain_text("下次")


def test_the_history_of_all_of_it_holds(story: Story, program: Program) -> None:
    checked = program.json("history", "verify")
    assert checked["broken"] == []
    assert checked["assets"] == story.figures["created"]
