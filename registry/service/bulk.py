"""Register many assets at once: the same checks, one COPY, one history line for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from foundation.act import Act
from foundation.database import copy_rows, fetch, transaction
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from registry.catalogue import Kind, catalogue
from registry.events import AssetRegistered
from registry.history import record_many
from registry.schemas import AssetCreate
from registry.service.assets import check_asset, next_codes, search_of

_COLUMNS = (
    "id", "code", "kind", "name", "name_en", "address", "address_en", "street", "community", "lon", "lat", "geometry",
    "status", "operating_state", "condition", "condition_on", "organisation_id", "component_id", "attributes", "search",
    "created_at", "updated_at",
)  # fmt: skip


async def register_assets(new: Sequence[AssetCreate], act: Act) -> list[int]:
    """Put many assets on record, all or none; answers their ids in order. Raises Invalid naming the first bad one."""
    act.require(Role.REGISTRAR)
    checked = [_checked(number, asset) for number, asset in enumerate(new, 1)]
    async with transaction():
        ids = [
            row["id"]
            for row in await fetch(
                "SELECT nextval(pg_get_serial_sequence('asset', 'id')) AS id FROM generate_series(1, $1)", len(new)
            )
        ]
        await _give_codes(checked)
        rows = [_row(asset_id, values, act) for asset_id, (_, values) in zip(ids, checked, strict=True)]
        await copy_rows("asset", _COLUMNS, rows)
        lines = [
            (asset_id, AssetRegistered(name=values["name"], code=values["code"]))
            for asset_id, (_, values) in zip(ids, checked, strict=True)
        ]
        await record_many(lines, act)
    return ids


def _checked(number: int, asset: AssetCreate) -> tuple[Kind, dict[str, Any]]:
    kind = catalogue().kind(asset.kind)
    values = msgspec.structs.asdict(asset)
    attributes, wrong = check_asset(values, kind, partial=False)
    if wrong:
        field, error = next(iter(wrong.items()))
        raise Invalid(
            N_("Facility {number}, {field}: {problem}"), number=number, field=field, problem=str(error), fields=wrong
        )
    return kind, values | {"attributes": attributes}


async def _give_codes(checked: Sequence[tuple[Kind, dict[str, Any]]]) -> None:
    nameless: dict[str, list[dict[str, Any]]] = {}
    for kind, values in checked:
        if not values["code"]:
            nameless.setdefault(kind.key, []).append(values)
    for key, waiting in nameless.items():
        codes = await next_codes(catalogue().kind(key), len(waiting))
        for values, code in zip(waiting, codes, strict=True):
            values["code"] = code


def _row(asset_id: int, values: dict[str, Any], act: Act) -> tuple[Any, ...]:
    row = values | {
        "id": asset_id,
        "condition_on": act.at.date() if values["condition"] else None,
        "component_id": values["component_id"] or None,
        "search": search_of(values),
        "created_at": act.at,
        "updated_at": act.at,
    }
    return tuple(row[name] for name in _COLUMNS)
