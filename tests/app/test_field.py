"""A label in a crew's hand: where it leads, what is offered there, and the page with the scanner."""

from __future__ import annotations

import pytest

from app.accounts.service import set_crews
from foundation.act import system_act
from foundation.database import fetch, fetchval
from foundation.principals import Role
from labels.service import issue_labels
from labels.service.issue import make_blank_labels
from maintenance.schemas import ReportCreate
from maintenance.service import dispatch_request, register_crew, report_fault
from registry.schemas import AssetCreate, AssetRead
from registry.service import register_asset

pytestmark = pytest.mark.anyio
EN = {"accept-language": "en"}
PLACE = {"lon": "120.654321", "lat": "28.012345"}


@pytest.fixture
async def toilet(program, clock) -> AssetRead:
    given = AssetCreate(kind="public_toilet", name="东门公厕", street="五马街道", lon=120.65, lat=28.01)
    return await register_asset(given, system_act(clock.now))


@pytest.fixture
async def label(toilet, clock) -> str:
    """The toilet's label, printed and perhaps not stuck on yet."""
    return (await issue_labels([toilet.id], system_act(clock.now)))[toilet.id].code


@pytest.fixture
async def blank(program, clock) -> str:
    (made,) = await make_blank_labels(1, system_act(clock.now), job="x", stock="a4-3x8")
    return made.code


@pytest.mark.parametrize("role", [Role.CREW, Role.REGISTRAR])
async def test_a_blank_label_leads_who_may_bind_it_to_binding_it(signed_in, blank, role) -> None:
    one = await signed_in("one", role)
    led = await one.get(f"/A/{blank.lower()}")
    assert (led.status_code, led.headers["location"]) == (303, f"/crew/labels/{blank}/bind")
    assert (await one.get(led.headers["location"])).status_code == 200
    assert (await one.get(f"/A/{blank}?as=citizen")).status_code == 200


async def test_a_blank_label_tells_everybody_else_that_it_is_new(signed_in, browser, blank) -> None:
    for one in (browser(), await signed_in("one", Role.DISPATCHER)):
        page = await one.get(f"/A/{blank}", headers=EN)
        assert page.status_code == 200
        assert "label" in page.text
        assert "/bind" not in page.text


async def test_a_crew_says_that_a_printed_label_is_fixed_and_a_fixed_one_worn(signed_in, label, toilet) -> None:
    crew = await signed_in("one", Role.CREW, headers=EN)
    page = await crew.get(f"/A/{label}")
    assert f'action="/crew/labels/{label}/fixed"' in page.text
    assert "/worn" not in page.text
    fixed = await crew.send_form(f"/crew/labels/{label}/fixed", **PLACE)
    told = await crew.get(fixed.headers["location"])
    assert "Noted: the label is in its place." in told.text
    assert f'action="/crew/labels/{label}/worn"' in told.text
    worn = await crew.send_form(f"/crew/labels/{label}/worn")
    told = await crew.get(worn.headers["location"])
    assert "Noted: the label is worn." in told.text
    assert "/crew/labels/" not in told.text
    assert "/crew/labels/" not in (await crew.get(f"/A/{label}?as=citizen")).text


async def test_a_form_without_the_session_s_token_changes_nothing(signed_in, label) -> None:
    crew = await signed_in("one", Role.CREW)
    assert (await crew.post(f"/crew/labels/{label}/fixed", data=PLACE)).status_code == 403
    assert (await crew.post(f"/crew/labels/{label}/seen", data=PLACE)).status_code == 403
    assert await fetchval("SELECT count(*) FROM label_sighting") == 0
    sent = {"X-CSRF-Token": await crew.csrf()}
    assert (await crew.post(f"/crew/labels/{label}/seen", data=PLACE, headers=sent)).status_code == 204
    assert await fetchval("SELECT count(*) FROM label_sighting") == 1


async def test_what_was_just_done_is_told_on_the_job_too(signed_in, clock, toilet, label) -> None:
    act = system_act(clock.now)
    crew = await signed_in("one", Role.CREW, headers=EN)
    crew_id = await register_crew("三队", act)
    await set_crews(await fetchval("SELECT id FROM account WHERE name = 'one'"), [crew_id], act)
    report = await report_fault(toilet.id, ReportCreate(category="overflow"), act)
    await dispatch_request(report.number, crew_id, "", act)
    asked = await crew.get(f"/A/{label}")
    assert asked.status_code == 200, "nobody has said yet that the label is in its place"
    job, offer = ('class="btn full" href="/crew/orders/', f'action="/crew/labels/{label}/fixed"')
    assert asked.text.index(job) < asked.text.index(offer)
    fixed = await crew.send_form(f"/crew/labels/{label}/fixed", **PLACE)
    led = await crew.get(fixed.headers["location"])
    assert led.headers["location"].startswith("/crew/orders/")
    assert "Noted: the label is in its place." in (await crew.get(led.headers["location"])).text
    assert "notice" not in (await crew.get(f"/A/{label}")).headers["location"]


async def test_a_citizen_s_report_leaves_a_coarse_sighting_and_none_without_a_position(browser, label, clock) -> None:
    citizen = browser()
    for typed in ({}, {"lon": "x", "lat": "28"}, {"lon": "120.6"}, PLACE | {"website": "http://bot"}):
        await citizen.post(f"/A/{label}/report", data={"category": "overflow", **typed})
    assert await fetch("SELECT 1 FROM label_sighting") == []
    sent = await citizen.post(f"/A/{label}/report", data={"category": "odour", **PLACE})
    assert sent.status_code == 303
    (row,) = await fetch("SELECT lon, lat, source, at FROM label_sighting")
    assert tuple(row) == (120.654, 28.012, "citizen", clock.now)


@pytest.mark.parametrize(("lang", "words"), [("zh-CN", "扫标签"), ("en", "Scan a label")])
async def test_the_scanner_s_page_alone_may_run_webassembly(signed_in, lang, words) -> None:
    crew = await signed_in("one", Role.CREW, headers={"accept-language": lang})
    page, today = await crew.get("/crew/scan"), await crew.get("/crew")
    assert words in page.text
    assert 'data-public="https://district.test"' in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert policy.replace(" 'wasm-unsafe-eval'", "") == today.headers["content-security-policy"]
    assert 'href="/crew/scan"' in today.text


async def test_the_scanner_is_for_staff(browser, signed_in) -> None:
    away = await browser().get("/crew/scan")
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=%2Fcrew%2Fscan")
    assert (await (await signed_in("two")).get("/crew/scan")).status_code == 403
