"""Who uses the server: one locked file for each living process, so that the last to leave can tell."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from foundation.errors import StartRefused
from foundation.translation import N_

_LOOK_AGAIN: Final = 0.02


class Members:
    """The files of the processes that use the server. The system frees a dead one's lock, whatever killed it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def join(self) -> int:
        """Become a member; the descriptor to leave with."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self.folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    def leave(self, descriptor: int) -> bool:
        """Stop being a member; whether nobody else is one. To be called under the cluster's lock."""
        os.close(descriptor)
        return not self.any_alive()

    def any_alive(self) -> bool:
        """Whether somebody uses the server; the files of the dead are swept away."""
        living = [path for path in self.folder.iterdir() if _is_alive(path)]
        return bool(living)


def _is_alive(path: Path) -> bool:
    if _holds_lock(path):
        return True
    path.unlink(missing_ok=True)
    return False


def _holds_lock(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except PermissionError:
        # Root's own: its lock cannot be asked for, but its process can.
        return Path("/proc", path.name.partition("-")[0]).exists()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(path: Path, limit: float) -> Iterator[None]:
    """Hold a lock file; raises StartRefused after ``limit`` seconds of waiting for another process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(descriptor, path, time.monotonic() + limit)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise StartRefused(
                    N_("Another process has been starting or stopping the database for too long (lock {path})."),
                    path=path,
                ) from None
            time.sleep(_LOOK_AGAIN)
        else:
            return
