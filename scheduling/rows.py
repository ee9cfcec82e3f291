"""What a row of the database and a plain dict have in common."""

from __future__ import annotations

from typing import Any, Protocol


class Row(Protocol):
    """Columns by name."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of one column."""
