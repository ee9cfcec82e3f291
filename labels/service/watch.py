"""What the watch over labels leads to: two labels swapped on paper as they hang outside, and a label found good."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from foundation.act import Act
from foundation.codes import parse_code, printed
from foundation.database import Record, execute, fetch, transaction
from foundation.errors import Invalid, Refused
from foundation.principals import Role
from foundation.translation import N_
from labels.events import LabelChecked, LabelSwapped
from labels.queries import get_label, unknown_label
from labels.schemas import LabelRead
from labels.service.locking import check_version, lock_label, overtaken, place_of_label
from labels.states import CURRENT
from registry.history import record, record_many
from registry.queries import get_asset_by_id, place_of
from registry.service import write_signals_many


async def swap_labels(
    one: str, two: str, act: Act, *, version: int | None = None, other_version: int | None = None
) -> tuple[LabelRead, LabelRead]:
    """Give each of two assets the other's label, because that is how they hang; answers both labels, ``one`` first.

    Codes as typed, versions as they were shown. Raises Invalid for the same label twice, Refused for a label that is no
    longer an asset's current one, Stale, NotFound, and Forbidden where the registrar's scope ends for either asset.
    """
    codes = (parse_code(one), parse_code(two))
    if codes[0] == codes[1]:
        raise Invalid(N_("A label cannot be swapped with itself."), code="same_label")
    try:
        async with transaction():
            await _swap(await _locked(codes), (version, other_version), act)
    except asyncpg.UniqueViolationError as error:  # another label came to one of the assets at the same moment
        raise overtaken() from error
    return await get_label(codes[0]), await get_label(codes[1])


async def _swap(labels: tuple[Record, Record], versions: Sequence[int | None], act: Act) -> None:
    one, two = labels
    assets = {label["id"]: await get_asset_by_id(label["asset_id"]) for label in labels}
    for asset in assets.values():
        act.require(Role.REGISTRAR, place=place_of(asset))
    for label, version in zip(labels, versions, strict=True):
        check_version(label, version)
    # The index that holds an asset to one current label looks at each row at once, so one label steps aside meanwhile.
    # Nobody sees it: to everybody else the three statements are one.
    await execute("UPDATE label SET state = 'blank' WHERE id = $1", one["id"])
    await execute("UPDATE label SET asset_id = $2, version = version + 1 WHERE id = $1", two["id"], one["asset_id"])
    await execute(
        "UPDATE label SET asset_id = $2, state = $3, version = version + 1 WHERE id = $1",
        one["id"],
        two["asset_id"],
        one["state"],
    )
    # Now each hangs where it belongs. What is damaged stays so.
    await execute(
        "DELETE FROM label_wish WHERE label_id = ANY($1::bigint[]) AND reason = 'wrong'", [one["id"], two["id"]]
    )
    names = [printed(label["code"]) for label in labels]
    codes = [assets[label["id"]].code for label in labels]
    await record_many(
        [
            (one["asset_id"], LabelSwapped(label=names[1], before=names[0], other=codes[1])),
            (two["asset_id"], LabelSwapped(label=names[0], before=names[1], other=codes[0])),
        ],
        act,
    )
    await write_signals_many(("label_code",), [(one["asset_id"], two["code"]), (two["asset_id"], one["code"])])


async def _locked(codes: tuple[str, str]) -> tuple[Record, Record]:
    """Both rows in the order asked, locked in the order of their ids, so that two swaps cannot deadlock."""
    rows = await fetch(
        "SELECT id, code, state, asset_id, version FROM label WHERE code = ANY($1::text[]) ORDER BY id FOR UPDATE",
        list(codes),
    )
    found = {row["code"]: row for row in rows}
    for code in codes:
        if code not in found:
            raise unknown_label(code)
    for code in codes:
        if found[code]["state"] not in CURRENT:
            text = N_("The label {label} is not the current label of a facility, so it cannot be swapped.")
            raise Refused(text, code="not_current", label=printed(code))
    return found[codes[0]], found[codes[1]]


async def dismiss_wish(text: str, act: Act) -> LabelRead:
    """Somebody looked: the label that was reported is good, and leaves the reprint queue.

    Raises Refused where nobody has reported it, NotFound, and Forbidden for whoever is neither registrar nor inspector.
    """
    async with transaction():
        label = await lock_label(text)
        act.require(Role.REGISTRAR, Role.INSPECTOR, place=await place_of_label(label))
        if not await execute("DELETE FROM label_wish WHERE label_id = $1", label["id"]):
            raise Refused(
                N_("Nobody has reported the label {label}, or it was seen to already."),
                code="no_wish",
                label=printed(label["code"]),
            )
        await record(label["asset_id"], LabelChecked(label=printed(label["code"])), act)
    return await get_label(label["code"])
