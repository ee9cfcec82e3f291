"""Streets, communities and organisations, as filters and forms offer them."""

from __future__ import annotations

from foundation.database import Record, fetch


async def find_streets(kind: str | None = None) -> list[str]:
    """Every street that holds an asset (of the kind), in order."""
    rows = await fetch(
        "SELECT DISTINCT street FROM asset WHERE street <> '' AND ($1::text IS NULL OR kind = $1) ORDER BY street", kind
    )
    return [row["street"] for row in rows]


async def find_organisations() -> list[Record]:
    """Organisations: ``id``, ``name``, ``name_en``, ``duty_phone``."""
    return await fetch("SELECT id, name, name_en, duty_phone FROM organisation ORDER BY name")
