"""Labels said to be in place or worn, and where the scanner saw them."""

from __future__ import annotations

import pytest

from foundation.database import fetchrow
from labels.queries import get_label
from labels.service import issue_labels
from tests.labels.field.material import HERE, blank, sightings

pytestmark = pytest.mark.anyio


async def test_a_crew_says_that_a_printed_label_is_in_place_and_later_that_it_is_worn(
    field, add_asset, registrar
) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    form = {"lon": str(HERE[0]), "lat": str(HERE[1])}
    done = await field.post(f"/crew/labels/{code}/fixed", data=form, files={"photo": ("", b"", "image/png")})
    assert (done.status_code, done.headers["location"]) == (303, f"/A/{code}?notice=fixed")
    row = await fetchrow("SELECT state, fixed_lon, photo FROM label WHERE code = $1", code)
    assert tuple(row) == ("fixed", HERE[0], None)
    assert (await field.post(f"/crew/labels/{code}/fixed", data=form)).status_code == 409
    assert (await field.post(f"/crew/labels/{code}/worn", headers={"who": "dispatcher"})).status_code == 403
    worn = await field.post(f"/crew/labels/{code}/worn")
    assert worn.headers["location"] == f"/A/{code}?notice=worn"
    assert (await get_label(code)).state == "worn"


async def test_the_scanner_notes_where_it_saw_a_label(field, registrar, crew) -> None:
    code = await blank(registrar)
    place = {"lon": str(HERE[0]), "lat": str(HERE[1]), "accuracy": "20"}
    assert (await field.post(f"/crew/labels/{code}/seen", data=place)).status_code == 204
    for useless in ({}, {"lon": "x", "lat": "y"}, place | {"accuracy": "2000"}, {"lon": "28", "lat": "120"}):
        assert (await field.post(f"/crew/labels/{code}/seen", data=useless)).status_code == 204
    assert await sightings() == [(120.654, 28.012, "crew", crew.at)]
    assert (await field.post(f"/crew/labels/{code}/seen", data=place, headers={"who": "nobody"})).status_code == 401
    assert (await field.post("/crew/labels/7F3K9QXDY/seen", data=place)).status_code == 404
    assert len(await sightings()) == 1
