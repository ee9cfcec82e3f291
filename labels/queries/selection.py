"""Whose labels are printed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from foundation.codes import parse_code
from foundation.database import fetch
from foundation.errors import Invalid
from foundation.paging import MOST
from foundation.translation import N_
from labels.queries.reprints import reprint_asset_ids
from labels.schemas import Selection
from labels.states import CURRENT
from registry.catalogue import catalogue
from registry.queries import asset_counts, find_assets, get_assets_by_id
from registry.schemas import AssetFilter, AssetRead
from registry.words import ONLY

_NAMED: Final = 5


async def find_selected(selection: Selection, *, at: datetime | None = None) -> list[AssetRead]:
    """The assets selected: in the order of their codes where those are given, else of registration; those of the
    reprint queue by street and asset code. ``at`` is when labels are too old, now where it is not said.

    Raises Invalid where a code is unknown or the filter is, NotFound for an unknown kind.
    """
    if selection.reprint:
        return await _waiting(selection, at or datetime.now(UTC))
    return await _found(selection)


async def _waiting(selection: Selection, at: datetime) -> list[AssetRead]:
    """The labels to print anew, and of those only what else is asked for."""
    waiting = await reprint_asset_ids(at, street=selection.street or None, kind=selection.kind or None)
    if selection.codes or selection.q or selection.only or selection.imported:
        wanted = {asset.id: asset for asset in await _found(selection)}
    else:
        wanted = await get_assets_by_id(waiting)
    return [wanted[asset_id] for asset_id in waiting if asset_id in wanted]


async def _found(selection: Selection) -> list[AssetRead]:
    if selection.codes:
        return await _by_codes(selection.codes)
    return [asset async for chunk in _filtered(selection) for asset in chunk]


async def _filtered(selection: Selection) -> AsyncIterator[list[AssetRead]]:
    wanted = _filter(selection)
    cursor: str | None = None
    while True:
        page = await find_assets(AssetFilter(**wanted, cursor=cursor, limit=MOST))
        if page.items:
            yield page.items
        if not (cursor := page.next):
            return


async def count_selected(selection: Selection, *, at: datetime | None = None) -> int:
    """How many labels the selection has, counted up to 10,000 unless they are of the reprint queue."""
    if selection.reprint:
        return len(await find_selected(selection, at=at))
    if selection.codes:
        return len(await _by_codes(selection.codes))
    return (await asset_counts(AssetFilter(**_filter(selection)))).total


def has_ids(selection: Selection) -> bool:
    """Whether the selection names its assets, rather than a filter that finds them."""
    return bool(selection.reprint or selection.codes)


def selection_filter(selection: Selection) -> AssetFilter:
    """The registry's filter of a selection. Raises Invalid for an unknown one, NotFound for an unknown kind."""
    return AssetFilter(**_filter(selection))


def _filter(selection: Selection) -> dict[str, Any]:
    if selection.kind:
        catalogue().kind(selection.kind)
    if selection.only and selection.only not in ONLY:
        raise Invalid(N_("There is no such filter."), code="bad_filter")
    found: dict[str, Any] = {name: getattr(selection, name) or None for name in ("kind", "street", "q", "only")}
    return {**found, "batch": selection.imported}


async def _by_codes(codes: Sequence[str]) -> list[AssetRead]:
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    ids = await _ids_of_assets(wanted)
    ids |= await _ids_of_labels([code for code in wanted if code not in ids])
    missing = [code for code in wanted if code not in ids]
    if missing:
        raise Invalid(
            N_("{count} codes are unknown: {codes}"),
            code="unknown_codes",
            count=len(missing),
            codes=", ".join(missing[:_NAMED]) + (" …" if len(missing) > _NAMED else ""),
        )
    assets = await get_assets_by_id(ids.values())
    return [assets[asset_id] for asset_id in dict.fromkeys(ids[code] for code in wanted)]


async def _ids_of_assets(codes: list[str]) -> dict[str, int]:
    rows = await fetch("SELECT code, id FROM public_asset WHERE code = ANY($1::text[])", codes)
    return {row["code"]: row["id"] for row in rows}


async def _ids_of_labels(codes: list[str]) -> dict[str, int]:
    """Somebody holding a worn label knows the label's code and not the asset's."""
    parsed = {}
    for text in codes:
        try:
            parsed[text] = parse_code(text)
        except Invalid:
            continue
    rows = await fetch(
        "SELECT code, asset_id FROM label WHERE code = ANY($1::text[]) AND state = ANY($2::text[])",
        list(parsed.values()),
        list(CURRENT),
    )
    found = {row["code"]: row["asset_id"] for row in rows}
    return {text: found[code] for text, code in parsed.items() if code in found}
