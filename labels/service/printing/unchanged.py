"""Whether the labels of a job may still leave the house: time passes between gathering, pressing and handing out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from foundation.act import Act
from foundation.codes import printed
from foundation.database import fetch
from foundation.errors import Refused
from foundation.principals import Place, Role
from foundation.translation import N_
from labels.press.spool import Spooled
from labels.states import CURRENT

_NAMED: Final = 5
LABEL_CHANGED: Final = "label_changed"


async def require_unchanged(items: Iterable[Spooled], act: Act) -> None:
    """That each label is what it was when it was gathered, and that whoever prints it may still do so.

    Raises Forbidden where the registrar's scope no longer reaches a facility (or, for blank ones, has an end), Refused
    where a facility was retired, or a label became void, replaced or another facility's.
    """
    pairs = [(item.label_id, item.asset_id) for item in items]
    asset_ids = [asset_id for _, asset_id in pairs if asset_id is not None]
    if len(asset_ids) < len(pairs):
        act.require(Role.REGISTRAR)
    await _require_places(asset_ids, act)
    await _refuse_retired(asset_ids)
    await refuse_changed(pairs)


async def _require_places(asset_ids: Sequence[int], act: Act) -> None:
    rows = await fetch(
        "SELECT DISTINCT organisation_id, street FROM public_asset WHERE id = ANY($1::bigint[])", asset_ids
    )
    for row in rows:
        act.require(Role.REGISTRAR, place=Place(row["organisation_id"], row["street"]))


async def _refuse_retired(asset_ids: Sequence[int]) -> None:
    rows = await fetch(
        "SELECT code FROM public_asset WHERE id = ANY($1::bigint[]) AND operating_state = 'retired' ORDER BY code",
        asset_ids,
    )
    if rows:
        raise Refused(
            N_("{count} facilities were retired while their labels were printed: {codes}. Print again without them."),
            code="retired",
            count=len(rows),
            codes=_named([row["code"] for row in rows]),
        )


async def refuse_changed(pairs: Sequence[tuple[int, int | None]]) -> None:
    """Raises Refused where a label, told with its asset, became void, replaced or another asset's.

    A blank one may have been bound in the meantime: its print still leads to where it hangs.
    """
    rows = await fetch(
        "SELECT l.code FROM unnest($1::bigint[], $2::bigint[]) AS r(id, asset_id) JOIN label l USING (id)"
        " WHERE l.state <> ALL($3::text[]) AND NOT (l.state = 'blank' AND r.asset_id IS NULL)"
        " OR r.asset_id IS NOT NULL AND l.asset_id IS DISTINCT FROM r.asset_id ORDER BY l.code",
        [label_id for label_id, _ in pairs],
        [asset_id for _, asset_id in pairs],
        list(CURRENT),
    )
    if rows:
        raise Refused(
            N_("{count} labels became void, replaced or swapped while they were printed: {labels}. Print again."),
            code=LABEL_CHANGED,
            count=len(rows),
            labels=_named([printed(row["code"]) for row in rows]),
        )


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
