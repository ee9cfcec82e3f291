"""One cluster in one data folder: join it (creating or starting it where needed), leave it (stopping it if last)."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import quote

from foundation.database.embedded.binaries import Binaries, choose_binaries
from foundation.database.embedded.creation import DATABASE, ROLE, create_cluster
from foundation.database.embedded.members import Members, exclusive
from foundation.database.embedded.owner import Owner, can_run, choose_owner, require_reach
from foundation.database.embedded.postmaster import (
    forget_dead,
    read_postmaster,
    start_postmaster,
    stop_postmaster,
    wait_gone,
    wait_ready,
)
from foundation.database.embedded.socket_dir import PORT, make_socket_dir, socket_path
from foundation.errors import StartRefused
from foundation.settings import Settings
from foundation.translation import N_

START_LIMIT: Final = 120.0
STOP_LIMIT: Final = 60.0
_LOG_LIMIT: Final = 10_000_000
# Without these a crash of the machine loses data: for tests that throw the cluster away.
_CARELESS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

# A server with a full queue of connections is slow to answer, not dead.
_KNOCK_SECONDS: Final = 10.0
# The shortest question a server answers, with one byte (PostgreSQL, Message Formats, SSLRequest); the system alone
# takes connections for one that is just being killed.
_SSL_REQUEST: Final = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


class Cluster:
    """The PostgreSQL of one data folder. All methods block; ``durable=False`` is for tests alone.

    Layout under ``data_dir/postgres``: ``data`` the cluster, ``run`` its socket, ``members`` who uses it, ``lock``,
    ``password``, ``server.log``, and ``programs-<version>`` where the server's user cannot reach the binaries.
    """

    def __init__(self, settings: Settings, *, durable: bool = True) -> None:
        self.settings = settings
        self.durable = durable
        self.home = settings.data_dir / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.password_file = self.home / "password"
        self.members = Members(self.home / "members")

    def join(self) -> int:
        """Make sure the server runs and count ourselves among its users; the descriptor to leave with.

        Raises StartRefused with the sentence that mends what is wrong.
        """
        self._make_home()
        with self._locked():
            self._ensure_running()
            return self.members.join()

    def leave(self, descriptor: int) -> None:
        """Stop using the server; the last to leave stops it."""
        with self._locked():
            if self.members.leave(descriptor):
                self._stop()

    def stop_unused(self) -> bool:
        """Stop a server whose users have all died; whether nobody uses it."""
        with self._locked():
            if self.members.any_alive():
                return False
            self._stop()
            return True

    def revive(self) -> bool:
        """Start the server again if it has died; whether it had."""
        if self.is_running():
            return False
        with self._locked():
            return self._ensure_running()

    def is_running(self) -> bool:
        """Whether a server of this folder is alive."""
        return read_postmaster(self.data) is not None

    def url(self, database: str = DATABASE) -> str:
        """The address of a database of the running server, password and all."""
        found = read_postmaster(self.data)
        folder = found.socket_dir if found else self.home / "run"
        password = self.password_file.read_text(encoding="ascii").strip()
        return f"postgresql://{ROLE}:{quote(password)}@/{database}?host={quote(str(folder), safe='')}&port={PORT}"

    def binaries(self) -> Binaries:
        """The programs that fit this cluster, copied where the server's user cannot reach them."""
        chosen = choose_binaries(self.settings, self.data_major())
        owner = self._owner()
        if not owner.changed or can_run(owner, chosen.folder / "postgres"):
            return chosen
        return _copy_programs(chosen, self.home)

    def _locked(self) -> AbstractContextManager[None]:
        return exclusive(self.home / "lock", START_LIMIT + STOP_LIMIT)

    def _owner(self) -> Owner:
        return choose_owner(self.settings.pg_user, self.data)

    def data_major(self) -> int | None:
        """The major version the data belong to; None where there are none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii").split(".")[0])
        except FileNotFoundError:
            return None

    def _make_home(self) -> None:
        # Folders are made for passing (0711) where another user runs the server; those above are left alone.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.settings.data_dir.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.settings.data_dir, self.home):
                if not folder.exists():
                    folder.mkdir()
                    folder.chmod(mode)
        except OSError as error:
            raise StartRefused(
                N_("The data folder {folder} cannot be made: {reason}. Choose another with FACILITY_DATA_DIR."),
                folder=self.settings.data_dir,
                reason=error.strerror,
            ) from error

    def _ensure_running(self) -> bool:
        found = read_postmaster(self.data)
        if found and found.status == "stopping":
            wait_gone(self.data, STOP_LIMIT)
        elif found and found.status == "starting":
            self._wait_for_recovery()
        found = read_postmaster(self.data)
        if found and _lets_in(socket_path(found.socket_dir)):
            return False
        # A server whose socket somebody has swept away lets nobody in any more, nor does one that is being killed.
        stop_postmaster(self.data, STOP_LIMIT)
        self._start()
        return True

    def _stop(self) -> None:
        found = read_postmaster(self.data)
        if found and stop_postmaster(self.data, STOP_LIMIT):
            with suppress(OSError):
                found.socket_dir.rmdir()

    def _wait_for_recovery(self) -> None:
        if not wait_ready(self.data, START_LIMIT) and self.is_running():
            self._refuse_slow(N_("it is still recovering"))

    def _refuse_slow(self, said: str) -> NoReturn:
        raise StartRefused(
            N_("PostgreSQL did not become ready (limit {seconds} seconds). Its log {log} ends: {said}"),
            seconds=int(START_LIMIT),
            log=self.log,
            said=said,
        )

    def _start(self) -> None:
        owner = self._owner()
        require_reach(owner, self.home)
        binaries = self.binaries()
        if not self.data.exists():
            create_cluster(binaries, self.data, owner, self.password_file, durable=self.durable)
        socket_dir = make_socket_dir(self.data, owner)
        forget_dead(self.data, socket_path(socket_dir))
        self._rotate_log()
        command = [binaries.program("postgres"), "-D", str(self.data), *self._options(socket_dir)]
        said = start_postmaster(command, self.data, self.log, owner, START_LIMIT)
        if said is not None:
            self._refuse_slow(said)

    def _options(self, socket_dir: Path) -> Sequence[str]:
        place = str(socket_dir).replace('"', '""')
        settings = [
            f'unix_socket_directories="{place}"',
            "unix_socket_permissions=0700",
            "listen_addresses=",
            f"port={PORT}",
            "logging_collector=off",
            "log_destination=stderr",
            *(() if self.durable else _CARELESS),
        ]
        return [part for setting in settings for part in ("-c", setting)]

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))


def _lets_in(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(_KNOCK_SECONDS)
        try:
            line.connect(str(path))
            line.sendall(_SSL_REQUEST)
            return line.recv(1) != b""
        except OSError:
            return False


def _copy_programs(binaries: Binaries, home: Path) -> Binaries:
    """A copy of an installation inside our home, for a server's user who cannot reach the original.

    The wheel's programs find their libraries in a folder beside the package, so both keep their places to each other.
    """
    target = home / f"programs-{binaries.version}"
    root = binaries.folder.parent
    inside = Path(root.parent.name, root.name)
    libraries = root.parent.with_name(f"{root.parent.name}.libs")
    if not target.exists():
        part = home / f"copying-{binaries.version}"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(root, part / inside, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        part.rename(target)
    return Binaries(target / inside / "bin", binaries.major, binaries.version)
