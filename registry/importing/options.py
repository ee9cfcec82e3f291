"""What an import is asked for, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.importing.problems import Problems
from registry.importing.source import Source


@dataclass(frozen=True)
class ImportOptions:
    """How a file is read; the command line and the page fill the same form."""

    kind: str
    pairs: Sequence[tuple[str, str]] = ()
    key: str | None = None
    crs: str = "wgs84"
    encoding: str | None = None
    strict: bool = False
    dry_run: bool = False
    file_name: str | None = None


@dataclass
class ImportResult:
    """What an import did, or would do in a dry run."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: Problems = field(default_factory=Problems)
    batch: int | None = None
    refused: bool = False
    mapping: dict[str, str] = field(default_factory=dict)
    rejected_rows: set[int] = field(default_factory=set)
    source: Source | None = None
