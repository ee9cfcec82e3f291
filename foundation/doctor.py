"""What is missing on this machine, and the line that mends it. Looks only; starts and changes nothing."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from foundation.database.embedded.binaries import choose_binaries
from foundation.database.embedded.cluster import Cluster
from foundation.database.embedded.owner import choose_owner, require_reach
from foundation.errors import StartRefused
from foundation.pdf import font_files
from foundation.settings import Settings
from foundation.translation import N_, ROOT, Lang, translate

OLDEST_PYTHON: Final = (3, 11)
LEAST_FREE_MB: Final = 1000
_PANGO: Final = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
_PANGO_LINE: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``name`` for programs, a sentence for people, and where it is not well the line to type.

    ``needed`` is false for what only tests or comfort want; without it the program runs.
    """

    name: str
    ok: bool
    sentence: str
    params: dict[str, object] = field(default_factory=dict)
    mend: str | None = None
    needed: bool = True

    def message(self, lang: Lang) -> str:
        """The sentence in the reader's language."""
        return translate(lang, self.sentence, **self.params)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything the program stands on; never raises for what it finds."""
    return [
        _python(),
        *_database(settings),
        _disk(settings.data_dir),
        _fonts(),
        _pango(),
        _assets(ROOT),
        _browser(),
    ]


def all_well(findings: list[Finding]) -> bool:
    """Whether nothing that is needed is missing."""
    return all(finding.ok or not finding.needed for finding in findings)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info[:2] >= OLDEST_PYTHON
    return Finding(
        "python",
        ok,
        N_("Python {version}") if ok else N_("Python {version} is too old: 3.11 or newer is needed."),
        {"version": version},
        None if ok else "apt-get install python3",
    )


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.database_url:
        yield Finding("database", True, N_("The database is the one named in FACILITY_DATABASE_URL."))
        return
    cluster = Cluster(settings)
    try:
        binaries = choose_binaries(settings, cluster.data_major())
        owner = choose_owner(settings.pg_user, cluster.data)
        params: dict[str, object] = {"version": binaries.version, "folder": binaries.folder, "user": owner.name}
        yield Finding("postgresql", True, N_("PostgreSQL {version} in {folder}, run by {user}"), params)
        require_reach(owner, _nearest(cluster.home))
        yield _data_folder(settings.data_dir)
    except StartRefused as refusal:
        yield Finding("postgresql", False, refusal.text, dict(refusal.params))


def _data_folder(folder: Path) -> Finding:
    nearest = _nearest(folder)
    if os.access(nearest, os.W_OK | os.X_OK):
        return Finding("data_folder", True, N_("The data folder is {folder}"), {"folder": folder})
    return Finding(
        "data_folder",
        False,
        N_("The data folder {folder} cannot be written. Choose another with FACILITY_DATA_DIR."),
        {"folder": folder},
        f"export FACILITY_DATA_DIR={Path.home() / 'facility'}",
    )


def _nearest(folder: Path) -> Path:
    """The folder itself, or the nearest one above that exists."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), Path("/"))


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_nearest(folder)).free // 1_000_000
    ok = free >= LEAST_FREE_MB
    return Finding(
        "disk",
        ok,
        N_("{free} MB free for the data") if ok else N_("Only {free} MB are free for the data; {least} are needed."),
        {"free": free, "least": LEAST_FREE_MB},
    )


def _fonts() -> Finding:
    try:
        font_files()
    except StartRefused as refusal:
        return Finding("fonts", False, refusal.text, dict(refusal.params), "script/setup")
    return Finding("fonts", True, N_("The fonts for labels are here"))


def _pango() -> Finding:
    try:
        for library in _PANGO if sys.platform == "linux" else ():
            ctypes.CDLL(library)
    except OSError:
        return Finding(
            "pango",
            False,
            N_("Printing needs the Pango library. Install it with: {line}"),
            {"line": _PANGO_LINE},
            _PANGO_LINE,
        )
    return Finding("pango", True, N_("The libraries for printing are here"))


def _assets(root: Path) -> Finding:
    if (root / "app" / "static" / "build" / ".stamp").is_file():
        return Finding("assets", True, N_("The pages' styles and scripts are built"))
    return Finding("assets", False, N_("The pages' styles and scripts are not built."), mend="script/setup")


def _browser() -> Finding:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found:
        return Finding("browser", True, N_("A browser for the tests: {path}"), {"path": found}, needed=False)
    sentence = N_("There is no Chromium; only the tests that drive a browser need it.")
    return Finding("browser", False, sentence, mend="apt-get install chromium", needed=False)
