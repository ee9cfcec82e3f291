"""Two labels that hang at each other's facility are exchanged on record."""

from __future__ import annotations

import asyncio

import pytest

from foundation.database import execute, fetch, fetchrow
from foundation.errors import (
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    Refused,
    Stale,
)
from labels.queries import get_label
from labels.service import replace_label
from labels.service.watch import swap_labels
from registry.queries import find_history, get_asset_by_id
from tests.labels.watch.material import label_id, pairs, two_swapped

pytestmark = pytest.mark.anyio


async def test_a_swap_exchanges_the_labels_and_tells_both_histories(hang, registrar) -> None:
    (one, first), (two, second) = await two_swapped(hang)
    await execute("INSERT INTO label_wish VALUES ($1, 'wrong', $2, 1)", await label_id(first), registrar.at)
    await execute("INSERT INTO label_wish VALUES ($1, 'damaged', $2, 1)", await label_id(second), registrar.at)
    labels = await swap_labels(first, second, registrar, version=2, other_version=2)
    assert [(label.code, label.asset, label.state, label.version) for label in labels] == [
        (first, two.code, "fixed", 3),
        (second, one.code, "fixed", 3),
    ]
    assert (await get_asset_by_id(one.id)).label == labels[1].printed
    assert (await get_asset_by_id(two.id)).label == labels[0].printed
    for asset, label, before, other in ((one, labels[1], labels[0], two), (two, labels[0], labels[1], one)):
        line = (await find_history(asset.id, limit=1)).items[0]
        assert (line.kind, line.actor) == ("label.swapped", registrar.actor)
        assert line.data == {"label": label.printed, "before": before.printed, "other": other.code}
        assert other.code in line.summary["zh"]
    assert await pairs() == []
    assert [row["label_id"] for row in await fetch("SELECT label_id FROM label_wish")] == [await label_id(second)]


async def test_states_stay_with_the_stickers(hang, registrar) -> None:
    _, printed_only = await hang("一", 0, None)
    _, fixed = await hang("二", 40, 0)
    one, two = await swap_labels(printed_only, fixed, registrar)
    assert (one.state, two.state) == ("printed", "fixed")


async def test_swaps_at_the_same_moment_undo_each_other_and_do_not_deadlock(hang, registrar) -> None:
    (one, first), (_, second) = await two_swapped(hang)
    await asyncio.gather(*(swap_labels(*pair, registrar) for pair in [(first, second), (second, first)] * 3))
    assert (await get_label(first)).asset == one.code
    lines = await find_history(one.id)
    assert [line.kind for line in lines.items].count("label.swapped") == 6


async def test_what_cannot_be_swapped(hang, registrar, scoped_registrar, crew, citizen) -> None:
    (_, first), (_, second) = await two_swapped(hang)
    _, elsewhere = await hang("三", 80, 80, street="南门街道")
    with pytest.raises(Invalid) as same:
        await swap_labels(first, f"{first[:4]}-{first[4:8]}-{first[8:]}", registrar)
    assert same.value.code == "same_label"
    for who, refusal in ((scoped_registrar, Forbidden), (crew, Forbidden), (citizen, NotSignedIn)):
        with pytest.raises(refusal):
            await swap_labels(first, elsewhere, who)
    with pytest.raises(Forbidden):
        await swap_labels(elsewhere, first, scoped_registrar)
    for versions in ({"version": 1}, {"other_version": 9}):
        with pytest.raises(Stale):
            await swap_labels(first, second, registrar, **versions)
    with pytest.raises(NotFound):
        await swap_labels(first, "7F3K9QXDY", registrar)
    successor = await replace_label(second, registrar)
    with pytest.raises(Refused) as old:
        await swap_labels(first, second, registrar)
    assert old.value.code == "not_current"
    row = await fetchrow("SELECT count(*) AS n FROM history_line WHERE kind = 'label.swapped'")
    assert row["n"] == 0
    await swap_labels(first, successor.code, scoped_registrar)  # both in the street
