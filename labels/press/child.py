"""The press in a process of its own, behind everybody else's work: a large job never slows the public pages."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from foundation.errors import FacilityError, Invalid, Refused
from foundation.niceness import stand_behind
from foundation.scratch import scratch_folder
from foundation.translation import ROOT
from labels.press.forms import remove_intermediate
from labels.press.order import Printed, PrintOrder
from labels.stamp import Shift
from labels.stock import Stock
from labels.template import read_template, shipped_template

# Two hundred findings with what was read instead are one line.
LONGEST_LINE: Final = 2**24
# Converting a label to a plate takes as long as stamping forty.
_TELL_EVERY: Final = {"stamp": 500, "check": 500, "convert": 50}
Told = Callable[[str, int], Awaitable[None]]


class Task(msgspec.Struct):
    """What the process is told: ``files`` of an operator's template, or the key of one that ships."""

    spool: str
    count: int
    out: str
    photos: str
    prefix: str
    start: int
    title: str
    anyway: bool
    form: str
    stock: Stock
    shift: Shift
    template: str
    revision: int = 0
    files: dict[str, bytes] = {}


class _Said(msgspec.Struct, omit_defaults=True):
    """One line of the process: how far it is, or how it ended."""

    stage: str = ""
    done: int = 0
    printed: Printed | None = None
    refused: str = ""
    code: str = ""
    params: dict[str, Any] = {}
    findings: list[dict[str, str]] = []
    errno: int = 0


def task_for(order: PrintOrder, files: Mapping[str, bytes], spool: Path, count: int, out: Path, photos: Path) -> Task:
    """The task of an order whose labels stand in a spool."""
    return Task(
        spool=str(spool), count=count, out=str(out), photos=str(photos), prefix=order.prefix, start=order.start,
        title=order.title, anyway=order.anyway, form=order.form, stock=order.stock, shift=order.shift,
        template=order.template.key, revision=order.template.revision, files=dict(files),
    )  # fmt: skip


async def _unheard(_stage: str, _done: int) -> None:
    """Nobody watches: a file comes while somebody waits for it."""


async def press_apart(task: Task, told: Told = _unheard) -> Printed:
    """``press`` in a process of its own; ``told`` hears how far it is and may raise to stop it.

    Raises what ``press`` raises. Whatever ends this coroutine ends the process, and its unfinished file is removed.
    """
    # The renderer lays copies of the fonts into the temporary folder, and a process that is ended leaves them.
    with scratch_folder() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "labels.press.child",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, limit=LONGEST_LINE,
            env={**os.environ, "TMPDIR": str(folder)},
        )  # fmt: skip
        try:
            return await _heard(process, task, told)
        except BaseException:
            await _ended(process)
            with contextlib.suppress(OSError):  # why it ended is what has to be told
                await asyncio.to_thread(_remove, Path(task.out))
            raise
        finally:
            await _ended(process)


async def _heard(process: asyncio.subprocess.Process, task: Task, told: Told) -> Printed:
    assert process.stdin is not None  # noqa: S101 - a pipe, as it was asked for
    assert process.stdout is not None  # noqa: S101 - a pipe, as it was asked for
    process.stdin.write(msgspec.msgpack.encode(task))
    process.stdin.close()
    async for line in process.stdout:
        said = msgspec.json.decode(line, type=_Said)
        if said.printed is not None:
            return said.printed
        if said.refused:
            raise _refusal(said)
        if said.errno:
            raise OSError(said.errno, os.strerror(said.errno), task.out)
        await told(said.stage, said.done)
    raise RuntimeError(f"the press ended with {await process.wait()} and without a word")


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _remove(out: Path) -> None:
    """What a process that was killed has left: after its end, or it would write on."""
    out.unlink(missing_ok=True)
    remove_intermediate(out)


def _refusal(said: _Said) -> FacilityError:
    kind = Refused if said.findings else Invalid
    return kind(said.refused, code=said.code, findings=said.findings, **said.params)


def _end_with_parent() -> None:
    """Where the system can: a press whose job was killed must not write on, nor remove what the next one writes."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


# prctl(2): the signal that the process gets when its parent ends.
_PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Read a task from standard input; say how far it is, and how it ended, on standard output."""
    stand_behind()
    _end_with_parent()
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    try:
        _say(_Said(printed=_work(task)))
    except FacilityError as error:
        _say(_said(error))
    except OSError as error:
        _say(_Said(errno=error.errno or 5))


def _work(task: Task) -> Printed:
    from foundation.settings import load_settings, use_settings
    from labels.press.photos import read_photos
    from labels.press.press import press
    from labels.press.spool import Spool

    use_settings(load_settings(data_dir=Path(task.photos).parent))
    template = read_template(task.files, task.revision) if task.files else shipped_template(task.template)
    order = PrintOrder(template, task.stock, task.prefix, task.start, task.shift, task.title, task.anyway, task.form)
    faces = (item.face(order.prefix) for item in Spool(Path(task.spool)))
    told = dict.fromkeys(_TELL_EVERY, 0)

    def progress(stage: str, done: int) -> None:
        if done - told[stage] >= _TELL_EVERY[stage] or done >= task.count:
            told[stage] = done
            _say(_Said(stage=stage, done=done))

    return press(faces, task.count, order, Path(task.out), photos=read_photos, progress=progress)


def _said(error: FacilityError) -> _Said:
    params = {name: value if isinstance(value, int | float) else str(value) for name, value in error.params.items()}
    return _Said(refused=error.text, code=error.code, params=params, findings=error.findings)


def _say(said: _Said) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
