"""Hear of damaged and wrong labels: labels knows nothing of reports, so it reads the history that they leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from foundation.act import Act
from foundation.database import execute, fetchrow, transaction
from foundation.principals import Role
from labels.states import CURRENT
from registry.queries import read_lines_after
from registry.schemas import HistoryLineHeard, HistoryPlace

EAR: Final = "reprint"
# A report counts once it is taken in: one held for a look leaves its line only when it is released.
KINDS: Final = frozenset({"service_request.reported", "service_request.joined"})
# The fault categories of the catalogue that are about the label itself.
REASONS: Final = {"label_damaged": "damaged", "label_wrong": "wrong"}
BATCH: Final = 500
# Where nothing was heard the place is written now and then only: a row changed each minute is work for nobody.
FORGET_AFTER: Final = 1000


async def hear_history(act: Act) -> int:
    """Put the labels that citizens report as damaged or wrong into the reprint queue; how many reports were heard.

    Each line of history counts once, in whatever process; another that listens at the same moment is left alone.
    Raises as ``act.require`` does: the clock's act may, and a registrar's.
    """
    act.require(Role.REGISTRAR)
    total = 0
    while True:
        lines, heard = await _hear_some()
        total += heard
        if lines < BATCH:
            return total


async def _hear_some() -> tuple[int, int]:
    async with transaction():
        place = await _take_ear()
        if place is None:
            return 0, 0
        lines, after = await read_lines_after(place, KINDS, BATCH)
        heard = await _wish(lines)
        if lines or after.xact - place.xact > FORGET_AFTER or after.restored_id != place.restored_id:
            await _keep(after)
    return len(lines), heard


async def _take_ear() -> HistoryPlace | None:
    """How far was heard, for us alone until the transaction ends; None where another listens just now."""
    row = await fetchrow("SELECT xact, line_id, restored_id FROM label_ear WHERE name = $1 FOR UPDATE SKIP LOCKED", EAR)
    if row is not None:
        return HistoryPlace(row["xact"], row["line_id"], row["restored_id"])
    made = await execute(
        "INSERT INTO label_ear (name, xact, line_id) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING", EAR
    )
    return HistoryPlace() if made else None


async def _keep(place: HistoryPlace) -> None:
    await execute(
        "UPDATE label_ear SET xact = $2, line_id = $3, restored_id = $4 WHERE name = $1",
        EAR,
        place.xact,
        place.line_id,
        place.restored_id,
    )


# The label that hung there when it was reported: one issued or printed since is not meant. A wrong label misleads, a
# damaged one is only hard to read, so the worse word stays, which is also the later in the alphabet; the wish is as old
# as its first report.
_WISH: Final = """
INSERT INTO label_wish AS w (label_id, reason, told_at, reports)
SELECT l.id, max(t.reason), min(t.at), count(*)
  FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS t (asset_id, reason, at)
  JOIN label l ON l.asset_id = t.asset_id AND l.state = ANY($4::text[])
              AND greatest(l.created_at, l.printed_at) <= t.at
 GROUP BY l.id ORDER BY l.id
    ON CONFLICT (label_id) DO UPDATE SET reports = w.reports + excluded.reports,
       reason = greatest(w.reason, excluded.reason), told_at = least(w.told_at, excluded.told_at)
"""


async def _wish(lines: Sequence[HistoryLineHeard]) -> int:
    told = [line for line in lines if line.data.get("category_key") in REASONS]
    if told:
        await execute(
            _WISH,
            [line.stream for line in told],
            [REASONS[line.data["category_key"]] for line in told],
            [line.at for line in told],
            list(CURRENT),
        )
    return len(told)


async def clear_wishes(label_ids: Iterable[int]) -> None:
    """The labels were printed again: what was wished is done. Part of the printing verb's own transaction."""
    await execute("DELETE FROM label_wish WHERE label_id = ANY($1::bigint[])", list(label_ids))
