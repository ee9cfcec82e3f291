"""Binding a blank label on the page."""

from __future__ import annotations

import pytest

from foundation.database import fetchrow
from labels.queries import get_label
from labels.service import bind_label, issue_labels
from registry.service import retire_asset
from tests.labels.field.material import HERE, blank, offered, picture, sightings

pytestmark = pytest.mark.anyio


async def test_the_form_binds_and_leads_to_the_facility(field, add_asset, registrar) -> None:
    asset, code = await add_asset(lon=HERE[0], lat=HERE[1]), await blank(registrar)
    form = {"asset": asset.code, "lon": str(HERE[0]), "lat": str(HERE[1]), "accuracy": "12.5"}
    files = {"photo": ("label.png", picture(), "image/png")}
    done = await field.post(f"/crew/labels/{code}/bind", data=form, files=files)
    assert (done.status_code, done.headers["location"]) == (303, f"/A/{code}?notice=bound")
    row = await fetchrow("SELECT state, fixed_lon, photo FROM label WHERE code = $1", code)
    assert (row["state"], row["fixed_lon"]) == ("fixed", HERE[0])
    assert row["photo"]
    assert len(await sightings()) == 1


async def test_a_registrar_goes_back_to_the_desk(field, add_asset, registrar) -> None:
    asset, code = await add_asset(), await blank(registrar)
    done = await field.post(f"/crew/labels/{code}/bind", data={"asset": asset.code}, headers={"who": "registrar"})
    assert done.headers["location"] == f"/desk/labels/{code}?notice=bound"


async def test_the_old_label_must_be_given_up_by_its_name(field, add_asset, registrar) -> None:
    asset, code = await add_asset(), await blank(registrar)
    old = (await issue_labels([asset.id], registrar))[asset.id]
    shown = await field.get(f"/crew/labels/{code}/bind?asset={asset.code}")
    assert f'value="{old.printed}"' in shown.text
    for typed in ({}, {"replace": "1"}, {"replace": "7F3K-9QXD-Y"}):
        page = await field.post(f"/crew/labels/{code}/bind", data={"asset": asset.code, **typed})
        assert page.status_code == 409
        assert f'value="{old.printed}"' in page.text
        assert 'href="#f-replace"' in page.text
        assert (await get_label(old.code)).state == "printed"
    done = await field.post(f"/crew/labels/{code}/bind", data={"asset": asset.code, "replace": old.printed})
    assert done.status_code == 303
    assert (await get_label(old.code)).successor == code


async def test_far_away_it_asks_and_keeps_what_was_chosen(field, add_asset, registrar) -> None:
    asset, code = await add_asset("世纪广场东公厕", lon=HERE[0], lat=HERE[1]), await blank(registrar)
    form = {"asset": asset.code, "lon": str(HERE[0] + 0.004), "lat": str(HERE[1]), "near": "120.6,28.0", "q": "世纪"}
    page = await field.post(f"/crew/labels/{code}/bind", data=form)
    assert page.status_code == 400
    assert "I am at the right place" in page.text
    for kept in (f'value="{asset.code}"', 'value="120.6,28.0"', 'value="世纪"', f'value="{HERE[0] + 0.004}"'):
        assert kept in page.text
    assert (await get_label(code)).state == "blank"
    assert (await field.post(f"/crew/labels/{code}/bind", data=form | {"here": "1"})).status_code == 303
    assert (await fetchrow("SELECT fixed_lon FROM label WHERE code = $1", code))["fixed_lon"] == HERE[0] + 0.004


async def test_the_page_says_far_away_before_anything_is_sent(field, add_asset, registrar) -> None:
    asset, code = await add_asset(lon=HERE[0], lat=HERE[1]), await blank(registrar)
    close = await field.get(f"/crew/labels/{code}/bind?asset={asset.code}&near={HERE[0] + 0.002},{HERE[1]}")
    assert "I am at the right place" not in close.text
    far = await field.get(f"/crew/labels/{code}/bind?asset={asset.code}&near={HERE[0] + 0.004},{HERE[1]}")
    assert "I am at the right place" in far.text


@pytest.mark.parametrize("position", [{"lon": "x", "lat": "28"}, {"lon": "120", "lat": "28", "accuracy": "5000"}])
async def test_a_phone_that_does_not_know_its_place_keeps_nobody_from_binding(
    field, add_asset, registrar, position
) -> None:
    asset, code = await add_asset(lon=HERE[0], lat=HERE[1]), await blank(registrar)
    assert (await field.post(f"/crew/labels/{code}/bind", data={"asset": asset.code} | position)).status_code == 303
    assert (await fetchrow("SELECT fixed_lon FROM label WHERE code = $1", code))["fixed_lon"] is None


@pytest.mark.parametrize(("photo", "words"), [(b"no photo", "not a photo"), (picture((900, 800)), "larger than 1 MB")])
async def test_a_photo_that_cannot_be_taken_binds_nothing(field, add_asset, registrar, photo, words) -> None:
    asset, code = await add_asset(), await blank(registrar)
    files = {"photo": ("label.jpg", photo, "image/jpeg")}
    page = await field.post(f"/crew/labels/{code}/bind", data={"asset": asset.code}, files=files)
    assert page.status_code == 400
    assert words in page.text
    assert 'href="#f-photo"' in page.text
    assert "take the photo again" in page.text
    assert asset.code in page.text
    assert (await get_label(code)).state == "blank"


async def test_what_cannot_be_is_refused_on_the_same_page(field, add_asset, registrar, crew) -> None:
    gone, here = await add_asset("gone"), await add_asset("here")
    await retire_asset(gone.code, "demolished", gone.version, registrar)
    code = await blank(registrar)
    retired = await field.post(f"/crew/labels/{code}/bind", data={"asset": gone.code})
    assert retired.status_code == 409
    assert "is retired" in retired.text
    elsewhere = await field.post(f"/crew/labels/{code}/bind", data={"asset": here.code}, headers={"who": "street"})
    assert elsewhere.status_code == 403
    assert "may not do this here" in elsewhere.text
    unknown = await field.post(f"/crew/labels/{code}/bind", data={"asset": "NO-SUCH", "q": "here"})
    assert unknown.status_code == 404
    assert offered(unknown) == ["here"]
    await bind_label(code, here.code, crew)
    late = await field.post(f"/crew/labels/{code}/bind", data={"asset": gone.code})
    assert late.status_code == 409
    assert f'href="/A/{code}"' in late.text
    assert 'id="bind"' not in late.text


async def test_the_json_door_takes_the_place_too(field, add_asset, registrar) -> None:
    asset, code = await add_asset(), await blank(registrar)
    url = f"/api/v1/labels/{code}/bind"
    assert (await field.post(url, json={"asset": asset.code, "lon": HERE[0]})).json()["code"] == "bad_position"
    assert (await field.post(url, json={"asset": asset.code, "lon": HERE[0], "lat": HERE[1]})).status_code == 200
    row = await fetchrow("SELECT fixed_lon, fixed_lat FROM label WHERE code = $1", code)
    assert tuple(row) == HERE
