"""Registering, correcting, rating, retiring and reinstating: who may, what is refused, what is left behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from foundation.act import system_act
from foundation.database import execute, fetchval, transaction
from foundation.errors import Conflict, FacilityError, Forbidden, Invalid, NotFound, NotSignedIn, Refused, Stale
from foundation.principals import Place, Role
from registry.queries import find_history, get_asset, get_assets_by_id
from registry.schemas import AssetCreate, AssetUpdate
from registry.service import (
    rate_condition,
    register_asset,
    register_assets,
    register_organisation,
    reinstate_asset,
    retire_asset,
    update_asset,
    write_signals,
)

pytestmark = pytest.mark.anyio
STREET = "五马街道"
ELSEWHERE = "南汇街道"


def new(**values) -> AssetCreate:
    return AssetCreate(**({"kind": "public_toilet", "name": "公厕", "street": STREET} | values))


async def kinds_of(asset_id: int) -> list[str]:
    return [line.kind for line in (await find_history(asset_id)).items][::-1]


async def wrong_fields(deed) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        await deed
    return {name: error.message("en") for name, error in caught.value.fields.items()}


async def test_a_record_comes_back_as_it_was_given(database, registrar, now) -> None:
    unit = await register_organisation("环卫处", registrar, name_en="Sanitation")
    given = new(
        name=" 世纪广场  东公厕 ", name_en="Century Square East", address="府前街12号", lon=120.651234567, lat=28.01,
        community="广场社区", condition=2, organisation_id=unit, component_id="33030200101000001",
        status="damaged", operating_state="closed", attributes={"class": "first"},
    )  # fmt: skip
    asset = await register_asset(given, registrar)
    assert (asset.code, asset.name, asset.lon, asset.lat) == ("GC-0001", "世纪广场 东公厕", 120.6512346, 28.01)
    assert (asset.status, asset.operating_state, asset.condition) == ("damaged", "closed", 2)
    assert (asset.condition_on, asset.version, asset.created_at) == (now.date(), 1, now)
    assert (asset.organisation_id, asset.component_id, asset.label) == (unit, "33030200101000001", None)
    assert (asset.open_requests, asset.open_orders, asset.overdue) == (0, 0, 0)
    assert await get_asset("GC-0001") == asset
    assert await get_assets_by_id([asset.id, 999]) == {asset.id: asset}
    assert await kinds_of(asset.id) == ["asset.registered"]


async def test_unknown_codes_are_not_found(database, registrar) -> None:
    for code in ("", "GC-9999", "' OR 1=1 --"):
        with pytest.raises(NotFound):
            await get_asset(code)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \n\t "}, "name"),
        ({"name": "公" * 201}, "name"),
        ({"name": "a\x01b"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name_en": "\ud800"}, "name_en"),
        ({"address": "x" * 257}, "address"),
        ({"street": "x" * 101}, "street"),
        ({"code": ""}, "code"),
        ({"code": "a/b"}, "code"),
        ({"code": "a b"}, "code"),
        ({"code": "a?b"}, "code"),
        ({"code": "a#b"}, "code"),
        ({"code": "a\x07b"}, "code"),
        ({"code": "x" * 65}, "code"),
        ({"code": "new"}, "code"),
        ({"code": ".."}, "code"),
        ({"component_id": "123"}, "component_id"),
        ({"component_id": "３３０３０２００１０１００００01"}, "component_id"),
        ({"lon": 120.0}, "lon"),
        ({"lat": 28.0}, "lon"),
        ({"lon": 181.0, "lat": 28.0}, "lon"),
        ({"lon": 28.0, "lat": 120.0}, "lon"),
        ({"lon": float("nan"), "lat": 28.0}, "lon"),
        ({"lon": float("inf"), "lat": 28.0}, "lon"),
        ({"condition": 0}, "condition"),
        ({"condition": 6}, "condition"),
        ({"geometry": {"type": "Circle"}}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [300, 0]}}, "geometry"),
        ({"operating_state": "retired"}, "operating_state"),
        ({"attributes": {"class": "十一类"}}, "attributes.class"),
        ({"attributes": {"no_such": 1}}, "attributes.no_such"),
        ({"organisation_id": 999}, "organisation_id"),
    ],
)  # fmt: skip
async def test_a_wrong_field_is_named_and_nothing_is_written(database, registrar, values, field) -> None:
    assert list(await wrong_fields(register_asset(new(**values), registrar))) == [field]
    assert await fetchval("SELECT count(*) FROM asset") == 0
    assert await fetchval("SELECT count(*) FROM history_line") == 0


async def test_all_wrong_fields_are_named_at_once(database, registrar) -> None:
    found = await wrong_fields(register_asset(new(name="", lon=1.0, condition=9, code="a b"), registrar))
    assert set(found) == {"name", "lon", "condition", "code"}
    assert found["name"] == "Enter a name."


async def test_an_unknown_kind_is_not_found(database, registrar) -> None:
    with pytest.raises(NotFound):
        await register_asset(new(kind="castle"), registrar)


async def test_a_shape_says_where_the_asset_is(database, registrar) -> None:
    ring = [[120.0, 28.0], [120.002, 28.0], [120.002, 28.002], [120.0, 28.002], [120.0, 28.0]]
    asset = await register_asset(new(geometry={"type": "Polygon", "coordinates": [ring]}), registrar)
    assert asset.lon == pytest.approx(120.001)
    assert asset.lat == pytest.approx(28.001)
    placed = await register_asset(new(geometry={"type": "Point", "coordinates": [1, 2]}, lon=3.0, lat=4.0), registrar)
    assert (placed.lon, placed.lat) == (3.0, 4.0)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("verb", ["register", "update", "retire", "reinstate", "rate"])
async def test_who_may_do_what(add, act_as, role, verb) -> None:
    asset = await add()
    act = act_as(role)
    if verb == "reinstate":
        asset = await retire_asset(asset.code, "拆", asset.version, act_as(Role.REGISTRAR))
    deeds = {
        "register": lambda: register_asset(new(), act),
        "update": lambda: update_asset(asset.code, AssetUpdate(name="新"), asset.version, act),
        "retire": lambda: retire_asset(asset.code, "拆", asset.version, act),
        "reinstate": lambda: reinstate_asset(asset.code, asset.version, act),
        "rate": lambda: rate_condition(asset.id, 3, act),
    }
    allowed = {Role.REGISTRAR, Role.CREW, Role.INSPECTOR} if verb == "rate" else {Role.REGISTRAR}
    lines = await fetchval("SELECT count(*) FROM history_line")
    if role in allowed:
        await deeds[verb]()
        assert await fetchval("SELECT count(*) FROM history_line") == lines + 1
        return
    with pytest.raises(NotSignedIn if role is None else Forbidden):
        await deeds[verb]()
    assert await fetchval("SELECT count(*) FROM history_line") == lines
    assert await get_asset(asset.code) == asset


async def test_a_scope_ends_at_its_streets_and_organisation(add, act_as, registrar) -> None:
    unit = await register_organisation("环卫处", registrar)
    theirs = await add("外", street=ELSEWHERE)
    mine = act_as(Role.REGISTRAR, Place(street=STREET))
    own = await register_asset(new(street=f"  {STREET} "), mine)
    assert own.street == STREET
    with pytest.raises(Forbidden):
        await register_asset(new(street=ELSEWHERE), mine)
    with pytest.raises(Forbidden):
        await update_asset(theirs.code, AssetUpdate(name="抢"), theirs.version, mine)
    with pytest.raises(Forbidden):  # nor may it be moved out of reach
        await update_asset(own.code, AssetUpdate(street=ELSEWHERE), own.version, mine)
    with pytest.raises(Forbidden):
        await retire_asset(theirs.code, "拆", theirs.version, mine)
    of_unit = act_as(Role.REGISTRAR, Place(organisation_id=unit))
    with pytest.raises(Forbidden):
        await register_asset(new(), of_unit)
    kept = await register_asset(new(organisation_id=unit), of_unit)
    with pytest.raises(Forbidden):
        await update_asset(kept.code, AssetUpdate(organisation_id=None), kept.version, of_unit)
    with pytest.raises(Forbidden):
        await register_assets([new(), new(street=ELSEWHERE)], mine)
    assert len(await register_assets([new(), new()], mine)) == 2


async def test_only_what_is_given_changes(add, registrar) -> None:
    asset = await add(attributes={"class": "first"}, condition=2, name_en="Square")
    after = await update_asset(asset.code, AssetUpdate(name="新名", condition=4), 1, registrar)
    assert (after.name, after.condition, after.version) == ("新名", 4, 2)
    assert (after.name_en, after.attributes, after.lon) == (asset.name_en, asset.attributes, asset.lon)
    assert await kinds_of(asset.id) == ["asset.registered", "asset.changed", "asset.condition_rated"]
    line = (await find_history(asset.id)).items[1]
    assert line.data == {"fields": ["condition", "name"]}
    rated = (await find_history(asset.id)).items[0]
    assert rated.data == {"condition": 4, "before": 2}


async def test_a_change_that_changes_nothing_leaves_no_line(add, registrar) -> None:
    asset = await add(attributes={"class": "first"})
    same = AssetUpdate(name=f" {asset.name} ", lon=asset.lon, attributes={"class": "一类"}, component_id="")
    assert await update_asset(asset.code, same, 1, registrar) == asset
    assert await kinds_of(asset.id) == ["asset.registered"]


async def test_attributes_are_merged_and_null_removes(add, registrar) -> None:
    asset = await add(attributes={"class": "first", "built_on": "2001-05-01"})
    more = await update_asset(asset.code, AssetUpdate(attributes={"built_on": "2002-06-01"}), 1, registrar)
    assert more.attributes == {"class": "first", "built_on": "2002-06-01"}
    less = await update_asset(asset.code, AssetUpdate(attributes={"built_on": None}), 2, registrar)
    assert less.attributes == {"class": "first"}
    blank = await update_asset(asset.code, AssetUpdate(attributes={"class": " "}), 3, registrar)
    assert blank.attributes == {}
    assert list(await wrong_fields(update_asset(asset.code, AssetUpdate(attributes={"x": None}), 4, registrar))) == [
        "attributes.x"
    ]


async def test_what_the_catalogue_forgot_can_be_removed(add, registrar) -> None:
    asset = await add(attributes={"class": "first"})
    await execute("UPDATE asset SET attributes = attributes || '{\"old_word\": 1}' WHERE id = $1", asset.id)
    kept = await update_asset(asset.code, AssetUpdate(attributes={"class": "second"}), 1, registrar)
    assert kept.attributes == {"class": "second", "old_word": 1}
    gone = await update_asset(asset.code, AssetUpdate(attributes={"old_word": None}), 2, registrar)
    assert gone.attributes == {"class": "second"}


async def test_half_a_position_is_judged_with_the_other_half(add, registrar) -> None:
    asset = await add(lon=120.0, lat=28.0)
    moved = await update_asset(asset.code, AssetUpdate(lon=121.0), 1, registrar)
    assert (moved.lon, moved.lat) == (121.0, 28.0)
    assert "lon" in await wrong_fields(update_asset(asset.code, AssetUpdate(lat=None), 2, registrar))
    assert "lon" in await wrong_fields(update_asset(asset.code, AssetUpdate(lat=99.0), 2, registrar))
    nowhere = await update_asset(asset.code, AssetUpdate(lon=None, lat=None), 2, registrar)
    assert (nowhere.lon, nowhere.lat) == (None, None)


async def test_a_stale_version_leaves_nothing(add, registrar) -> None:
    asset = await add()
    await update_asset(asset.code, AssetUpdate(name="甲"), 1, registrar)
    for version in (1, 3, 0):
        with pytest.raises(Stale):
            await update_asset(asset.code, AssetUpdate(name="乙"), version, registrar)
        with pytest.raises(Stale):
            await retire_asset(asset.code, "拆", version, registrar)
    assert (await get_asset(asset.code)).name == "甲"
    assert await kinds_of(asset.id) == ["asset.registered", "asset.changed"]


async def test_of_two_at_once_one_wins(add, registrar) -> None:
    asset = await add()
    written = asyncio.Event()

    async def first() -> None:
        async with transaction():
            await update_asset(asset.code, AssetUpdate(name="先"), 1, registrar)
            written.set()
            for _ in range(5000):  # until the other has read the same version and waits for the row
                if await fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                    return
            raise AssertionError("the other never came")

    async def second() -> None:
        await written.wait()
        await update_asset(asset.code, AssetUpdate(name="后"), 1, registrar)

    found = await asyncio.gather(first(), second(), return_exceptions=True)
    assert found[0] is None
    assert isinstance(found[1], Stale)
    assert ((await get_asset(asset.code)).name, (await get_asset(asset.code)).version) == ("先", 2)
    assert await kinds_of(asset.id) == ["asset.registered", "asset.changed"]


async def test_a_code_or_component_id_belongs_to_one(add, registrar) -> None:
    one = await add(code="A-1", component_id="33030200101000001")
    two = await add(code="A-2")
    with pytest.raises(Conflict) as caught:
        await add(code="A-1")
    assert list(caught.value.fields) == ["code"]
    with pytest.raises(Conflict) as caught:
        await update_asset(two.code, AssetUpdate(component_id=one.component_id), 1, registrar)
    assert list(caught.value.fields) == ["component_id"]
    with pytest.raises(Conflict):
        await register_assets([new(code="B-1"), new(code="A-1")], registrar)
    assert await fetchval("SELECT count(*) FROM asset") == 2
    assert await kinds_of(two.id) == ["asset.registered"]


async def test_codes_are_never_given_twice(add, registrar) -> None:
    await add(code="GC-0003")
    found = await asyncio.gather(*(register_asset(new(name=f"{n}"), registrar) for n in range(12)))
    ids = await register_assets([new(code="GC-0020"), *(new() for _ in range(10))], registrar)
    many = await get_assets_by_id(ids)
    codes = [asset.code for asset in (*found, *many.values())]
    assert len(set(codes)) == 23
    assert "GC-0003" not in codes
    assert codes.count("GC-0020") == 1
    assert all(code.startswith("GC-") for code in codes)


async def test_a_code_that_failed_is_not_given_again_to_another(database, registrar) -> None:
    one = await register_asset(new(), registrar)
    await retire_asset(one.code, "拆", 1, registrar)
    two = await register_asset(new(), registrar)
    assert one.code != two.code


async def test_many_at_once_are_all_or_none(database, registrar) -> None:
    ids = await register_assets([new(name=f" 厕  {n} ", condition=1) for n in range(3)], registrar)
    found = await get_assets_by_id(ids)
    assert [found[one].name for one in ids] == ["厕 0", "厕 1", "厕 2"]
    assert [await kinds_of(one) for one in ids] == [["asset.registered"]] * 3
    with pytest.raises(Invalid, match="Facility 2, name: Enter a name"):
        await register_assets([new(), new(name="")], registrar)
    assert await fetchval("SELECT count(*) FROM asset") == 3
    assert await register_assets([], registrar) == []


async def test_retiring_keeps_everything_and_can_be_taken_back(add, registrar, later, now) -> None:
    asset = await add()
    day = now + timedelta(days=1)
    gone = await retire_asset(asset.code, "  拆除  重建 ", 1, later(registrar, day))
    assert (gone.operating_state, gone.retired_at, gone.version) == ("retired", day, 2)
    assert (await find_history(asset.id)).items[0].summary == {"zh": "停用：拆除 重建", "en": "Retired: 拆除 重建"}
    with pytest.raises(Refused):
        await retire_asset(asset.code, "再", 2, registrar)
    back = await reinstate_asset(asset.code, 2, registrar)
    assert (back.operating_state, back.retired_at, back.version) == ("in_service", None, 3)
    assert await fetchval("SELECT retired_reason FROM asset") is None
    with pytest.raises(Refused):
        await reinstate_asset(asset.code, 3, registrar)
    assert await kinds_of(asset.id) == ["asset.registered", "asset.retired", "asset.reinstated"]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, "a\x00b"])
async def test_retiring_says_why(add, registrar, reason) -> None:
    asset = await add()
    assert list(await wrong_fields(retire_asset(asset.code, reason, 1, registrar))) == ["reason"]


@pytest.mark.parametrize("signal", ["open_requests", "open_orders"])
async def test_nothing_is_retired_under_open_work(add, registrar, signal) -> None:
    asset = await add()
    async with transaction():
        await write_signals(asset.id, **{signal: 1})
    with pytest.raises(Refused):
        await retire_asset(asset.code, "拆", 1, registrar)


async def test_retiring_goes_by_its_own_door(add, registrar) -> None:
    asset = await add()
    change = AssetUpdate(operating_state="retired")
    assert list(await wrong_fields(update_asset(asset.code, change, 1, registrar))) == ["operating_state"]
    await retire_asset(asset.code, "拆", 1, registrar)
    back = AssetUpdate(operating_state="in_service")
    assert list(await wrong_fields(update_asset(asset.code, back, 2, registrar))) == ["operating_state"]
    renamed = await update_asset(asset.code, AssetUpdate(name="旧厕", operating_state="retired"), 2, registrar)
    assert (renamed.name, renamed.operating_state) == ("旧厕", "retired")


async def test_rating_a_condition(add, act_as, now) -> None:
    asset = await add(condition=1)
    inspector = act_as(Role.INSPECTOR, Place(street=STREET))
    await rate_condition(asset.id, 4, inspector)
    found = await get_asset(asset.code)
    assert (found.condition, found.condition_on, found.version) == (4, now.date(), 2)
    assert (await find_history(asset.id)).items[0].data == {"condition": 4, "before": 1}
    for wrong in (0, 6, -1):
        with pytest.raises(Invalid):
            await rate_condition(asset.id, wrong, inspector)
    with pytest.raises(Forbidden):
        await rate_condition(asset.id, 4, act_as(Role.INSPECTOR, Place(street=ELSEWHERE)))
    with pytest.raises(NotFound):
        await rate_condition(999, 4, inspector)


async def test_an_organisation_is_on_record_once(database, act_as, registrar) -> None:
    one = await register_organisation(" 环卫处 ", registrar, duty_phone="0577-1")
    assert await register_organisation("环卫处", act_as(Role.ADMINISTRATOR), duty_phone="0577-2") == one
    assert await fetchval("SELECT duty_phone FROM organisation") == "0577-2"
    for name in ("", "  ", "x" * 101):
        with pytest.raises(FacilityError):
            await register_organisation(name, registrar)
    with pytest.raises(Forbidden):
        await register_organisation("x", act_as(Role.CREW))


async def test_the_program_itself_may_register(database, now) -> None:
    asset = await register_asset(new(), system_act(now))
    assert (await find_history(asset.id)).items[0].actor == "system"
