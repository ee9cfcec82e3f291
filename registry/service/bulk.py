"""Register many assets at once: the same checks, one COPY, one history line for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundation.act import Act
from foundation.database import copy_rows, fetch, transaction
from foundation.errors import Invalid
from foundation.translation import N_
from registry.catalogue import catalogue
from registry.events import AssetRegistered
from registry.history import record_many
from registry.schemas import AssetCreate
from registry.service.assets import COLUMNS, check_new, free_codes, new_row
from registry.service.checks import told_by_field


async def register_assets(new: Sequence[AssetCreate], act: Act) -> list[int]:
    """Put many assets on record, all or none; answers their ids in order.

    Raises Invalid naming the first bad one, Conflict for a code or component id in use, NotSignedIn and Forbidden.
    """
    checked = [_checked(number, asset, act) for number, asset in enumerate(new, 1)]
    async with transaction():
        ids = [
            row["id"]
            for row in await fetch(
                "SELECT nextval(pg_get_serial_sequence('asset', 'id')) AS id FROM generate_series(1, $1)", len(new)
            )
        ]
        await _give_codes(checked)
        with told_by_field():
            rows = [(asset_id, *new_row(values, act)) for asset_id, values in zip(ids, checked, strict=True)]
            await copy_rows("asset", ("id", *COLUMNS), rows)
        lines = [
            (asset_id, AssetRegistered(name=values["name"], code=values["code"]))
            for asset_id, values in zip(ids, checked, strict=True)
        ]
        await record_many(lines, act)
    return ids


def _checked(number: int, asset: AssetCreate, act: Act) -> dict[str, Any]:
    try:
        return check_new(asset, act)
    except Invalid as error:
        field, problem = next(iter(error.fields.items()), ("", error))
        text = N_("Facility {number}, {field}: {problem}")
        raise Invalid(text, number=number, field=field, problem=str(problem), fields=error.fields) from error


async def _give_codes(checked: Sequence[dict[str, Any]]) -> None:
    nameless: dict[str, list[dict[str, Any]]] = {}
    for values in checked:
        if values["code"] is None:
            nameless.setdefault(values["kind"], []).append(values)
    by_hand = {values["code"] for values in checked}
    for key, waiting in nameless.items():
        codes = await free_codes(catalogue().kind(key), len(waiting), by_hand)
        for values, code in zip(waiting, codes, strict=True):
            values["code"] = code
