"""Making the cluster once: initdb, the password, the rules of access, the settings, the empty database."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Final

from foundation.database.embedded.binaries import Binaries
from foundation.database.embedded.owner import Owner
from foundation.errors import StartRefused
from foundation.translation import N_

DATABASE: Final = "facility"
ROLE: Final = "facility"
_LIMIT: Final = 300

_SETTINGS: Final = """
# Written once by the program; change what you like. Sockets, addresses and the log are set at each start.
shared_buffers = 256MB
max_connections = 60
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 2s
# No personal data in the log: neither parameters nor the rows an error speaks of.
log_parameter_max_length = 0
log_error_verbosity = terse
"""
_ACCESS: Final = """
# Only over the private socket, only with the password kept beside the data.
local all all scram-sha-256
"""


def create_cluster(binaries: Binaries, data: Path, owner: Owner, password_file: Path, *, durable: bool) -> None:
    """Create the data folder as a whole or not at all: what a killed attempt left behind is thrown away.

    Raises StartRefused with what initdb said.
    """
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    owner.give(fresh)
    password = secrets.token_urlsafe(24)
    _initdb(binaries, fresh, owner, password, durable=durable)
    _append(fresh / "postgresql.conf", _SETTINGS)
    (fresh / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
    _create_database(binaries, fresh, owner, durable=durable)
    _keep_secret(password_file, password)
    fresh.rename(data)


def _initdb(binaries: Binaries, fresh: Path, owner: Owner, password: str, *, durable: bool) -> None:
    secret = fresh.with_name("password.new")
    _keep_secret(secret, password)
    owner.give(secret)
    try:
        said = ""
        for locale in _locales(binaries.major):
            said = _try_initdb(binaries, fresh, owner, secret, [*locale, *([] if durable else ["--no-sync"])])
            if not said:
                return
        raise StartRefused(
            N_("The database could not be created in {folder}: {reason}"), folder=fresh.parent, reason=said
        )
    finally:
        secret.unlink()


def _locales(major: int) -> list[list[str]]:
    # One order of strings on every machine; UTF-8 always. Plain C is for systems without C.UTF-8.
    builtin = [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]] if major >= 17 else []
    return [*builtin, ["--locale=C.UTF-8"], ["--locale=C"]]


def _try_initdb(binaries: Binaries, fresh: Path, owner: Owner, secret: Path, options: list[str]) -> str:
    command = [
        binaries.program("initdb"),
        f"--pgdata={fresh}",
        f"--username={ROLE}",
        f"--pwfile={secret}",
        "--encoding=UTF8",
        "--auth=scram-sha-256",
        "--data-checksums",
        "--no-instructions",
        *options,
    ]
    done = subprocess.run(command, capture_output=True, cwd=fresh, timeout=_LIMIT, check=False, **owner.run_options())
    if done.returncode == 0:
        return ""
    return done.stderr.decode("utf-8", "replace").strip() or f"initdb {done.returncode}"


def _create_database(binaries: Binaries, fresh: Path, owner: Owner, *, durable: bool) -> None:
    command = [binaries.program("postgres"), "--single", "-D", str(fresh), "-c", "log_min_messages=fatal"]
    if not durable:
        command += ["-c", "fsync=off"]
    done = subprocess.run(
        [*command, "postgres"],
        input=f"CREATE DATABASE {DATABASE}\n".encode(),
        capture_output=True,
        cwd=fresh,
        timeout=_LIMIT,
        check=False,
        **owner.run_options(),
    )
    if done.returncode != 0:
        raise StartRefused(
            N_("The database could not be created in {folder}: {reason}"),
            folder=fresh.parent,
            reason=done.stderr.decode("utf-8", "replace").strip(),
        )


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def _keep_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
