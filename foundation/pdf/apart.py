"""Laying out what somebody else has written, in a process of its own with an end to its time and memory."""

from __future__ import annotations

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
from foundation.translation import N_, ROOT

CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 60
MEMORY_BYTES: Final = 1536 * 1024 * 1024


class _Task(msgspec.Struct):
    html: str
    files: dict[str, tuple[bytes, str]]
    variant: str | None


class _Answer(msgspec.Struct):
    layout: Layout | None = None
    outside: str = ""


def lay_out_apart(
    html: str, *, fonts: Sequence[FontFile] = (), files: Files | None = None, variant: str | None = None
) -> Layout:
    """``lay_out`` with the bundled fonts in a process of its own: 20 seconds of CPU, a minute, 1.5 GB.

    Raises OutsideAddress as ``lay_out`` does, and Invalid where the page is too much for these limits.
    """
    del fonts  # the bundled ones are all there is; the signature is that of lay_out
    task = msgspec.msgpack.encode(_Task(html, dict(files or {}), variant))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "foundation.pdf.apart"],
            input=task,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            cwd=ROOT,
            check=False,
        )
        answer = msgspec.msgpack.decode(done.stdout, type=_Answer) if done.returncode == 0 else _Answer()
    except (subprocess.TimeoutExpired, msgspec.MsgspecError):
        answer = _Answer()
    if answer.outside:
        raise OutsideAddress(answer.outside)
    if answer.layout is None:
        raise Invalid(
            N_("The template takes more than {seconds} seconds or too much memory to lay out: make it simpler."),
            code="template_too_much",
            seconds=CPU_SECONDS,
        )
    return answer.layout


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main() -> None:
    """Read a task from standard input, answer on standard output."""
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Task)
    _limit()
    try:
        answer = _Answer(lay_out(task.html, fonts=font_files(), files=task.files, variant=task.variant))
    except OutsideAddress as error:
        answer = _Answer(outside=str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
