"""Backup and restore: everything comes back, a bad file changes nothing."""

import hashlib
import io
import os
import tarfile
from pathlib import Path

import asyncpg
import pytest

from foundation.database import close_database, execute, fetchval, migrate, open_database
from foundation.database.backup import backup, restore
from foundation.database.backup.archive import DUMP, MANIFEST, write_archive
from foundation.database.backup.dump import without_password
from foundation.database.embedded import find_binaries, running_database
from foundation.errors import Refused
from foundation.settings import Settings

NOWHERE = Settings(data_dir=Path("/nonexistent"))
pytestmark = pytest.mark.anyio


@pytest.fixture
async def district(database_url: str, open_folder: Path) -> Settings:
    """A district with one calendar day and two photos."""
    settings = Settings(data_dir=open_folder / "district", database_url=database_url)
    await open_database(database_url)
    await execute("INSERT INTO calendar_day VALUES ('2026-10-01', 'holiday', '国庆节', 'National Day', 'test')")
    await close_database()
    for content in (b"one", b"two"):
        put(settings, content)
    return settings


def put(settings: Settings, content: bytes, folder: str = "") -> Path:
    name = hashlib.sha256(content).hexdigest()
    path = settings.files_dir / folder / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def files_of(settings: Settings) -> dict[str, bytes]:
    root = settings.files_dir
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def days(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT string_agg(name_zh, ',' ORDER BY on_day) FROM calendar_day")
    finally:
        await connection.close()


async def set_day(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE calendar_day SET name_zh = $1", name)
    await connection.close()


async def test_everything_comes_back(district: Settings, empty_database_url: str, open_folder: Path) -> None:
    file = open_folder / "district.backup"
    put(district, b"two", "labels")
    written = await backup(district, file)
    assert file.stat().st_mode & 0o077 == 0
    assert written.file_count == 3, "a room's own folder too"
    other = Settings(data_dir=open_folder / "other", database_url=empty_database_url)
    assert await restore(other, file) == written
    assert await days(empty_database_url) == "国庆节"
    assert files_of(other) == files_of(district)
    await open_database(empty_database_url)
    assert await migrate() == []
    assert await fetchval("SELECT has_schema_privilege('public', 'USAGE')")
    await close_database()


async def test_a_restored_district_can_be_backed_up_and_replaced_again(district: Settings, open_folder: Path) -> None:
    first, second = open_folder / "first", open_folder / "second"
    url = district.database_url or ""
    await backup(district, first)
    await set_day(url, "改过")
    put(district, b"three")
    await restore(district, first, replace=True)
    assert await days(url) == "国庆节"
    assert sorted(files_of(district).values()) == [b"one", b"two"]
    await backup(district, second)
    await restore(district, second, replace=True)
    assert await days(url) == "国庆节"


async def test_a_database_that_is_not_empty_is_left_alone(district: Settings, open_folder: Path) -> None:
    file = open_folder / "district.backup"
    await backup(district, file)
    await set_day(district.database_url or "", "改过")
    with pytest.raises(Refused, match="not empty"):
        await restore(district, file)
    assert await days(district.database_url or "") == "改过"


async def test_a_database_in_use_is_left_alone(district: Settings, open_folder: Path) -> None:
    file = open_folder / "district.backup"
    await backup(district, file)
    other = await asyncpg.connect(district.database_url)
    with pytest.raises(Refused, match="running"):
        await restore(district, file, replace=True)
    await other.close()


def spoil_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[512 + 100] ^= 1
    file.write_bytes(data)


def cut_short(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def cut_at_a_member(file: Path) -> None:
    with tarfile.open(file) as tar:
        last = next(info for info in tar if info.name == MANIFEST)
    file.write_bytes(file.read_bytes()[: last.offset] + bytes(1024))


def rewrite(file: Path, name: str, data: bytes) -> None:
    with tarfile.open(file, "a") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))


SPOILS = {
    "a changed byte": (spoil_byte, "damaged"),
    "cut short": (cut_short, "damaged"),
    "cut between members": (cut_at_a_member, "damaged"),
    "something added": (lambda file: rewrite(file, "files/ab/extra", b"x"), "damaged"),
    "a path upwards": (lambda file: rewrite(file, "files/../../evil", b"x"), "not a backup"),
    "an absolute path": (lambda file: rewrite(file, "/evil", b"x"), "not a backup"),
    "not an archive": (lambda file: file.write_bytes(b"hello" * 500), "not a backup"),
    "empty": (lambda file: file.write_bytes(b""), "not a backup"),
    "gone": (lambda file: file.unlink(), "no file"),
}


@pytest.mark.parametrize("spoil", SPOILS)
async def test_a_bad_file_changes_nothing(district: Settings, open_folder: Path, spoil: str) -> None:
    file = open_folder / "district.backup"
    await backup(district, file)
    await set_day(district.database_url or "", "改过")
    before = files_of(district)
    work, sentence = SPOILS[spoil]
    work(file)
    with pytest.raises(Refused, match=sentence):
        await restore(district, file, replace=True)
    assert await days(district.database_url or "") == "改过"
    assert files_of(district) == before


async def test_a_load_that_fails_on_the_way_changes_nothing(district: Settings, open_folder: Path) -> None:
    """A view of another owner's making stands for whatever a dump may trip over half way."""
    file = open_folder / "district.backup"
    url = district.database_url or ""
    connection = await asyncpg.connect(url)
    await connection.execute("""
        CREATE FUNCTION trip(text) RETURNS boolean LANGUAGE plpgsql AS
            'BEGIN RETURN (SELECT count(*) >= 0 FROM calendar_day); END';
        ALTER TABLE calendar_day ADD CONSTRAINT trip CHECK (trip(name_zh));
    """)
    await connection.close()
    await backup(district, file)
    await set_day(url, "改过")
    put(district, b"three")
    for path in district.files_dir.rglob("*"):
        if path.is_file() and path.read_bytes() == b"one":
            path.unlink()
    before = files_of(district)
    with pytest.raises(Refused, match="unchanged"):
        await restore(district, file, replace=True)
    assert await days(url) == "改过"
    assert files_of(district) == before


async def test_a_dump_that_ends_half_way_changes_nothing(district: Settings, open_folder: Path) -> None:
    """Its checksum is right: it was cut before it was summed."""
    file, dump = open_folder / "district.backup", open_folder / "half.dump"
    manifest = await backup(district, file)
    await set_day(district.database_url or "", "改过")
    cut_dump(file, dump)
    write_archive(file, dump, district.files_dir, manifest)
    with pytest.raises(Refused, match="unchanged"):
        await restore(district, file, replace=True)
    assert await days(district.database_url or "") == "改过"


def cut_dump(file: Path, dump: Path) -> None:
    with tarfile.open(file) as tar:
        content = tar.extractfile(DUMP)
        assert content is not None
        whole = content.read()
    dump.write_bytes(whole[: len(whole) * 3 // 4])


async def test_a_backup_of_a_newer_program_is_refused(district: Settings, open_folder: Path) -> None:
    file = open_folder / "district.backup"
    await open_database(district.database_url or "")
    await execute("INSERT INTO migration (name, app_name) VALUES ('2999-01-01T00:00:00', 'registry')")
    await close_database()
    await backup(district, file)
    with pytest.raises(Refused, match="newer version"):
        await restore(district, file, replace=True)


async def test_a_backup_that_fails_leaves_no_file(district: Settings, open_folder: Path) -> None:
    gone = Settings(data_dir=district.data_dir, database_url=(district.database_url or "") + "&dbname=gone")
    with pytest.raises(Exception, match="gone"):
        await backup(gone, open_folder / "district.backup")
    assert names_in(open_folder) == ["district"]
    with pytest.raises(Refused, match="cannot be written"):
        await backup(district, open_folder / "nowhere" / "district.backup")


@pytest.mark.parametrize("major", [15, 18])
async def test_our_own_server_is_saved_and_brought_to_a_new_machine(open_folder: Path, major: int) -> None:
    found = next((b for b in find_binaries(NOWHERE) if b.major == major), None)
    if found is None:
        pytest.skip(f"no PostgreSQL {major} on this machine")
    here = Settings(data_dir=open_folder / "here", pg_bin=found.folder)
    there = Settings(data_dir=open_folder / "there", pg_bin=found.folder)
    file = open_folder / "district.backup"
    async with running_database(here, durable=False) as url:
        await open_database(url)
        await migrate()
        await execute("INSERT INTO calendar_day VALUES ('2026-10-01', 'holiday', '国庆节', 'National Day', 'test')")
        await close_database()
        await backup(here, file)
    await restore(there, file)
    async with running_database(there, durable=False) as url:
        assert await days(url) == "国庆节"


def test_no_password_stands_on_a_command_line() -> None:
    address, environment = without_password("postgresql://me:se%40cret@/db?host=%2Ftmp%2Fa%20b&port=5432")
    assert address == "postgresql://me@/db?host=%2Ftmp%2Fa%20b&port=5432"
    assert environment["PGPASSWORD"] == "se@cret"
    assert "PATH" in environment or "PATH" not in os.environ
