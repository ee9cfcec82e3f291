"""Crews, as forms offer them."""

from __future__ import annotations

from typing import Any

from foundation.database import fetch


async def find_crews() -> list[dict[str, Any]]:
    """Active crews: ``id``, ``name``, ``name_en``, ``open`` (orders not done yet)."""
    rows = await fetch(
        "SELECT c.id, c.name, c.name_en, count(w.id)::int AS open FROM crew c LEFT JOIN work_order w"
        " ON w.crew_id = c.id AND w.state IN ('assigned', 'accepted', 'in_progress', 'suspended')"
        " WHERE c.active GROUP BY c.id ORDER BY c.name"
    )
    return [dict(row) for row in rows]
