"""The one row per asset by which upper rooms tell lists and the public page what they know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from foundation.database import execute, in_transaction

# Column and its type in SQL; the only names upper rooms may write.
TYPES: Final = {
    "open_requests": "integer",
    "open_orders": "integer",
    "overdue": "integer",
    "known": "jsonb",
    "last_service_at": "timestamptz",
    "last_service_zh": "text",
    "last_service_en": "text",
    "next_service_at": "timestamptz",
    "next_service_zh": "text",
    "next_service_en": "text",
    "label_code": "text",
}

_CARRIERS: Final = {"jsonb": "text"}


async def write_signals(asset_id: int, **values: Any) -> None:
    """Write some signals of one asset inside the caller's transaction."""
    await write_signals_many(tuple(values), [(asset_id, *values.values())])


async def write_signals_many(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write the same signals of many assets; each row is the asset's id, then the values in column order."""
    if not in_transaction():
        raise RuntimeError("signals are written inside the verb's transaction only")
    unknown = set(columns) - TYPES.keys()
    if unknown:
        raise ValueError(f"there is no signal {sorted(unknown)}")
    if not rows or not columns:
        return
    ordered = sorted(rows, key=lambda row: row[0])
    names = ", ".join(columns)
    # A list within a list would be an array of two dimensions, so JSON travels as text.
    arrays = ", ".join(f"${n + 2}::{_CARRIERS.get(TYPES[name], TYPES[name])}[]" for n, name in enumerate(columns))
    taken = ", ".join(f"{name}::{TYPES[name]}" for name in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    await execute(
        f"INSERT INTO asset_signals (asset_id, {names})"
        f" SELECT asset_id, {taken} FROM unnest($1::bigint[], {arrays}) AS given (asset_id, {names})"
        f" ON CONFLICT (asset_id) DO UPDATE SET {changes}",
        [row[0] for row in ordered],
        *([_carried(TYPES[name], row[n + 1]) for row in ordered] for n, name in enumerate(columns)),
    )


def _carried(kind: str, value: Any) -> Any:
    return msgspec.json.encode(value).decode() if kind == "jsonb" else value
