"""What was printed stands on record: by label, job and cell, and in each asset's history, once for each job."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from foundation.act import Act
from foundation.codes import printed
from foundation.database import execute, fetch, transaction
from foundation.errors import Refused
from foundation.translation import N_
from labels.events import LabelPrinted
from labels.press import PrintOrder
from labels.press.spool import Spooled
from labels.service.hearing import clear_wishes
from labels.stock import cells
from registry.history import record_many

AT_ONCE: Final = 2000
_NAMED: Final = 5


def job_name(act: Act, request: str = "") -> str:
    """A short name by which a sheet is found again, such as 20261123-7F3K; the same for the same request."""
    return f"{act.at:%Y%m%d}-{(request or secrets.token_hex(2)).upper()[:40]}"


async def refuse_retired(asset_ids: Sequence[int]) -> None:
    """Raises Refused where a facility was retired while its label was being printed."""
    rows = await fetch(
        "SELECT code FROM public_asset WHERE id = ANY($1::bigint[]) AND operating_state = 'retired' ORDER BY code",
        list(asset_ids),
    )
    if rows:
        named = ", ".join(row["code"] for row in rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")
        raise Refused(
            N_("{count} facilities were retired while their labels were printed: {codes}. Print again without them."),
            code="retired",
            count=len(rows),
            codes=named,
        )


async def mark_printed(items: Sequence[Spooled], first: int, order: PrintOrder, job: str, act: Act) -> int:
    """Write down labels of a job, the first of them its ``first`` (from 0); how many were not written down before.

    One transaction; a job begun again finds what it wrote and tells no history twice.
    """
    places = list(cells(order.stock, first + len(items), order.start))[first:]
    place = {item.label_id: cell for item, cell in zip(items, places, strict=True)}
    async with transaction():
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
    await execute(
        "WITH held AS (SELECT id FROM label WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE)"
        " UPDATE label SET printed_at = $2 FROM held WHERE label.id = held.id",
        list(label_ids),
        act.at,
    )
