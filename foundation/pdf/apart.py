"""Laying out what somebody else has written, in a process of its own with an end to its time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from foundation.errors import Invalid
from foundation.pdf.fonts import FontFile, font_files
from foundation.pdf.layout import Layout, lay_out
from foundation.pdf.render import Files, OutsideAddress
from foundation.scratch import scratch_folder
from foundation.translation import N_, ROOT

# A label takes half a second, a start of the process counted in.
CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 60
MEMORY_BYTES: Final = 1536 * 1024 * 1024


class _Task(msgspec.Struct):
    html: str
    files: dict[str, tuple[bytes, str]]
    variant: str | None
    cpu_seconds: int
    memory_bytes: int


class _Answer(msgspec.Struct):
    layout: Layout | None = None
    outside: str = ""


def lay_out_apart(
    html: str, *, fonts: Sequence[FontFile] = (), files: Files | None = None, variant: str | None = None
) -> Layout:
    """``lay_out`` with the bundled fonts in a process of its own: 10 seconds of CPU, a minute, 1.5 GB.

    Raises OutsideAddress as ``lay_out`` does, and Invalid where the page is too much for these limits, or for
    the renderer.
    """
    del fonts  # the bundled ones are all there is; the signature is that of lay_out
    task = msgspec.msgpack.encode(_Task(html, dict(files or {}), variant, CPU_SECONDS, MEMORY_BYTES))
    try:
        # The renderer lays copies of the fonts into the temporary folder, and a process that is ended leaves them.
        with scratch_folder() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "foundation.pdf.apart"],
                input=task,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                cwd=ROOT,
                env={**os.environ, "TMPDIR": str(folder)},
                check=False,
            )
        answer = msgspec.msgpack.decode(done.stdout, type=_Answer) if done.returncode == 0 else _Answer()
    except (subprocess.TimeoutExpired, msgspec.MsgspecError):
        answer = _Answer()
    if answer.outside:
        raise OutsideAddress(answer.outside)
    if answer.layout is None:
        raise Invalid(
            N_("The template cannot be laid out within {seconds} seconds and the memory it may have: make it simpler."),
            code="template_too_much",
            seconds=CPU_SECONDS,
        )
    return answer.layout


def _limit(task: _Task) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (task.cpu_seconds, task.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (task.memory_bytes, task.memory_bytes))


def main() -> None:
    """Read a task from standard input, answer on standard output."""
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Task)
    _limit(task)
    try:
        answer = _Answer(lay_out(task.html, fonts=font_files(), files=task.files, variant=task.variant))
    except OutsideAddress as error:
        answer = _Answer(outside=str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
