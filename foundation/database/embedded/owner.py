"""Whose the server is: PostgreSQL refuses to run as root, so root lends it to a user without rights."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from foundation.errors import StartRefused
from foundation.translation import N_

_CANDIDATES: Final = ("postgres", "nobody")
_PASSED: Final = ("PATH", "TZ", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Owner:
    """The system user the server runs as; ``changed`` where it is not the one who asks."""

    uid: int
    gid: int
    name: str
    changed: bool

    def run_options(self) -> dict[str, Any]:
        """How subprocess starts a program as this user, in an environment without PG… variables."""
        options: dict[str, Any] = {"env": clean_environment()}
        if self.changed:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def give(self, path: Path) -> None:
        """Make a folder or file of ours this user's own."""
        if self.changed:
            os.chown(path, self.uid, self.gid)


def clean_environment() -> dict[str, str]:
    """The little of our environment PostgreSQL needs; messages in English, so that they can be understood by code."""
    return {name: os.environ[name] for name in _PASSED if name in os.environ} | {"LC_ALL": "C"}


def choose_owner(wanted: str | None, data: Path) -> Owner:
    """The owner of data that exist; else the wanted user, ``postgres`` or ``nobody`` for root; else ourselves.

    Raises StartRefused where the data are somebody else's or the wanted user does not exist.
    """
    uid = os.geteuid()
    holder = data.stat().st_uid if data.exists() else None
    if uid != 0:
        if holder not in {None, uid}:
            raise StartRefused(
                N_("The database in {folder} belongs to the user {user}. Run this as {user}, or as root."),
                folder=data,
                user=_name(holder or 0),
            )
        return Owner(uid, os.getegid(), _name(uid), changed=False)
    if holder:
        entry = pwd.getpwuid(holder)
        return Owner(entry.pw_uid, entry.pw_gid, entry.pw_name, changed=True)
    return _unprivileged(wanted)


def _unprivileged(wanted: str | None) -> Owner:
    for name in (wanted,) if wanted else _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Owner(entry.pw_uid, entry.pw_gid, entry.pw_name, changed=True)
    raise StartRefused(
        N_(
            "PostgreSQL must not run as root, and there is no user {user} to run it. "
            "Make one (useradd --system {user}) or name another in FACILITY_PG_USER."
        ),
        user=wanted or _CANDIDATES[0],
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def can_enter(owner: Owner, folder: Path) -> bool:
    """Whether the owner can step into a folder: asked of the system, since access lists and mounts decide too."""
    return _as_owner(owner, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])


def can_run(owner: Owner, program: Path) -> bool:
    """Whether the owner can start a program."""
    return _as_owner(owner, [str(program), "--version"])


def _as_owner(owner: Owner, command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", timeout=30, **owner.run_options())
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def require_reach(owner: Owner, folder: Path) -> None:
    """Refuse a data folder closed to the owner, with the sentence that mends it. Folders above are never opened up."""
    if not owner.changed or can_enter(owner, folder):
        return
    culprit = next((p for p in (*reversed(folder.parents), folder) if not _open_to(owner, p)), folder)
    raise StartRefused(
        N_(
            "The system user {user}, who runs PostgreSQL for root, cannot reach {folder}: {culprit} is closed to it. "
            "Choose another place with FACILITY_DATA_DIR, or open that folder for passing: chmod o+x {culprit}"
        ),
        user=owner.name,
        folder=folder,
        culprit=culprit,
    )


def _open_to(owner: Owner, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == owner.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == owner.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
