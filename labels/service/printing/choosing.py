"""Whose labels a job prints, fixed before anything is done: what is issued on the way must not change the choice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from foundation.act import Act
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from labels.queries import find_selected, has_ids, selection_filter
from labels.schemas import Selection
from labels.service.issue import refuse_retired
from registry.queries import find_asset_places, get_assets_by_id, place_of
from registry.schemas import AssetRead

AT_ONCE: Final = 250


async def choose(selection: Selection, act: Act) -> list[int]:
    """The ids of the selected assets in printing order.

    Raises Invalid for an empty selection and unknown codes, Refused for a retired facility, Forbidden where the
    registrar's scope does not hold all of them: nothing has been issued yet.
    """
    act.require_anywhere(Role.REGISTRAR)
    if has_ids(selection):
        assets = await find_selected(selection, at=act.at)
        found = [(asset.id, place_of(asset)) for asset in assets]
        refuse_retired(assets)
    else:
        found = await find_asset_places(selection_filter(selection))
    if not found:
        raise Invalid(N_("The selection holds no facility, so there is nothing to print."), code="no_labels")
    for place in {place for _, place in found}:
        act.require(Role.REGISTRAR, place=place)
    return [asset_id for asset_id, _ in found]


async def in_pieces(asset_ids: Sequence[int], at_once: int = AT_ONCE) -> AsyncIterator[list[AssetRead]]:
    """The assets of the ids in their order, some at a time: a hundred thousand are never in memory at once."""
    for start in range(0, len(asset_ids), at_once):
        piece = asset_ids[start : start + at_once]
        found = await get_assets_by_id(piece)
        yield [found[asset_id] for asset_id in piece if asset_id in found]
