"""Registering: what comes back, and what is refused."""

from __future__ import annotations

import pytest

from foundation.act import system_act
from foundation.database import fetchval
from foundation.errors import FacilityError, Forbidden, Invalid, NotFound
from foundation.principals import Role
from registry.queries import find_history, get_asset, get_assets_by_id
from registry.service import (
    register_asset,
    register_assets,
    register_organisation,
)
from tests.registry.assets.material import kinds_of, new, wrong_fields

pytestmark = pytest.mark.anyio


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


async def test_many_at_once_are_all_or_none(database, registrar) -> None:
    ids = await register_assets([new(name=f" 厕  {n} ", condition=1) for n in range(3)], registrar)
    found = await get_assets_by_id(ids)
    assert [found[one].name for one in ids] == ["厕 0", "厕 1", "厕 2"]
    assert [await kinds_of(one) for one in ids] == [["asset.registered"]] * 3
    with pytest.raises(Invalid, match="Facility 2, name: Enter a name"):
        await register_assets([new(), new(name="")], registrar)
    assert await fetchval("SELECT count(*) FROM asset") == 3
    assert await register_assets([], registrar) == []


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
