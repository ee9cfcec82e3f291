"""A file a command writes: whole, or not there at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.errors import Refused
from foundation.translation import N_


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A hidden neighbour to write to, which takes the file's place at the end of the block.

    Raises Refused before the block begins where the file cannot be written, and where writing it fails.
    """
    partial = out.absolute().with_name(f".{out.name}.{os.getpid()}.new")
    try:
        if out.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
        partial.touch()
        yield partial
        partial.replace(out)
    except OSError as error:
        if error.filename not in {None, str(partial), str(out)}:
            raise  # another file's trouble
        raise Refused(
            N_("{file} cannot be written: {reason}."),
            code="cannot_write",
            file=out,
            reason=error.strerror or str(error),
        ) from error
    finally:
        partial.unlink(missing_ok=True)
