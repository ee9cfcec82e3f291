"""The program ``facility`` as whoever runs it sees it: commands, a server, and what can befall both."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "一句够长的口令 2026"
PATIENCE = 60.0


class Program:
    """One installation: a data folder, an address, and the commands that work on them."""

    def __init__(self, folder: Path, pg_bin: Path, **settings: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FACILITY_")}
        self.environment = kept | {
            "FACILITY_DATA_DIR": str(folder / "data"),
            "FACILITY_PUBLIC_URL": self.address,
            "FACILITY_PG_BIN": str(pg_bin),
            "FACILITY_LOG_LEVEL": "warning",
            "LC_ALL": "C.UTF-8",
            **{f"FACILITY_{name.upper()}": value for name, value in settings.items()},
        }
        self.server: subprocess.Popen[bytes] | None = None
        self.log = folder / "server.log"

    def run(self, *arguments: str, typed: str = "", code: int = 0) -> str:
        """Run one command to its end; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT, env=self.environment, input=typed, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == code, (
            f"facility {' '.join(arguments)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr}"
        )
        return done.stdout

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Run one command with ``--json``."""
        answer: dict[str, Any] = json.loads(self.run(*arguments, "--json", code=code))
        return answer

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that something may befall."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "app", *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def account(self, name: str, *roles: str) -> None:
        """Make an account with the password of all accounts here."""
        self.run("account", "add", name, *(part for role in roles for part in ("--role", role)), typed=PASSWORD + "\n")

    def start(self, *options: str) -> None:
        """Start the server and wait until it is ready."""
        self.server = self.begin("serve", "--port", str(self.port), *options)
        self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until the server and its database answer."""
        until = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert self.server is not None
            assert self.server.poll() is None, "the server ended:\n" + self.log.read_text("utf-8")
            assert time.monotonic() < until, "the server is not ready:\n" + self.log.read_text("utf-8")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether the server and its database answer now."""
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """End the server as an operator does."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(PATIENCE)
        self.server = None

    def kill_server(self) -> None:
        """What a power cut does to the server."""
        assert self.server is not None
        self.server.kill()
        self.server.wait(PATIENCE)

    def kill_database(self) -> None:
        """What a power cut does to the embedded PostgreSQL: the postmaster dies, and its children after it."""
        pid = int((self.folder / "data/postgres/data/postmaster.pid").read_text("ascii").split()[0])
        os.kill(pid, signal.SIGKILL)

    @contextlib.contextmanager
    def serving(self, *options: str) -> Iterator[Program]:
        """The server for as long as the block lasts."""
        self.start(*options)
        try:
            yield self
        finally:
            self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
