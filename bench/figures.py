"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, what was wanted, and whether that is met; None where nothing is wanted."""

    name: str
    value: str
    wanted: str = ""
    good: bool | None = None
