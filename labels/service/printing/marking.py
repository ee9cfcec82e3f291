"""What was printed stands on record: by label, job and cell, and in each asset's history, once for each job."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from foundation.act import Act
from foundation.codes import printed
from foundation.database import execute, fetch, transaction
from foundation.settings import current_settings
from labels.events import LabelPrinted
from labels.press import PrintOrder
from labels.press.spool import Spool, Spooled
from labels.service.hearing import clear_wishes
from labels.service.printing.unchanged import refuse_changed, require_unchanged
from labels.stock import cell_in
from registry.history import record_many

AT_ONCE: Final = 500


def job_name(act: Act, request: str = "", *contents: object) -> str:
    """A short name by which a sheet is found again, such as 20261123-7F3K9A2B4C.

    The same request of the same account for the same contents has the same name, whenever it comes again.
    """
    if not request:
        return f"{act.at.astimezone(current_settings().zone):%Y%m%d}-{secrets.token_hex(5).upper()}"
    whole = msgspec.json.encode([act.principal.account_id, request, *contents], order="sorted")
    return "R" + hashlib.sha256(whole).hexdigest()[:16].upper()


async def mark_printed(items: Sequence[Spooled], first: int, order: PrintOrder, job: str, act: Act) -> int:
    """Write down labels of a job, the first of them its ``first`` (from 0); how many were not written down before.

    One transaction; a job begun again finds what it wrote and tells no history twice. Raises Refused where one of them
    changed since it was gathered.
    """
    begin = order.start - 1 + first
    place = {item.label_id: cell_in(order.stock, begin + n) for n, item in enumerate(items)}
    async with transaction():
        # Before anything refers to them, in order and in the mode of the change to come: two jobs with the same labels
        # wait for each other.
        await execute("SELECT id FROM label WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", list(place))
        # From here on nobody changes them. Of many, the last are written a good while after all were looked at.
        await refuse_changed([(item.label_id, item.asset_id) for item in items])
        rows = await fetch(
            "INSERT INTO label_print (job, label_id, sheet, position, template, stock, at)"
            " SELECT $1, l, s, p, $5, $6, $7 FROM unnest($2::bigint[], $3::int[], $4::int[]) AS r(l, s, p)"
            " ORDER BY l ON CONFLICT DO NOTHING RETURNING label_id",
            job,
            list(place),
            [cell.sheet + 1 for cell in place.values()],
            [cell.slot + 1 for cell in place.values()],
            order.template.name,
            order.stock.key,
            act.at,
        )
        fresh = {row["label_id"] for row in rows}
        await _stamp(sorted(fresh), act)
        await clear_wishes(fresh)
        lines = [
            (item.asset_id, _line(item, place[item.label_id].sheet, place[item.label_id].slot, order, job))
            for item in items
            if item.label_id in fresh and item.asset_id is not None
        ]
        await record_many(lines, act)
    return len(fresh)


def _line(item: Spooled, sheet: int, slot: int, order: PrintOrder, job: str) -> LabelPrinted:
    return LabelPrinted(
        label=printed(item.code), job=job, stock=order.stock.key, sheet=sheet + 1, position=slot + 1,
        template=order.template.name,
    )  # fmt: skip


async def _stamp(label_ids: Sequence[int], act: Act) -> None:
    await execute("UPDATE label SET printed_at = $2 WHERE id = ANY($1::bigint[])", list(label_ids), act.at)


async def mark_spool(
    spool: Spool, order: PrintOrder, job: str, act: Act, told: Callable[[int], Awaitable[None]] | None = None
) -> None:
    """Write down every label of a spool as printed; ``told`` hears how many are, and may raise to stop.

    Raises as ``require_unchanged`` does, before anything is written.
    """
    await require_unchanged(spool, act)
    chunk: list[Spooled] = []
    first = 0
    for item in spool:
        chunk.append(item)
        if len(chunk) == AT_ONCE:
            await mark_printed(chunk, first, order, job, act)
            first, chunk = first + len(chunk), []
            if told:
                await told(first)
    if chunk:
        await mark_printed(chunk, first, order, job, act)
