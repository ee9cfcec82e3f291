"""Binding with place and photo, and what is kept of sightings."""

from __future__ import annotations

import pytest

from foundation.database import fetchrow
from foundation.errors import Forbidden, Invalid, NotSignedIn
from labels.photos import photo_store
from labels.queries import get_label
from labels.service import bind_label, issue_labels, mark_fixed, mark_worn, note_sighting
from registry.queries import find_history
from tests.labels.field.material import HERE, blank, picture, sightings

pytestmark = pytest.mark.anyio


async def test_a_label_keeps_where_it_was_bound_and_its_photo(field, add_asset, registrar, crew) -> None:
    asset, code = await add_asset(), await blank(registrar)
    await bind_label(code, asset.code, crew, lon=HERE[0], lat=HERE[1], photo=picture())
    row = await fetchrow("SELECT fixed_lon, fixed_lat, photo FROM label WHERE code = $1", code)
    assert (row["fixed_lon"], row["fixed_lat"]) == HERE
    assert photo_store().read(row["photo"]).startswith(b"\xff\xd8\xff")
    lines = (await find_history(asset.id)).items
    assert [line.kind for line in lines if line.kind.startswith("label.")] == ["label.bound"]
    assert "120.65" not in str(lines)


@pytest.mark.parametrize(
    "place", [{"lon": 120.6}, {"lat": 28.0}, {"lon": 28.0, "lat": 120.6}, {"lon": 1.0, "lat": 91.0}]
)
async def test_a_position_that_is_none_binds_nothing(field, add_asset, registrar, crew, place) -> None:
    asset, code = await add_asset(), await blank(registrar)
    with pytest.raises(Invalid) as refused:
        await bind_label(code, asset.code, crew, **place)
    assert refused.value.code == "bad_position"
    assert (await get_label(code)).state == "blank"


async def test_who_may_not_bind_gets_no_photo_onto_the_disk(field, add_asset, registrar, dispatcher, citizen) -> None:
    asset, code = await add_asset(), await blank(registrar)
    with pytest.raises(NotSignedIn):
        await bind_label(code, asset.code, citizen, photo=picture())
    with pytest.raises(Forbidden):
        await mark_fixed(code, dispatcher, photo=picture())
    assert list(photo_store().keys()) == []


async def test_what_is_fixed_again_without_a_place_keeps_the_one_it_had(field, add_asset, registrar, crew) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    await mark_fixed(code, crew, lon=HERE[0], lat=HERE[1], photo=picture())
    before = await fetchrow("SELECT fixed_lon, fixed_lat, photo FROM label WHERE code = $1", code)
    await mark_worn(code, crew)
    await mark_fixed(code, crew)
    assert await fetchrow("SELECT fixed_lon, fixed_lat, photo FROM label WHERE code = $1", code) == before
    assert before["fixed_lon"] == HERE[0]
    assert before["photo"]


async def test_sightings_are_coarse_and_nameless(field, add_asset, registrar, crew) -> None:
    asset, code = await add_asset(), await blank(registrar)
    label = await bind_label(code, asset.code, crew, lon=120.654321, lat=28.012345)
    await note_sighting(label.id, 120.9999, 28.1111, "citizen", crew.at)
    assert await sightings() == [(120.654, 28.012, "crew", crew.at), (121.0, 28.111, "citizen", crew.at)]


@pytest.mark.parametrize("place", [(181.0, 0.0), (0.0, 90.5), (float("nan"), 0.0)])
async def test_a_place_that_is_none_is_passed_over(field, registrar, place) -> None:
    label = await get_label(await blank(registrar))
    await note_sighting(label.id, *place, "crew", registrar.at)
    assert await sightings() == []
