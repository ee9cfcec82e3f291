"""Where a label leads: one round trip, and a clear answer for every way a code can be wrong."""

from __future__ import annotations

import pytest

from foundation.act import Act
from foundation.codes import new_code
from foundation.database import DB, execute, fetchval, transaction
from foundation.errors import Gone, Invalid, NotFound
from foundation.paging import MOST
from labels.queries import Replaced, find_labels, read_forerunner, read_label_photo, read_landing
from labels.schemas import LabelFilter, PublicAsset
from labels.service import bind_label, issue_labels, replace_label, void_label
from labels.service.issue import make_blank_labels
from registry.service import write_signals

pytestmark = pytest.mark.anyio
KEY = "ab" * 32


async def _blanks(count: int, act: Act) -> list[str]:
    return [label.code for label in await make_blank_labels(count, act, job="x", stock="a4-3x8")]


async def test_the_landing_holds_all_that_anyone_may_see(add_asset, registrar) -> None:
    asset = await add_asset(name_en="East toilet", lon=120.65, lat=28.01)
    label = (await issue_labels([asset.id], registrar))[asset.id]
    landing = await read_landing(label.code)
    assert (landing.label_id, landing.printed, landing.state) == (label.id, label.printed, "printed")
    seen = landing.asset
    assert seen is not None
    assert (seen.code, seen.name, seen.name_en, seen.lon, seen.label_code) == (
        asset.code,
        asset.name,
        "East toilet",
        120.65,
        label.code,
    )
    assert [line["kind"] for line in seen.lines] == ["asset.registered"]  # the label's own line is for staff
    assert isinstance(seen.attributes, dict)
    assert seen.known == []


async def test_the_label_is_known_by_its_own_number_and_not_the_assets(add_asset, registrar) -> None:
    (blank, _), asset = await _blanks(2, registrar), await add_asset()
    label = (await issue_labels([asset.id], registrar))[asset.id]
    assert label.id != asset.id
    assert (await read_landing(label.code)).label_id == label.id
    assert (await read_landing(blank)).label_id not in {None, label.id}


async def test_every_column_of_the_view_is_read(database) -> None:
    names = await fetchval(
        "SELECT array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_name = 'public_asset'"
    )
    assert set(PublicAsset.__struct_fields__) == set(names)


async def test_it_takes_one_round_trip(add_asset, registrar, monkeypatch) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    trips = []
    ask = DB.with_connection

    async def counted(*args, **kwargs):
        trips.append(args)
        return await ask(*args, **kwargs)

    monkeypatch.setattr(DB, "with_connection", counted)
    await read_landing(code)
    assert len(trips) == 1


@pytest.mark.parametrize("write", [str.lower, lambda c: f" {c[:4]}-{c[4:8]}-{c[8:]} ", lambda c: c.replace("0", "O")])
async def test_case_separators_and_likenesses_do_not_matter(add_asset, registrar, write) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    landing = await read_landing(write(code))
    assert landing.code == code


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ("7F3K9QXDZ", Invalid, "bad_check_character"),
        ("7F3K9QXD", Invalid, "bad_code"),
        ("<script>", Invalid, "bad_code"),
        ("x" * 5000, Invalid, "bad_code"),
        ("7F3K9QXDY", NotFound, "unknown_label"),
    ],
)
async def test_a_code_that_leads_nowhere_says_why(database, text, error, code) -> None:
    with pytest.raises(error) as refused:
        await read_landing(text)
    assert refused.value.code == code
    assert refused.value.message("zh-CN") != refused.value.message("en")


async def test_a_blank_label_has_no_asset_and_a_void_one_is_gone(add_asset, registrar) -> None:
    blank, spoilt = await _blanks(2, registrar)
    landing = await read_landing(blank)
    assert landing.asset is None
    await void_label(spoilt, "spoilt in the printer", registrar)
    with pytest.raises(Gone) as gone:
        await read_landing(spoilt)
    assert gone.value.code == "void_label"


