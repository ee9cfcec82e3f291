"""A private folder for the socket, in a path short enough for the system (a socket's path has 107 bytes at most)."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from foundation.database.embedded.owner import Owner, can_enter
from foundation.errors import StartRefused
from foundation.translation import N_

PORT: Final = 5432
_LONGEST: Final = 107


def socket_path(folder: Path) -> Path:
    """The socket's file in its folder."""
    return folder / f".s.PGSQL.{PORT}"


def make_socket_dir(data: Path, owner: Owner) -> Path:
    """The folder for the socket, 0700 and the owner's.

    Beside the data where that is short enough, so that a service with a /tmp of its own and a shell meet; else in the
    runtime or temporary folder under a name made from the data's place. Raises StartRefused where none will do.
    """
    name = "facility-" + hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    places = [data.with_name("run"), *(place / name for place in _short_places())]
    for place in places:
        if _fits(place) and _make_private(place, owner):
            return place
    raise StartRefused(
        N_("There is no folder for the database's socket: {folder} is too long, and {places} cannot be used."),
        folder=data,
        places=", ".join(str(place) for place in places[1:]),
    )


def _fits(place: Path) -> bool:
    # A comma in an address of PostgreSQL divides hosts.
    return len(os.fsencode(socket_path(place))) <= _LONGEST and "," not in str(place)


def _short_places() -> list[Path]:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return [*([Path(runtime)] if runtime and os.geteuid() != 0 else []), Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - checked to be ours


def _make_private(place: Path, owner: Owner) -> bool:
    try:
        place.mkdir(mode=0o700)
        owner.give(place)
    except FileExistsError:
        pass
    except OSError:
        return False
    status = place.lstat()
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == owner.uid and not status.st_mode & 0o077
    return ours and can_enter(owner, place)
