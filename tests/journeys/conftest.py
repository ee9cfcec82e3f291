"""What the journeys stand on: the program in a process of its own, and a real browser."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from foundation.database.embedded import Binaries
from tests.journeys.face import DESK, PHONE, Face
from tests.journeys.program import ROOT, Program

_AXE = ROOT / "node_modules/axe-core/axe.min.js"
_FLAGS = [
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not _AXE.is_file():
        pytest.skip("axe-core is not installed; script/setup installs it")
    return _AXE.read_text("utf-8")


@pytest.fixture(scope="module")
def browser(axe: str) -> Iterator[Browser]:
    """Chromium. For one module only: while it runs, the test's thread has a loop running that other tests need."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine (facility doctor says how to install it)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the unprivileged user of PostgreSQL may pass through."""
    path = Path(tempfile.mkdtemp(prefix="facility-journey-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def program(folder: Path, pg_binaries: Binaries) -> Iterator[Program]:
    """An installation of its own for the module, not started."""
    program = Program(folder, pg_binaries.folder)
    yield program
    program.stop()


@pytest.fixture
def person(browser: Browser, axe: str, program: Program) -> Iterator[Callable[..., Face]]:
    """Makes persons, each at a screen of their own: ``person()`` at a phone, ``person(desk=True)`` at a desk."""
    faces: list[Face] = []

    def make(*, desk: bool = False, **options: Any) -> Face:
        faces.append(Face(browser, program.address, axe, size=DESK if desk else PHONE, **options))
        return faces[-1]

    yield make
    for face in faces:
        face.close()
