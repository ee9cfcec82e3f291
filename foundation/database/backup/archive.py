"""The backup's file: a tar of the dump, the files and, last, a manifest with the checksum of each."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, Final

import msgspec

from foundation.errors import Refused
from foundation.translation import N_

FORMAT: Final = "facility-backup"
FORMAT_VERSION: Final = 1
DUMP: Final = "database.dump"
FILES: Final = "files/"
MANIFEST: Final = "manifest.json"
_PIECE: Final = 1 << 20


class Content(msgspec.Struct, frozen=True):
    """One member of the archive: its size in bytes and its checksum."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds, and what made it; ``created_at`` is UTC in ISO 8601."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    created_at: str
    postgres_major: int
    migrations: list[str]
    contents: dict[str, Content] = {}

    @property
    def file_count(self) -> int:
        """How many photos and documents it holds."""
        return sum(name.startswith(FILES) for name in self.contents)


class _Summing:
    """A file that is read once and summed on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.sum.update(piece)
        return piece


def write_archive(target: Path, dump: Path, files_dir: Path, manifest: Manifest) -> Manifest:
    """Write the archive as a whole or not at all, readable by its owner alone; the manifest as written."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
            with tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                written = _write_members(tar, dump, files_dir, manifest)
            output.flush()
            os.fsync(output.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return written


def _write_members(tar: tarfile.TarFile, dump: Path, files_dir: Path, manifest: Manifest) -> Manifest:
    contents = {DUMP: _add(tar, DUMP, dump)}
    for name, path in _files(files_dir):
        # A photo whose time has come may be deleted while we work.
        with suppress(FileNotFoundError):
            contents[name] = _add(tar, name, path)
    whole = msgspec.structs.replace(manifest, contents=contents)
    data = msgspec.json.encode(whole)
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
    return whole


def _files(files_dir: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(files_dir.rglob("*")) if files_dir.is_dir() else ():
        half_written = path.name.startswith(".") or path.suffix in {".part", ".tmp"}
        if path.is_file() and not path.is_symlink() and not half_written:
            yield FILES + path.relative_to(files_dir).as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Content:
    with path.open("rb") as file:
        info = tarfile.TarInfo(name)
        info.size = os.fstat(file.fileno()).st_size
        summing = _Summing(file)
        tar.addfile(info, summing)
    return Content(info.size, summing.sum.hexdigest())


def read_archive(file: Path) -> Manifest:
    """Check every byte of a backup; its manifest. Raises Refused for a damaged or foreign file."""
    seen: dict[str, Content] = {}
    manifests: list[Manifest] = []
    try:
        for name, size, data in members(file):
            if name == MANIFEST:
                manifests.append(_decode(file, data.read()))
            else:
                seen[name] = Content(size, _sum(data))
    except tarfile.ReadError as error:
        raise _damaged(file) from error
    if DUMP not in seen:
        raise _foreign(file)
    if len(manifests) != 1 or manifests[0].contents != seen:
        raise _damaged(file)
    return manifests[0]


def members(file: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Each member's name, size and bytes, in order. Raises Refused for what no backup of ours holds."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            for info in tar:
                if not info.isreg() or not _is_ours(info.name):
                    raise _foreign(file)
                data = tar.extractfile(info)
                if data is not None:
                    yield info.name, info.size, data
    except FileNotFoundError:
        raise Refused(N_("There is no file {file}."), file=file) from None
    except tarfile.ReadError as error:
        # "unexpected end of data" comes from a tar cut short, everything else from what never was one.
        raise _damaged(file) if "end of data" in str(error) else _foreign(file) from error


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    inside = name.startswith(FILES) and ".." not in path.parts and path.as_posix() == name
    return name in {DUMP, MANIFEST} or inside


def _sum(data: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := data.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _decode(file: Path, data: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise _foreign(file) from error
    if manifest.format != FORMAT:
        raise _foreign(file)
    if manifest.format_version > FORMAT_VERSION:
        raise Refused(N_("{file} was made by a newer version of this program. Update the program first."), file=file)
    return manifest


def _damaged(file: Path) -> Refused:
    return Refused(N_("{file} is damaged or cut short. Nothing was changed."), file=file)


def _foreign(file: Path) -> Refused:
    return Refused(N_("{file} is not a backup made by this program. Nothing was changed."), file=file)
