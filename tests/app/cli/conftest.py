"""The real program in a process of its own, against a real database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from foundation.database.embedded import Binaries

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Program:
    """``facility`` with its settings; nothing of the surrounding shell reaches it."""

    settings: dict[str, str]

    def environment(self, **more: str) -> dict[str, str]:
        """What the process sees."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACILITY_", "LC_", "LANG"))}
        return kept | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | self.settings | more

    def __call__(self, *arguments: object, said: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; ``said`` is its standard input, ``more`` further environment."""
        return subprocess.run(
            [sys.executable, "-m", "app", *map(str, arguments)],
            input=said,
            capture_output=True,
            text=True,
            env=self.environment(**more),
            cwd="/",
            timeout=60,
            check=False,
        )

    def json(self, *arguments: object, code: int = 0) -> dict[str, Any]:
        """Run a command with ``--json``; its one object."""
        done = self(*arguments, "--json")
        assert done.returncode == code, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command that runs until it is told to stop."""
        return subprocess.Popen(
            [sys.executable, "-m", "app", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(),
            cwd="/",
        )


@pytest.fixture
def facility(database_url: str, tmp_path: Path) -> Program:
    """The program on a fresh migrated database."""
    return Program({"FACILITY_DATA_DIR": str(tmp_path / "data"), "FACILITY_DATABASE_URL": database_url})


@pytest.fixture(scope="module")
def own_facility(pg_binaries: Binaries) -> Iterator[Program]:
    """The program with a database of its own, as without any configuration."""
    folder = Path(tempfile.mkdtemp(prefix="facility-test-"))
    folder.chmod(0o711)
    yield Program({"FACILITY_DATA_DIR": str(folder / "a district"), "FACILITY_PG_BIN": str(pg_binaries.folder)})
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def bare_facility() -> Program:
    """The program without a database, for what is refused before one is needed."""
    return Program({"FACILITY_DATA_DIR": "/nonexistent/facility"})


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refusal."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture(scope="session")
def sentence() -> Any:
    """Checks that a command refused with one sentence and code 2; answers the sentence."""
    return refused
