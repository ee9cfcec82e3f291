"""The reprint queue: which labels wait and why, what takes them out, and how they are printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from foundation.database import execute, fetchval, transaction
from foundation.errors import Forbidden, NotFound, NotSignedIn, Refused
from foundation.principals import Grant, Principal, Role
from foundation.settings import load_settings, use_settings
from labels.queries import count_selected, find_selected
from labels.queries.inventory import measures_of
from labels.queries.reprints import count_reprints, find_reprints, reprint_asset_ids
from labels.queries.watch import WatchFilter
from labels.schemas import Selection
from labels.service import bind_label, issue_labels, mark_fixed, mark_worn, replace_label, void_label
from labels.service.hearing import clear_wishes
from labels.service.issue import make_blank_labels
from labels.service.means import save_stock
from labels.service.watch import dismiss_wish
from labels.stock import STOCKS
from registry.queries import find_history
from registry.service import retire_asset
from tests.labels.watch.material import label_id, later

pytestmark = pytest.mark.anyio
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _five_years() -> None:
    use_settings(load_settings({}))


@pytest.fixture
def issue(add_asset, registrar):
    """A facility with a label."""

    async def make(name: str, **values: object):
        asset = await add_asset(name, **values)
        return asset, (await issue_labels([asset.id], registrar))[asset.id].code

    return make


async def wish(code: str, act, reason: str = "damaged", reports: int = 1) -> None:
    await execute("INSERT INTO label_wish VALUES ($1, $2, $3, $4)", await label_id(code), reason, act.at, reports)


async def print_it(code: str, at) -> None:
    await execute("UPDATE label SET printed_at = $2 WHERE code = $1", code, at)


async def queue(act, **values: object) -> list[tuple[str, str]]:
    page = await find_reprints(WatchFilter(**values), act.at)
    return [(label.code, label.reason) for label in page.items]


async def test_why_a_label_waits_and_since_when(issue, registrar) -> None:
    _, wrong = await issue("一")
    _, damaged = await issue("二")
    _, worn = await issue("三")
    _, old = await issue("四")
    _, good = await issue("五")
    await print_it(old, registrar.at - 5 * YEAR - timedelta(days=1))
    await print_it(good, registrar.at - 5 * YEAR + timedelta(days=1))
    await wish(wrong, registrar, "wrong", 3)
    await wish(damaged, registrar)
    await mark_worn(damaged, registrar)  # the citizens' word says more
    await mark_worn(worn, later(registrar, days=1))
    found = {label.code: label for label in (await find_reprints(WatchFilter(), registrar.at)).items}
    assert {code: (label.reason, label.reports) for code, label in found.items()} == {
        wrong: ("wrong", 3),
        damaged: ("damaged", 1),
        worn: ("worn", 0),
        old: ("age", 0),
    }
    assert found[wrong].since == registrar.at
    assert found[worn].since == registrar.at + timedelta(days=1)
    assert found[old].since == registrar.at - 5 * YEAR - timedelta(days=1)
    assert await count_reprints(WatchFilter(), registrar.at) == 4


async def print_on(stock: str, code: str, at) -> None:
    await print_it(code, at)
    await execute(
        "INSERT INTO label_print (job, label_id, sheet, position, template, stock, at)"
        " VALUES ($1, $2, 1, 1, 'sheet-label', $1, $3)",
        stock,
        await label_id(code),
        at,
    )


async def test_a_label_lasts_as_long_as_what_it_was_printed_on(issue, registrar) -> None:
    """Paper two years, a plate fifteen, an own film one; what nobody knows any more, as the setting says."""
    one_year = msgspec.structs.replace(measures_of(STOCKS["a4-3x8"]), life_years=1)
    await save_stock("film", one_year, registrar)
    codes = {stock: (await issue(stock))[1] for stock in ("film", "a4-3x8", "plate-150x100", "gone")}
    for stock, code in codes.items():
        await print_on(stock, code, registrar.at)
    for years, old in ((0.9, []), (1.1, ["film"]), (2.1, ["film", "a4-3x8"]), (5.1, ["film", "a4-3x8", "gone"])):
        act = replace(registrar, at=registrar.at + years * YEAR)
        assert {code for code, _ in await queue(act)} == {codes[stock] for stock in old}
        assert await count_reprints(WatchFilter(), act.at) == len(old)
    much = replace(registrar, at=registrar.at + 15.1 * YEAR)
    assert len(await queue(much)) == 4
    await print_on("plate-150x100", codes["film"], registrar.at + 2 * YEAR)
    assert codes["film"] not in {code for code, _ in await queue(much)}


async def test_how_long_a_label_lasts_is_else_a_setting(issue, registrar) -> None:
    _, code = await issue("一")
    await print_it(code, registrar.at - 3 * YEAR)
    assert await queue(registrar) == []
    use_settings(load_settings({"FACILITY_LABEL_LIFE_YEARS": "2"}))
    assert await queue(registrar) == [(code, "age")]


async def test_a_label_from_a_blank_sheet_is_as_old_as_the_sheet_and_one_never_printed_has_no_age(
    issue, add_asset, registrar
) -> None:
    asset = await add_asset("一")
    (blank,) = await make_blank_labels(1, registrar, job="x", stock="a4-3x8")
    await bind_label(blank.code, asset.code, registrar)
    await issue("二")
    much = replace(registrar, at=registrar.at + 6 * YEAR)
    assert await queue(much) == [(blank.code, "age")]


async def test_printing_again_takes_a_label_out_until_the_next_time(issue, registrar) -> None:
    _, worn = await issue("一")
    _, told = await issue("二")
    await mark_worn(worn, registrar)
    await wish(told, registrar)
    assert len(await queue(registrar)) == 2
    soon = later(registrar, hours=1)
    async with transaction():
        await clear_wishes([await label_id(told), await label_id(worn)])
    await print_it(worn, soon.at)
    assert await queue(soon) == []
    await mark_fixed(worn, later(registrar, hours=2))
    await mark_worn(worn, later(registrar, hours=3))
    assert await queue(soon) == [(worn, "worn")]


async def test_what_is_no_current_label_waits_for_nothing(issue, registrar) -> None:
    gone, first = await issue("一")
    _, second = await issue("二")
    _, third = await issue("三")
    for code in (first, second, third):
        await wish(code, registrar)
    await retire_asset(gone.code, "拆除", gone.version, registrar)
    await replace_label(second, registrar)
    await void_label(third, "撕了", registrar)
    assert await queue(registrar) == []


async def test_the_queue_is_in_the_order_of_streets_and_codes_page_by_page(issue, registrar) -> None:
    made = [await issue(f"{n}", street=street) for n, street in enumerate(("乙街道", "甲街道", "乙街道", "甲街道"))]
    for _, code in made:
        await wish(code, registrar)
    in_order = await fetchval(
        "SELECT array_agg(l.code ORDER BY p.street, p.code) FROM label l JOIN public_asset p ON p.id = l.asset_id"
    )
    first = await find_reprints(WatchFilter(limit=3), registrar.at)
    rest = await find_reprints(WatchFilter(limit=3, cursor=first.next), registrar.at)
    assert [label.code for label in (*first.items, *rest.items)] == in_order
    assert rest.next is None
    streets = [label.street for label in (*first.items, *rest.items)]
    assert streets[0] == streets[1] != streets[2] == streets[3]
    assert {code for code, _ in await queue(registrar, street="甲街道")} == {made[1][1], made[3][1]}
    assert await queue(registrar, kind="street_tree") == []


async def test_the_selection_to_print_is_the_queue_narrowed_by_what_else_is_asked(issue, registrar) -> None:
    one, first = await issue("世纪一", street="乙街道")
    two, second = await issue("世纪二", street="甲街道")
    three, third = await issue("广场三", street="甲街道")
    await issue("不用补打")
    for code in (first, second, third):
        await wish(code, registrar)

    async def selected(**values: object) -> list[int]:
        selection = Selection(reprint=True, **values)
        found = [asset.id for asset in await find_selected(selection, at=registrar.at)]
        assert await count_selected(selection, at=registrar.at) == len(found)
        return found

    everything = await selected()
    assert everything == await reprint_asset_ids(registrar.at)
    assert set(everything) == {one.id, two.id, three.id}
    assert await selected(street="甲街道") == [asset for asset in everything if asset != one.id]
    assert set(await selected(q="世纪")) == {one.id, two.id}
    assert await selected(q="世纪", street="乙街道") == [one.id]
    assert await selected(codes=(third, one.code)) == [asset for asset in everything if asset != two.id]
    assert await selected(kind="street_tree") == []
    assert len(await find_selected(Selection(kind="public_toilet"))) == 4


async def test_a_label_found_good_leaves_the_queue_and_history_says_so(issue, registrar) -> None:
    asset, code = await issue("一")
    await wish(code, registrar, reports=2)
    inspector = replace(registrar, principal=Principal("inspector 5", 5, (Grant(Role.INSPECTOR),)))
    label = await dismiss_wish(f"{code[:4]}-{code[4:8]}-{code[8:]}", inspector)
    assert (label.code, await queue(registrar)) == (code, [])
    line = (await find_history(asset.id, limit=1)).items[0]
    assert (line.kind, line.actor, line.data) == ("label.checked", "inspector 5", {"label": label.printed})


async def test_who_may_not_say_so_and_when(issue, registrar, scoped_registrar, crew, dispatcher, citizen) -> None:
    _, code = await issue("一", street="南门街道")
    await wish(code, registrar)
    for who, refusal in (
        (scoped_registrar, Forbidden),
        (crew, Forbidden),
        (dispatcher, Forbidden),
        (citizen, NotSignedIn),
    ):
        with pytest.raises(refusal):
            await dismiss_wish(code, who)
    assert await queue(registrar) == [(code, "damaged")]
    with pytest.raises(NotFound):
        await dismiss_wish("7F3K9QXDY", registrar)
    await dismiss_wish(code, registrar)
    with pytest.raises(Refused) as twice:
        await dismiss_wish(code, registrar)
    assert twice.value.code == "no_wish"
    (blank,) = await make_blank_labels(1, registrar, job="x", stock="a4-3x8")
    with pytest.raises(Refused):
        await dismiss_wish(blank.code, registrar)


async def test_both_doors(client, issue, registrar) -> None:
    asset, code = await issue("一")
    _, worn = await issue("二")
    await wish(code, registrar, "wrong", 2)
    await mark_worn(worn, registrar)
    listed = (await client.get("/api/v1/labels/check?list=reprint")).json()["items"]
    assert {(item["code"], item["reason"], item["reports"]) for item in listed} == {
        (code, "wrong", 2),
        (worn, "worn", 0),
    }
    page = (await client.get("/desk/labels/check?list=reprint", headers={"accept-language": "en"})).text
    assert "Reported as wrong" in page
    assert page.count('action="/desk/labels/check/dismiss"') == 1  # of a worn label nobody says that it is fine
    assert page.count(f'action="/desk/labels/{code}/replace"') == 1
    assert "/desk/labels?reprint=1" in page
    crew_page = (await client.get("/desk/labels/check?list=reprint", headers={"who": "crew"})).text
    assert "/replace" not in crew_page
    assert "/dismiss" not in crew_page
    api = f"/api/v1/labels/{code}/dismiss"
    assert (await client.post(api, headers={"who": "nobody"})).status_code == 401
    assert (await client.post(api, headers={"who": "crew"})).status_code == 403
    done = await client.post(api)
    assert (done.status_code, done.json()["asset"]) == (200, asset.code)
    assert (await client.post(api)).json()["code"] == "no_wish"
    await wish(code, registrar)
    form = {"label": code, "kind": "public_toilet"}
    done = await client.post("/desk/labels/check/dismiss", data=form)
    assert done.status_code == 303
    assert "kind=public_toilet" in done.headers["location"]
    again = await client.post("/desk/labels/check/dismiss", data=form, headers={"accept-language": "en"})
    assert again.status_code == 409
    assert "Nobody has reported the label" in again.text
    assert (await client.post("/desk/labels/check/dismiss", data=form, headers={"who": "crew"})).status_code == 403


async def test_the_labels_page_prints_the_queue(client, issue, registrar) -> None:
    _, code = await issue("要补打")
    await issue("不用")
    await wish(code, registrar)
    page = (await client.get("/desk/labels?reprint=1", headers={"accept-language": "en"})).text
    assert 'name="reprint" value="1"' in page
    assert "Labels to print" in page
    assert "<b>1</b>" in page
