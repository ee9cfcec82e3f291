"""Numbers of requests and orders: a prefix, the year in the district, and a running number never used twice."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from foundation.database import fetchval
from foundation.settings import current_settings


async def next_numbers(prefix: Literal["SR", "WO"], count: int, at: datetime) -> list[str]:
    """Reserve ``count`` numbers, such as WO-2026-01841; inside the caller's transaction."""
    year = at.astimezone(current_settings().zone).year
    last: int = await fetchval(
        "INSERT INTO number_series (name, year, last_value) VALUES ($1, $2, $3)"
        " ON CONFLICT (name, year) DO UPDATE SET last_value = number_series.last_value + $3 RETURNING last_value",
        prefix,
        year,
        count,
    )
    return [f"{prefix}-{year}-{number:05d}" for number in range(last - count + 1, last + 1)]
