"""Bind, fix, wear, replace, void: each one move, one line, and never two labels on one asset."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from foundation.database import fetch, fetchval
from foundation.errors import Conflict, FacilityError, Forbidden, Gone, Invalid, NotFound, NotSignedIn, Refused, Stale
from labels.queries import Replaced, get_label, read_landing
from labels.service import bind_label, issue_labels, mark_fixed, mark_worn, replace_label, void_label
from labels.service.issue import make_blank_labels
from registry.history import verify
from registry.queries import find_history, get_asset

pytestmark = pytest.mark.anyio
_batches = count()


async def labelled(asset, act) -> str:
    return (await issue_labels([asset.id], act))[asset.id].code


async def blank(act) -> str:
    (made,) = await make_blank_labels(1, act, job=f"x{next(_batches)}", stock="a4-3x8")
    return made.code


async def successor_of(code: str) -> str:
    with pytest.raises(Replaced) as replaced:
        await read_landing(code)
    return replaced.value.successor


async def kinds(asset) -> list[str]:
    return [line.kind for line in (await find_history(asset.id)).items]


async def test_a_crew_binds_a_blank_label_in_the_field(add_asset, registrar, crew) -> None:
    asset, code = await add_asset(), await blank(registrar)
    label = await bind_label(code.lower(), asset.code, crew)
    assert (label.state, label.asset, label.version) == ("fixed", asset.code, 2)
    assert label.fixed_at == crew.at
    assert (await get_asset(asset.code)).label == label.printed
    assert (await kinds(asset))[0] == "label.bound"
    with pytest.raises(Refused):
        await bind_label(code, asset.code, crew)


async def test_a_second_label_is_refused_unless_it_replaces_the_first(add_asset, registrar, crew) -> None:
    asset = await add_asset()
    old, new = await labelled(asset, registrar), await blank(registrar)
    with pytest.raises(Conflict) as refused:
        await bind_label(new, asset.code, crew)
    assert refused.value.code == "has_label"
    assert (await get_label(new)).state == "blank"
    await bind_label(new, asset.code, crew, replace=True)
    assert await successor_of(old) == new
    assert (await kinds(asset))[:2] == ["label.bound", "label.replaced"]


@pytest.mark.parametrize("replace", [False, True])
async def test_of_many_labels_bound_at_once_one_is_current(add_asset, registrar, crew, replace) -> None:
    asset = await add_asset()
    codes = [await blank(registrar) for _ in range(5)]
    if replace:
        codes.append(await labelled(asset, registrar))
    binds = (bind_label(code, asset.code, crew, replace=replace) for code in codes[:5])
    answers = await asyncio.gather(*binds, return_exceptions=True)
    assert all(isinstance(answer, Conflict) for answer in answers if isinstance(answer, BaseException))
    current = await fetch("SELECT code FROM label WHERE asset_id = $1 AND state = 'fixed'", asset.id)
    assert len(current) == 1
    links = await fetch("SELECT replaced_by_id AS by, count(*) AS n FROM label WHERE state = 'replaced' GROUP BY 1")
    assert {row["n"] for row in links} <= {1}
    assert (await get_asset(asset.code)).label.replace("-", "") == current[0]["code"]
    for label in [await get_label(code) for code in codes]:
        while label.successor:
            label = await get_label(label.successor)
        assert label.state == "blank" or label.code == current[0]["code"]


async def test_worn_fixed_and_replaced_lead_on_for_ever(add_asset, registrar, crew) -> None:
    asset = await add_asset()
    first = await labelled(asset, registrar)
    assert (await mark_fixed(first, crew)).state == "fixed"
    assert (await mark_worn(first, crew)).state == "worn"
    second = await replace_label(first, registrar)
    third = await replace_label(second.code, registrar)
    assert await successor_of(first) == second.code
    assert await successor_of(second.code) == third.code
    landing = await read_landing(third.code)
    assert landing.asset is not None
    assert landing.asset.code == asset.code
    assert third.state == "printed"
    assert (await get_asset(asset.code)).label == third.printed
    assert (await get_label(first)).successor == second.code
    with pytest.raises(Refused):
        await replace_label(first, registrar)
    assert (await verify()).broken == []


async def test_a_void_label_is_gone_and_the_asset_free_for_another(add_asset, registrar) -> None:
    asset = await add_asset()
    code = await labelled(asset, registrar)
    await void_label(code, "  stolen \n twice ", registrar)
    with pytest.raises(Gone):
        await read_landing(code)
    assert (await get_asset(asset.code)).label is None
    (line, *_) = (await find_history(asset.id)).items
    assert line.data["reason"] == "stolen twice"
    assert await labelled(asset, registrar) != code
    with pytest.raises(Refused):
        await void_label(code, "again", registrar)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
async def test_void_needs_a_reason(add_asset, registrar, reason) -> None:
    code = await labelled(await add_asset(), registrar)
    with pytest.raises(Invalid):
        await void_label(code, reason, registrar)
    assert (await get_label(code)).state == "printed"


async def test_two_replacements_at_once_make_one_successor(add_asset, registrar) -> None:
    code = await labelled(await add_asset(), registrar)
    answers = await asyncio.gather(*(replace_label(code, registrar) for _ in range(4)), return_exceptions=True)
    assert sum(not isinstance(answer, FacilityError) for answer in answers) == 1
    assert await fetchval("SELECT count(*) FROM label") == 2


async def test_an_old_version_is_stale(add_asset, registrar, crew) -> None:
    code = await labelled(await add_asset(), registrar)
    await mark_fixed(code, crew, version=1)
    for verb in (mark_worn, replace_label):
        with pytest.raises(Stale):
            await verb(code, registrar, version=1)
    with pytest.raises(Stale):
        await void_label(code, "late", registrar, version=1)


async def test_each_verb_asks_for_its_role(add_asset, registrar, scoped_registrar, crew, dispatcher, citizen) -> None:
    asset = await add_asset(street="南门街道")
    code, empty = await labelled(asset, registrar), await blank(registrar)
    verbs = {
        "bind": lambda act: bind_label(empty, asset.code, act, replace=True),
        "fix": lambda act: mark_fixed(code, act),
        "wear": lambda act: mark_worn(code, act),
        "replace": lambda act: replace_label(code, act),
        "void": lambda act: void_label(code, "x", act),
        "void blank": lambda act: void_label(empty, "x", act),
    }
    for name, verb in verbs.items():
        refused = [dispatcher, scoped_registrar, *([crew] if name.startswith(("replace", "void")) else [])]
        for act in refused:
            with pytest.raises(Forbidden):
                await verb(act)
        with pytest.raises(NotSignedIn):
            await verb(citizen)
    assert (await get_label(code)).version == 1


async def test_an_unknown_code_is_not_found_and_a_misread_one_says_so(database, registrar) -> None:
    with pytest.raises(NotFound):
        await mark_worn("7F3K-9QXD-Y", registrar)
    with pytest.raises(Invalid) as refused:
        await mark_worn("7F3K-9QXD-Z", registrar)
    assert refused.value.code == "bad_check_character"
