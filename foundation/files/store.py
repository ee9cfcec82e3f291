"""A folder of files named by the hash of their content: written once, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from foundation.errors import NotFound
from foundation.translation import N_

_KEY: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNFINISHED: Final = ".part-"


class FileStore:
    """Files under ``root`` at ``ab/cd/abcd…``; the key is the SHA-256 of the content in 64 hexadecimal digits."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Keep the content, the same content once, and return its key; when this returns it is on the disk for good."""
        key = hashlib.sha256(data).hexdigest()
        target = self._place(key)
        if not target.is_file():
            self._write(target, data)
        _sync_folder(target.parent)  # also for a file that another process has only just moved there
        return key

    def read(self, key: str) -> bytes:
        """The content of a key; raises NotFound."""
        try:
            return self._place(key).read_bytes()
        except FileNotFoundError as error:
            raise _missing() from error

    def path(self, key: str) -> Path:
        """Where the file of a key lies, for servers that send files; raises NotFound."""
        place = self._place(key)
        if not place.is_file():
            raise _missing()
        return place

    def delete(self, key: str) -> None:
        """Remove the file of a key; nothing happens where there is none."""
        self._place(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """The keys of all finished files."""
        for place in self.root.glob("??/??/*"):
            if _KEY.fullmatch(place.name):
                yield place.name

    def _place(self, key: str) -> Path:
        """The place of a key; raises NotFound for what is no key, so that no key leads out of the folder."""
        if not _KEY.fullmatch(key):
            raise _missing()
        return self.root / key[:2] / key[2:4] / key

    def _write(self, target: Path, data: bytes) -> None:
        """Write beside the target, then move: nobody ever sees half a file."""
        _make_folders(target.parent)
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=target.parent)
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


def _missing() -> NotFound:
    return NotFound(N_("This file does not exist."), code="file_not_found")


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each one's entry on the disk."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the names of a folder to the disk, which the fsync of a file does not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
