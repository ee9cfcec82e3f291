"""The two verbs behind ``facility backup FILE`` and ``facility restore FILE``."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from foundation.database.backup.archive import DUMP, FILES, Manifest, members, read_archive, write_archive
from foundation.database.backup.dump import dump_database, load_database, programs_for
from foundation.database.embedded.running import running_database
from foundation.database.migrations import done_migrations, known_migrations
from foundation.database.queries import close_database, fetchval, open_database
from foundation.errors import Refused
from foundation.settings import Settings
from foundation.translation import N_

_TABLES: Final = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


async def backup(settings: Settings, file: Path) -> Manifest:
    """Write the whole district into one file while the server runs; the file appears only when it is complete.

    Files are written once and never changed, so those named by the dump, which is made first, are all there
    afterwards. Raises Refused where the file cannot be written.
    """
    async with running_database(settings) as url:
        async with _opened(url):
            manifest = await _describe()
        return await asyncio.to_thread(_write, settings, url, file, manifest)


async def restore(settings: Settings, file: Path, *, replace: bool = False) -> Manifest:
    """Read a backup into an empty database, or with ``replace`` into any: all of it, or nothing is changed.

    Raises Refused for a damaged, foreign or newer file, a database that is not empty, or one others are using.
    """
    manifest = await asyncio.to_thread(read_archive, file)
    async with running_database(settings) as url:
        async with _opened(url):
            await _require_fit(file, manifest)
            await _require_free(replace=replace)
            major = await _server_major()
        await asyncio.to_thread(_read, settings, url, file, major, replace)
    return manifest


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[None]:
    await open_database(url, pool_size=1)
    try:
        yield
    finally:
        await close_database()


async def _server_major() -> int:
    return int(await fetchval("SELECT current_setting('server_version_num')::int / 10000"))


async def _describe() -> Manifest:
    return Manifest(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        postgres_major=await _server_major(),
        migrations=sorted(await done_migrations()),
    )


def _write(settings: Settings, url: str, file: Path, manifest: Manifest) -> Manifest:
    programs = programs_for(settings, manifest.postgres_major)
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".facility-backup-") as folder:
            dump = Path(folder) / DUMP
            dump_database(programs, url, dump)
            return write_archive(file, dump, settings.files_dir, manifest)
    except OSError as error:
        raise Refused(N_("{file} cannot be written: {reason}"), file=file, reason=error.strerror) from error


async def _require_fit(file: Path, manifest: Manifest) -> None:
    if set(manifest.migrations) - known_migrations():
        raise Refused(N_("{file} was made by a newer version of this program. Update the program first."), file=file)
    major = await _server_major()
    if manifest.postgres_major > major:
        raise Refused(
            N_("{file} comes from PostgreSQL {newer}, this database is {older}. Restore it into {newer} or newer."),
            file=file,
            newer=manifest.postgres_major,
            older=major,
        )


async def _require_free(*, replace: bool) -> None:
    if await fetchval(_OTHERS):
        raise Refused(N_("The server is running. Stop it first: a restore replaces everything under its feet."))
    if not replace and await fetchval(_TABLES):
        raise Refused(N_("This database is not empty. To throw its contents away and restore, say --replace."))


def _read(settings: Settings, url: str, file: Path, major: int, replace: bool) -> None:
    programs = programs_for(settings, major)
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.files_dir, prefix=".restoring-") as folder:
        _unpack(file, Path(folder))
        added = _bring_files(Path(folder) / FILES, settings.files_dir)
        try:
            load_database(programs, url, Path(folder) / DUMP)
        except BaseException:
            for path in added:
                path.unlink(missing_ok=True)
            raise
    if replace:
        _drop_strangers(file, settings.files_dir)


def _unpack(file: Path, folder: Path) -> None:
    for name, _, data in members(file):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as output:
            shutil.copyfileobj(data, output, 1 << 20)


def _bring_files(source: Path, files_dir: Path) -> list[Path]:
    """Move the files in before the database speaks of them; those that were not there yet. A name is its content."""
    added = []
    for path in source.rglob("*"):
        target = files_dir / path.relative_to(source)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            added.append(target)
    return added


def _drop_strangers(file: Path, files_dir: Path) -> None:
    kept = {files_dir / name.removeprefix(FILES) for name in read_archive(file).contents}
    for path in files_dir.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
