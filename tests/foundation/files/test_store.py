"""The file store: named by content, written once, whole or not at all."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from foundation.errors import NotFound
from foundation.files.store import FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "区 files" / "photos")


def test_a_file_comes_back_by_the_hash_of_its_content(store: FileStore) -> None:
    key = store.put("公厕".encode())
    assert key == hashlib.sha256("公厕".encode()).hexdigest()
    assert store.read(key) == "公厕".encode()
    assert store.path(key) == store.root / key[:2] / key[2:4] / key
    assert list(store.keys()) == [key]


def test_the_same_content_is_written_once(store: FileStore) -> None:
    key = store.put(b"photo")
    before = store.path(key).stat()
    assert store.put(b"photo") == key
    assert (store.path(key).stat().st_ino, store.path(key).stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_only_the_owner_may_read(store: FileStore) -> None:
    key = store.put(b"face")
    assert store.path(key).stat().st_mode & 0o077 == 0
    assert store.root.stat().st_mode & 0o077 == 0


def test_deleting_twice_is_no_error(store: FileStore) -> None:
    key = store.put(b"photo")
    store.delete(key)
    store.delete(key)
    assert list(store.keys()) == []
    with pytest.raises(NotFound):
        store.read(key)
    with pytest.raises(NotFound):
        store.path(key)


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "../" + "a" * 61, "ａ" * 64]
)
def test_no_key_leads_out_of_the_folder(store: FileStore, key: str) -> None:
    for verb in (store.read, store.path, store.delete):
        with pytest.raises(NotFound) as caught:
            verb(key)
        assert caught.value.code == "file_not_found"


def test_an_unfinished_file_is_no_file(store: FileStore) -> None:
    key = store.put(b"photo")
    (store.path(key).parent / ".part-x").write_bytes(b"ph")
    assert list(store.keys()) == [key]


def test_a_failed_write_leaves_nothing_behind(store: FileStore) -> None:
    key = hashlib.sha256(b"photo").hexdigest()
    place = store.root / key[:2] / key[2:4] / key
    place.mkdir(parents=True)  # a folder in the way of the file
    with pytest.raises(OSError, match="directory"):
        store.put(b"photo")
    assert os.listdir(place.parent) == [key]  # noqa: PTH208 - no pathlib in a coroutine


def test_many_at_once_end_with_one_whole_file(store: FileStore) -> None:
    data = os.urandom(300_000)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: store.put(data), range(40)))
    assert len(keys) == 1
    assert store.read(keys.pop()) == data
    assert len([place for place in store.root.rglob("*") if place.is_file()]) == 1
