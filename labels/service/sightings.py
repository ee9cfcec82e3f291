"""Where labels are seen, and never by whom: not a verb, for nothing of the district's business changes."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from foundation.database import execute

# 0.001° are about 100 m: enough to see that a label has moved, too coarse to follow whoever walks past labels.
DECIMALS: Final = 3


async def note_sighting(
    label_id: int, lon: float, lat: float, source: Literal["crew", "citizen"], at: datetime
) -> None:
    """Keep that the label was seen near a place, in degrees WGS 84, rounded; a place that is none is passed over."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # false for NaN as well
        return
    await execute(
        "INSERT INTO label_sighting (label_id, at, lon, lat, source) VALUES ($1, $2, $3, $4, $5)",
        label_id,
        at,
        round(lon, DECIMALS),
        round(lat, DECIMALS),
        source,
    )
