"""pg_dump, pg_restore and psql: the database into a file and back, in one transaction."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from foundation.database.embedded.binaries import Binaries, find_binaries
from foundation.errors import FacilityError, Refused, StartRefused
from foundation.settings import Settings
from foundation.translation import N_

_PLAIN: Final = ("--no-owner", "--no-privileges")
_CLEAR: Final = b"""
\\set ON_ERROR_STOP on
BEGIN;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
END $$;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


def programs_for(settings: Settings, major: int) -> Binaries:
    """Programs able to dump a server of this major version: the same version, else the next newer one."""
    found = [b for b in find_binaries(settings) if b.major >= major and (b.folder / "pg_dump").exists()]
    if not found:
        raise StartRefused(
            N_("The PostgreSQL client programs of version {major} are missing. Install postgresql-client-{major}."),
            major=major,
        )
    return min(found, key=lambda binaries: binaries.major)


def dump_database(programs: Binaries, url: str, target: Path) -> None:
    """Write one consistent state of the database, compressed, while others work on."""
    address, environment = without_password(url)
    command = [programs.program("pg_dump"), "--format=custom", *_PLAIN, f"--file={target}", f"--dbname={address}"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode != 0:
        raise _failed(N_("The database could not be written out: {reason}"), done.stderr)


def load_database(programs: Binaries, url: str, dump: Path) -> None:
    """Replace everything in the database by the dump, or change nothing.

    psql runs inside a transaction that is committed only after pg_restore has said everything without an error.
    """
    with tempfile.TemporaryFile() as said:
        with _psql(programs, url, said) as psql:
            if psql.stdin is None or not _feed(programs, dump, psql.stdin, said):
                psql.kill()
        if psql.returncode != 0:
            said.seek(0)
            raise _failed(
                N_("The backup could not be read into the database, which is unchanged: {reason}"), said.read()
            )


def _psql(programs: Binaries, url: str, said: IO[bytes]) -> subprocess.Popen[bytes]:
    address, environment = without_password(url)
    command = [programs.program("psql"), "--no-psqlrc", "--quiet", f"--dbname={address}"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment)


def _feed(programs: Binaries, dump: Path, into: IO[bytes], said: IO[bytes]) -> bool:
    try:
        into.write(_CLEAR)
        into.flush()
        command = [programs.program("pg_restore"), *_PLAIN, "--file=-", str(dump)]
        done = subprocess.run(command, stdout=into, stderr=said, check=False)
        if done.returncode == 0:
            into.write(b"COMMIT;\n")
            into.flush()
        return done.returncode == 0
    except BrokenPipeError:
        return False  # psql has stopped at an error and told it


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """An address that may stand on a command line, which every user of the machine can read, and its environment."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    account, _, place = parts.netloc.rpartition("@")
    user, _, secret = account.partition(":")
    password = query.pop("password", unquote(secret))
    netloc = f"{user}@{place}" if user else place
    address = urlunsplit(parts._replace(netloc=netloc, query=urlencode(query, quote_via=quote)))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return address, environment | ({"PGPASSWORD": password} if password else {})


def _failed(sentence: str, said: bytes) -> FacilityError:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    reason: Any = "; ".join(line for line in lines if "ERROR" in line or "error" in line)[:600] or "; ".join(lines[-3:])
    return Refused(sentence, reason=reason)
