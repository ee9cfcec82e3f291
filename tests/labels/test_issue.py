"""Issuing: one current label for each asset whoever asks and however often, a code never twice."""

from __future__ import annotations

import asyncio

import pytest

from foundation.codes import parse_code
from foundation.database import fetch, fetchval
from foundation.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refused
from labels.queries import get_label, label_counts
from labels.service import issue_labels
from labels.service.issue import make_blank_labels
from registry.queries import find_history, get_asset
from registry.service import retire_asset

pytestmark = pytest.mark.anyio


async def test_a_new_label_has_a_valid_code_a_history_line_and_a_signal(add_asset, registrar) -> None:
    asset = await add_asset()
    label = (await issue_labels([asset.id], registrar))[asset.id]
    assert label.new
    assert parse_code(label.printed) == label.code
    assert (await get_asset(asset.code)).label == label.printed
    (line, *_) = (await find_history(asset.id)).items
    assert (line.kind, line.audience, line.data) == ("label.issued", "staff", {"label": label.printed})
    assert label.printed in line.summary["zh"]
    assert (await get_label(label.code)).state == "printed"


async def test_issuing_again_keeps_the_code_and_writes_nothing(add_asset, registrar) -> None:
    asset = await add_asset()
    first = await issue_labels([asset.id], registrar)
    lines = await fetchval("SELECT count(*) FROM history_line")
    again = await issue_labels([asset.id, asset.id], registrar)
    assert again[asset.id].code == first[asset.id].code
    assert not again[asset.id].new
    assert await fetchval("SELECT count(*) FROM history_line") == lines


async def test_many_at_once_leave_one_current_label_each(add_asset, registrar) -> None:
    ids = [(await add_asset(f"公厕 {n}")).id for n in range(6)]
    answers = await asyncio.gather(*(issue_labels(ids[::step], registrar) for step in (1, -1, 2, -2, 3, 1, -1, 1)))
    codes = {asset_id: {answer[asset_id].code for answer in answers if asset_id in answer} for asset_id in ids}
    assert all(len(found) == 1 for found in codes.values())
    assert await fetchval("SELECT count(*) FROM label") == 6
    kinds = await fetch("SELECT stream, count(*) AS n FROM history_line WHERE kind = 'label.issued' GROUP BY stream")
    assert {row["n"] for row in kinds} == {1}


async def test_a_code_that_exists_already_is_not_used_again(add_asset, registrar, monkeypatch) -> None:
    first, second = await add_asset("一"), await add_asset("二")
    used = (await issue_labels([first.id], registrar))[first.id].code
    drawn = iter([[used], [used], ["7F3K9QXDY"]])
    monkeypatch.setattr("labels.service.issue.fresh_codes", lambda _count: next(drawn))
    assert (await issue_labels([second.id], registrar))[second.id].code == "7F3K9QXDY"


async def test_only_a_registrar_of_the_place_issues(
    add_asset, scoped_registrar, crew, dispatcher, citizen, registrar
) -> None:
    near, far = await add_asset("近"), await add_asset("远", street="南门街道")
    for act in (crew, dispatcher):
        with pytest.raises(Forbidden):
            await issue_labels([near.id], act)
    with pytest.raises(NotSignedIn):
        await issue_labels([near.id], citizen)
    with pytest.raises(Forbidden):
        await issue_labels([near.id, far.id], scoped_registrar)
    assert await fetchval("SELECT count(*) FROM label") == 0
    assert (await issue_labels([near.id], scoped_registrar))[near.id].new


async def test_an_unknown_or_retired_asset_gets_none(add_asset, registrar) -> None:
    asset = await add_asset()
    with pytest.raises(NotFound):
        await issue_labels([asset.id, 999_999], registrar)
    await retire_asset(asset.code, "demolished", asset.version, registrar)
    with pytest.raises(Refused):
        await issue_labels([asset.id], registrar)
    assert await label_counts() == {}


async def test_blank_labels_belong_to_nobody_and_stand_in_the_districts_history(database, registrar, crew) -> None:
    made = await make_blank_labels(30, registrar, job="20261123-AB12", stock="a4-3x8")
    assert len({label.code for label in made}) == 30
    assert await label_counts() == {"blank": 30}
    (row,) = await fetch("SELECT stream, kind, data FROM history_line")
    assert (row["stream"], row["kind"], row["data"]["count"]) == (0, "label.preprinted", 30)
    for count in (0, -1, 10_001):
        with pytest.raises(Invalid):
            await make_blank_labels(count, registrar, job="x", stock="a4-3x8")
    with pytest.raises(Forbidden):
        await make_blank_labels(1, crew, job="x", stock="a4-3x8")
