"""What became of labels between their gathering and their leaving the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from foundation.act import Act
from foundation.errors import Forbidden, Refused
from labels.press.spool import Spooled
from labels.service import Paper, bind_label, mark_worn, replace_label, void_label
from labels.service.issue import make_blank_labels
from labels.service.printing.faces import spooled, words_for
from labels.service.printing.paper import order_for
from labels.service.printing.unchanged import require_unchanged
from labels.service.watch import swap_labels
from registry.queries import get_asset
from registry.schemas import AssetRead
from registry.service import retire_asset

pytestmark = pytest.mark.anyio
Gather = Callable[..., Awaitable[list[Spooled]]]


@pytest.fixture
async def gather(registrar: Act) -> Gather:
    """The labels of assets, issued and spooled."""

    async def labels_of(*assets: AssetRead) -> list[Spooled]:
        words = await words_for(await order_for(Paper("https://qr.example.cn")), registrar)
        return await spooled(assets, words, registrar)

    return labels_of


async def blanks(count: int, act: Act) -> list[Spooled]:
    made = await make_blank_labels(count, act, job="20261124-AB", stock="a4-3x8")
    return [Spooled(label.id, None, label.code, label.check_word, {}) for label in made]


async def test_labels_that_are_what_they_were_may_leave(gather, add_asset, registrar) -> None:
    items = await gather(await add_asset("一"), await add_asset("二"))
    await mark_worn(items[0].code, registrar)
    await require_unchanged([*items, *await blanks(2, registrar)], registrar)


async def test_a_facility_retired_while_its_label_was_printed_is_refused(gather, add_asset, registrar) -> None:
    kept, gone = await add_asset("留"), await add_asset("拆")
    items = await gather(kept, gone)
    gone = await get_asset(gone.code)
    await retire_asset(gone.code, "demolished", gone.version, registrar)
    with pytest.raises(Refused) as refused:
        await require_unchanged(items, registrar)
    assert refused.value.code == "retired"
    assert gone.code in refused.value.message("en")
    assert kept.code not in refused.value.message("en")


@pytest.mark.parametrize("what", ["void", "replaced", "swapped", "blank void"])
async def test_a_label_that_no_longer_counts_is_refused_and_named(gather, add_asset, registrar, what) -> None:
    items = await gather(await add_asset("一"), await add_asset("二"), await add_asset("三"))
    match what:
        case "void":
            await void_label(items[1].code, "stolen", registrar)
        case "replaced":
            await replace_label(items[1].code, registrar)
        case "swapped":
            await swap_labels(items[1].code, items[2].code, registrar)
        case "blank void":
            items = await blanks(3, registrar)
            await void_label(items[1].code, "lost", registrar)
    with pytest.raises(Refused) as refused:
        await require_unchanged(items, registrar)
    assert refused.value.code == "label_changed"
    said = refused.value.message("zh-CN")
    assert f"{2 if what == 'swapped' else 1} 张标签" in said
    assert items[1].code[:4] in said


async def test_a_blank_label_that_found_its_facility_meanwhile_may_leave(add_asset, registrar) -> None:
    items = await blanks(2, registrar)
    await bind_label(items[0].code, (await add_asset()).code, registrar)
    await require_unchanged(items, registrar)


async def test_whose_scope_ends_before_one_of_them_hands_out_none(
    gather, add_asset, registrar, scoped_registrar
) -> None:
    near, far = await add_asset("近"), await add_asset("远", street="南门街道")
    await require_unchanged(await gather(near), scoped_registrar)
    for items in (await gather(near, far), await blanks(1, registrar)):
        with pytest.raises(Forbidden):
            await require_unchanged(items, scoped_registrar)
