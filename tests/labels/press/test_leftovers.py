"""A job that cannot be finished leaves nothing: not on a full disk, not when it is stopped, not when it is killed."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labels.press import Printed, PrintOrder, press
from labels.press.child import press_apart, task_for
from labels.press.spool import Spool, Spooled
from labels.stock import STOCKS
from tests.labels.press.material import face, order

ROLL = STOCKS["roll-62x40"]
ORDERS = [order(), order(ROLL, form="zpl"), order(form="zip")]
forms = pytest.mark.parametrize("wanted", ORDERS, ids=lambda wanted: wanted.form)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of so few bytes that nothing of a job fits; filled by the test."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _fill(place: Path, free: int) -> None:
    """Leave so many kilobytes."""
    (place / "ballast").write_bytes(bytes((512 - free) * 1024))


# So many kilobytes are free: at the first the pages do not fit, at the last what is made of them does not.
TIGHT = [(ORDERS[0], 4), (ORDERS[0], 48), (ORDERS[1], 4), (ORDERS[1], 100), (ORDERS[2], 4), (ORDERS[2], 48)]
TIGHT += [(ORDERS[2], 100), (ORDERS[2], 200)]


@pytest.mark.parametrize(("wanted", "free"), TIGHT, ids=lambda value: getattr(value, "form", value))
def test_a_full_disk_is_told_as_it_is_and_nothing_is_left(wanted: PrintOrder, free: int, small_disk: Path) -> None:
    _fill(small_disk, free)
    faces = [face(number) for number in range(200)]
    with pytest.raises(OSError, match="No space left on device") as full:
        press(faces, len(faces), wanted, small_disk / "labels")
    assert full.value.errno == errno.ENOSPC
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


@forms
def test_a_job_that_fits_a_small_disk_is_whole(wanted: PrintOrder, small_disk: Path) -> None:
    press([face(1)], 1, wanted, small_disk / "labels")
    assert [path.name for path in small_disk.iterdir()] == ["labels"]


@pytest.mark.parametrize("stage", ["stamp", "check", "convert"])
@forms
def test_a_job_stopped_at_any_stage_leaves_nothing(wanted: PrintOrder, stage: str, tmp_path: Path) -> None:
    def stop(at: str, done: int) -> None:
        assert done
        if at == stage:
            raise KeyboardInterrupt

    faces = [face(number) for number in range(30)]
    if stage == "convert" and wanted.form == "pdf":
        press(faces, len(faces), wanted, tmp_path / "labels", progress=stop)
        assert [path.name for path in tmp_path.iterdir()] == ["labels"]
    else:
        with pytest.raises(KeyboardInterrupt):
            press(faces, len(faces), wanted, tmp_path / "labels", progress=stop)
        assert list(tmp_path.iterdir()) == []


async def _apart(wanted: PrintOrder, folder: Path, count: int, stage: str) -> tuple[list[str], Printed | None]:
    """A job in its own process, stopped by what hears of it at a stage; the stages, and what came of it."""
    spool = Spool(folder / "spool")
    spool.append(Spooled(n, n, face(n).code, n, dict(face(n).words), "", face(n).asset) for n in range(count))
    stages: list[str] = []

    async def told(at: str, done: int) -> None:
        assert 0 < done <= count
        stages.append(at)
        if at == stage:
            raise asyncio.CancelledError

    task = task_for(wanted, {}, spool.path, count, folder / "labels.part", folder / "files")
    try:
        return stages, await press_apart(task, told)
    except asyncio.CancelledError:
        return stages, None
    finally:
        spool.path.unlink()


@pytest.mark.parametrize("stage", ["stamp", "convert"])
def test_a_process_that_is_killed_leaves_nothing_beside_its_file(stage: str, tmp_path: Path) -> None:
    stages, printed = asyncio.run(_apart(order(form="zip"), tmp_path, 120, stage))
    assert (stages[-1], printed) == (stage, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wanted", ORDERS[1:], ids=lambda wanted: wanted.form)
def test_a_process_of_its_own_makes_every_form_and_tells_its_stages(wanted: PrintOrder, tmp_path: Path) -> None:
    stages, printed = asyncio.run(_apart(wanted, tmp_path, 30, ""))
    assert printed is not None
    assert printed.labels == 30
    assert list(dict.fromkeys(stages)) == ["stamp", "check", "convert"]
    assert [path.name for path in tmp_path.iterdir()] == ["labels.part"]


def _refusing(kind: int) -> Callable[..., None]:
    """What the system says no to in this way."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(kind, os.strerror(kind))

    return refuse


@pytest.mark.parametrize("place", [(tempfile, "mkdtemp"), (asyncio, "create_subprocess_exec")])
def test_a_process_that_cannot_be_started_is_told_as_it_is(
    place: tuple[Any, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*place, _refusing(errno.ENOMEM))
    with pytest.raises(OSError, match="Cannot allocate memory"):
        asyncio.run(_apart(order(), tmp_path, 3, ""))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [errno.EIO, errno.EACCES])
def test_what_cannot_be_removed_takes_nothing_from_what_was_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "rmdir", _refusing(kind))
    _, printed = asyncio.run(_apart(order(), tmp_path, 3, ""))
    assert printed is not None
    assert sorted(path.is_dir() for path in tmp_path.iterdir()) == [False, True]


def test_what_cannot_be_removed_takes_nothing_from_why_nothing_was_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job was stopped, which is what its owner is to be told; that its file stays is not."""
    monkeypatch.setattr("labels.press.child._remove", _refusing(errno.EIO))
    stages, printed = asyncio.run(_apart(order(), tmp_path, 120, "stamp"))
    assert (stages[-1], printed) == ("stamp", None)
