"""What is wrong with rows, numbered as the file has them (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from foundation.translation import Lang, translate

KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one row (data rows count from 1). Errors reject the row, warnings do not."""

    row: int
    column: str | None
    code: str
    severity: Literal["error", "warning"]
    text: str
    params: Mapping[str, object]

    def read(self, lang: Lang) -> dict[str, Any]:
        """As the outside reads it, in its language."""
        message = translate(lang, self.text, **self.params)
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": message,
        }


@dataclass
class Problems:
    """All problems counted, the first thousand kept; an error is never crowded out by warnings."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    total: int = 0
    error_total: int = 0
    warned: Counter[tuple[str | None, str]] = field(default_factory=Counter)  # how many by column and code
    examples: dict[tuple[str | None, str], Problem] = field(default_factory=dict)  # the first of each

    def add(
        self,
        row: int,
        column: str | None,
        code: str,
        text: str,
        *,
        severity: Literal["error", "warning"] = "error",
        **params: object,
    ) -> None:
        """Note a problem."""
        problem = Problem(row, column, code, severity, text, params)
        self.total += 1
        self.error_total += severity == "error"
        if severity == "warning":
            self.warned[column, code] += 1
            self.examples.setdefault((column, code), problem)
        kept = self.errors if severity == "error" else self.warnings
        if len(kept) < KEPT:
            kept.append(problem)

    def first(self) -> list[Problem]:
        """The kept problems in the file's order."""
        room = KEPT - len(self.errors)
        return sorted([*self.errors, *self.warnings[:room]], key=lambda p: (p.row, p.column or "", p.code))
