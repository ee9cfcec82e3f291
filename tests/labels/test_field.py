"""Blank labels bound in the field: the verbs with place and photo, the crew's pages, what is kept of sightings."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from foundation.act import Act
from foundation.database import fetch, fetchrow
from foundation.errors import Forbidden, Invalid, NotSignedIn
from foundation.principals import Grant, Principal, Role
from foundation.settings import load_settings, use_settings
from labels.check_word import check_word
from labels.pages import PAGES
from labels.photos import photo_store
from labels.queries import get_label
from labels.routes import ROUTES
from labels.service import bind_label, issue_labels, mark_fixed, mark_worn, note_sighting
from labels.service.issue import make_blank_labels
from registry.queries import find_history
from registry.service import retire_asset
from tests.web import room_client

pytestmark = pytest.mark.anyio
HERE = (120.6543, 28.0123)


@pytest.fixture
async def field(database: str, registrar: Act, crew: Act, dispatcher: Act, tmp_path: Path) -> AsyncIterator:
    street = Act(Principal("crew 9", 9, (Grant(Role.CREW, streets=frozenset({"南门街道"})),)), crew.at)
    people = {"registrar": registrar, "crew": crew, "dispatcher": dispatcher, "street": street}
    use_settings(load_settings({"FACILITY_UPLOAD_MAX_MB": "1"}, data_dir=tmp_path))
    async with room_client([*PAGES, *ROUTES], people, who="crew", lang="en") as client:
        yield client


async def blank(act: Act) -> str:
    (made,) = await make_blank_labels(1, act, job="x", stock="a4-3x8")
    return made.code


def picture(size: tuple[int, int] = (80, 60)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, "PNG")
    return file.getvalue()


async def sightings() -> list[tuple]:
    rows = await fetch("SELECT lon, lat, source, at FROM label_sighting ORDER BY id")
    return [tuple(row) for row in rows]


def offered(page: httpx.Response) -> list[str]:
    """The facilities a page offers, in its order, by name."""
    return re.findall(r'<a class="job[^>]*><b>(.*?)</b>', page.text)


# The verbs


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


# Choosing


@pytest.mark.parametrize(("lang", "words"), [("zh", "这枚标签贴在哪处设施上？"), ("en", "Which facility does this")])
async def test_the_page_shows_the_code_and_its_check_word(field, registrar, lang, words) -> None:
    code = await blank(registrar)
    page = await field.get(f"/crew/labels/{code}/bind", headers={"accept-language": lang})
    assert page.status_code == 200
    number = (await fetchrow("SELECT check_word FROM label WHERE code = $1", code))["check_word"]
    assert words in page.text
    assert check_word(number, "en" if lang == "en" else "zh-CN") in page.text
    assert (await get_label(code)).printed in page.text


async def test_the_nearest_without_a_label_come_first_and_those_with_one_apart(field, add_asset, registrar) -> None:
    far = await add_asset("far", lon=HERE[0] + 0.01, lat=HERE[1])
    near = await add_asset("near", lon=HERE[0] + 0.001, lat=HERE[1])
    taken = await add_asset("taken", lon=HERE[0], lat=HERE[1])
    await issue_labels([taken.id], registrar)
    page = await field.get(f"/crew/labels/{await blank(registrar)}/bind?near={HERE[0]},{HERE[1]}")
    assert offered(page) == [near.name, far.name, taken.name]
    assert "98 m" in page.text  # 0.001° of longitude at 28° north
    assert "Has the label" in page.text


async def test_without_a_position_one_searches_by_name_and_nonsense_does_no_harm(field, add_asset, registrar) -> None:
    await add_asset("东门公厕")
    await add_asset("西市公厕")
    code = await blank(registrar)
    assert offered(await field.get(f"/crew/labels/{code}/bind", params={"q": "西市"})) == ["西市公厕"]
    for near in ("here", "999,0", "1", ""):
        page = await field.get(f"/crew/labels/{code}/bind", params={"near": near, "q": "西市"})
        assert offered(page) == ["西市公厕"]
    nothing = await field.get(f"/crew/labels/{code}/bind", params={"q": "<b>"})
    assert "Nothing found" in nothing.text
    assert "<b>”" not in nothing.text


async def test_a_facility_that_is_not_there_leads_back_to_the_choice(field, registrar) -> None:
    page = await field.get(f"/crew/labels/{await blank(registrar)}/bind?asset=NO-SUCH")
    assert page.status_code == 404
    assert "Which facility" in page.text
    assert "NO-SUCH" in page.text


async def test_a_label_that_is_not_blank_leads_to_its_page(field, add_asset, registrar) -> None:
    asset = await add_asset()
    code = (await issue_labels([asset.id], registrar))[asset.id].code
    gone = await field.get(f"/crew/labels/{code}/bind")
    assert (gone.status_code, gone.headers["location"]) == (303, f"/A/{code}")


@pytest.mark.parametrize(("who", "status"), [("crew", 200), ("registrar", 200), ("dispatcher", 403), ("nobody", 401)])
async def test_crews_and_registrars_may_look(field, registrar, who, status) -> None:
    page = await field.get(f"/crew/labels/{await blank(registrar)}/bind", headers={"who": who})
    assert page.status_code == status


# Binding


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


# In place, worn, seen


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
