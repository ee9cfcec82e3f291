"""Labels that nobody scans."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.database import execute
from foundation.errors import (
    Invalid,
)
from labels.queries.watch import WatchFilter, count_unscanned, find_unscanned
from labels.service import issue_labels, void_label
from registry.service import retire_asset
from tests.labels.watch.material import label_id, later, unscanned

pytestmark = pytest.mark.anyio


async def test_a_label_is_missed_when_nobody_scanned_it_since_it_was_put_up(hang, add_asset, registrar) -> None:
    _, one = await hang("一", 0, 0)
    _, two = await hang("二", 50, 50)
    asset = await add_asset("三")
    await issue_labels([asset.id], registrar)  # never printed, so it hangs nowhere
    month = later(registrar, days=31)
    assert await unscanned(later(registrar, days=29)) == []
    assert await unscanned(month) == [one, two]
    assert await unscanned(month, days=90) == []
    assert await unscanned(later(registrar, days=8), days=7) == [one, two]
    day = registrar.at.date()
    await execute("INSERT INTO label_scan VALUES ($1, $2, 3, $3)", await label_id(one), day, registrar.at)
    before = registrar.at - timedelta(hours=1)  # as it lay on the desk
    await execute("INSERT INTO label_scan VALUES ($1, $2, 1, $3)", await label_id(two), day, before)
    assert await unscanned(month) == [two]
    assert await count_unscanned(WatchFilter(), month.at) == 1
    await execute(
        "UPDATE label SET printed_at = $1 WHERE state = 'fixed'", registrar.at + timedelta(days=20)
    )  # and put up anew
    assert await unscanned(later(registrar, days=51)) == [one, two]


async def test_the_list_is_filtered_and_paged_and_leaves_out_what_does_not_count(hang, registrar) -> None:
    _, here = await hang("一", 0, 0)
    _, there = await hang("二", 10, 10, street="南门街道")
    _, tree = await hang("三", 20, 20, kind="street_tree")
    gone, old = await hang("四", 30, 30)
    await retire_asset(gone.code, "拆除", gone.version, registrar)
    _, spoilt = await hang("五", 40, 40)
    await void_label(spoilt, "撕了", registrar)
    month = later(registrar, days=31)
    assert await unscanned(month, street="南门街道") == [there]
    assert await unscanned(month, kind="street_tree") == [tree]
    assert old not in await unscanned(month)
    first = await find_unscanned(WatchFilter(limit=2), month.at)
    rest = await find_unscanned(WatchFilter(limit=2, cursor=first.next), month.at)
    assert [label.code for label in (*first.items, *rest.items)] == [here, there, tree]
    assert rest.next is None
    with pytest.raises(Invalid):
        await find_unscanned(WatchFilter(days=31), month.at)
