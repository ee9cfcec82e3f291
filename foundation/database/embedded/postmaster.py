"""The server process itself: is it there, what is its state, start it, stop it."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foundation.database.embedded.owner import Owner

_LOOK_AGAIN: Final = 0.02
# PostgreSQL says so while the last backends of a killed server are still leaving the shared memory.
_STILL_LEAVING: Final = ("pre-existing shared memory block", "is still in use")

# Servers this process has started, by pid: a dead child must be reaped or its pid looks alive to the next server.
_children: dict[int, subprocess.Popen[bytes]] = {}


@atexit.register
def _let_go() -> None:
    """Servers outlive us where others use them: Python must not warn about children it no longer waits for."""
    for child in _children.values():
        if child.poll() is None:
            child.returncode = 0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What ``postmaster.pid`` says; ``status`` is starting, ready, standby or stopping."""

    pid: int
    socket_dir: Path
    status: str


def read_postmaster(data: Path) -> Postmaster | None:
    """The living server of a data folder, or None; a file left by a dead one counts for nothing."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = abs(int(lines[0]))
    except (OSError, ValueError, IndexError):
        return None
    if not _lives(pid, data):
        return None
    rest = [*lines, *[""] * 8]
    return Postmaster(pid, Path(rest[4].strip()), rest[7].strip() or "starting")


def _lives(pid: int, data: Path) -> bool:
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return False
    if sys.platform == "linux":
        return _stands_in(pid, data)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        return True
    return False


def _stands_in(pid: int, data: Path) -> bool:
    """Whether the process is a server of this folder: it works in it. A pid used again or a zombie does not."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False


def forget_dead(data: Path, socket: Path) -> None:
    """Remove what a killed server left, lest its pid, a stranger's now or a zombie's, keep the next one from starting.

    Both folders are one cluster's own. Backends that may still live are found by the server itself through its
    shared memory.
    """
    if read_postmaster(data) is None:
        for path in (data / "postmaster.pid", socket, socket.with_name(socket.name + ".lock")):
            path.unlink(missing_ok=True)


def start_postmaster(command: list[str], data: Path, log: Path, owner: Owner, limit: float) -> str | None:
    """Start the server and wait until it is ready; None, or what its log says where it is not within the limit.

    It runs in a session of its own and outlives us where others still use it. A server that is not ready in time is
    left to go on: a long recovery must not begin again and again.
    """
    until = time.monotonic() + limit
    while True:
        written = log.stat().st_size if log.exists() else 0
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=data,
                start_new_session=True,
                **owner.run_options(),
            )
        _children[child.pid] = child
        if _becomes_ready(child, data, until):
            return None
        said = _tail(log, written)
        if child.poll() is None or not all(part in said for part in _STILL_LEAVING) or time.monotonic() > until:
            return said
        time.sleep(0.1)


def _becomes_ready(child: subprocess.Popen[bytes], data: Path, until: float) -> bool:
    while time.monotonic() < until and child.poll() is None:
        if _is_ready(data):
            return True
        time.sleep(_LOOK_AGAIN)
    return False


def _is_ready(data: Path) -> bool:
    found = read_postmaster(data)
    return found is not None and found.status in {"ready", "standby"}


def wait_ready(data: Path, limit: float) -> bool:
    """Wait until a server that somebody else starts, or that is recovering, is ready."""
    until = time.monotonic() + limit
    while not _is_ready(data):
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read(200_000).decode("utf-8", "replace").strip().splitlines()
    return "\n".join(lines[-12:])


def stop_postmaster(data: Path, limit: float) -> bool:
    """Stop the server cleanly, ending the sessions that remain; whether it is gone within the limit."""
    found = read_postmaster(data)
    if found is None:
        return True
    with suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGINT)
    return wait_gone(data, limit)


def wait_gone(data: Path, limit: float) -> bool:
    """Wait until no server lives in the folder."""
    until = time.monotonic() + limit
    while read_postmaster(data) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_AGAIN)
    return True