async def test_the_word_and_the_photo_come_along(add_asset, registrar) -> None:
    asset = await add_asset()
    label = (await issue_labels([asset.id], registrar))[asset.id]
    landing = await read_landing(label.code)
    assert (landing.check_word, landing.photo) == (label.check_word, None)
    await execute("UPDATE label SET check_word = 163, photo = $2, state = 'fixed' WHERE id = $1", label.id, KEY)
    landing = await read_landing(label.code)
    assert (landing.check_word, landing.photo, landing.state) == (163, KEY, "fixed")
    assert landing.asset is not None
    assert landing.asset.code == asset.code
    (blank,) = await _blanks(1, registrar)
    assert 0 <= (await read_landing(blank)).check_word < 1024


async def test_a_replaced_label_names_both_and_the_first_is_known_as_forerunner_of_the_last(
    add_asset, registrar
) -> None:
    asset, other = await add_asset(), await add_asset("二")
    issued = await issue_labels([asset.id, other.id], registrar)
    first = issued[asset.id]
    second = await replace_label(first.code, registrar)
    third = await replace_label(second.code, registrar)
    with pytest.raises(Replaced) as led:
        await read_landing(first.code)
    assert (led.value.label, led.value.successor) == (first.code, second.code)
    known = await read_forerunner(first.code.lower(), third.id)
    assert known is not None
    assert (known.code, known.check_word, known.printed) == (first.code, first.check_word, first.printed)
    assert await read_forerunner(second.code, third.id)
    for stranger in (issued[other.id].code, third.code, "7F3K9QXDY", "<script>", ""):
        assert await read_forerunner(stranger, third.id) is None, stranger
    assert await read_forerunner(third.code, first.id) is None, "not backwards"


async def test_a_photo_is_the_labels_own_while_it_is_in_force(add_asset, registrar) -> None:
    asset = await add_asset()
    label = (await issue_labels([asset.id], registrar))[asset.id]
    with pytest.raises(NotFound) as missing:
        await read_label_photo(label.code)
    assert missing.value.code == "no_label_photo"
    await execute("UPDATE label SET photo = $2 WHERE id = $1", label.id, KEY)
    assert await read_label_photo(label.printed) == KEY
    await replace_label(label.code, registrar)
    for code in (label.code, "7F3K9QXDY"):
        with pytest.raises(NotFound):
            await read_label_photo(code)
    with pytest.raises(Invalid):
        await read_label_photo("../../etc/passwd")


async def test_what_upper_rooms_know_is_shown(add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    async with transaction():
        await write_signals(asset.id, open_requests=2, known=[{"category": "leak"}], last_service_zh="保洁")
    landing = await read_landing(code)
    assert landing.asset is not None
    assert (landing.asset.open_requests, landing.asset.known) == (2, [{"category": "leak"}])


async def test_labels_are_found_by_code_asset_and_state_page_by_page(add_asset, registrar, crew) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    blanks = await _blanks(5, registrar)
    assert [label.code for label in (await find_labels(LabelFilter(q=code[2:7].lower()))).items] == [code]
    assert [label.code for label in (await find_labels(LabelFilter(q=asset.code))).items] == [code]
    page = await find_labels(LabelFilter(state="blank", limit=3))
    rest = await find_labels(LabelFilter(state="blank", limit=3, cursor=page.next))
    assert {label.code for label in page.items + rest.items} == set(blanks)
    assert rest.next is None
    for wrong in ({"limit": MOST + 1}, {"cursor": "nonsense"}):
        with pytest.raises(Invalid):
            await find_labels(LabelFilter(**wrong))
    other = await add_asset("二")
    await bind_label(blanks[0], other.code, crew)
    assert [label.code for label in (await find_labels(LabelFilter(state="fixed"))).items] == [blanks[0]]
    assert new_code(b"\0" * 5) not in blanks
