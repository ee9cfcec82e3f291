"""A folder that is there for a while and whose going never counts."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder of our own, removed with what is in it at the end.

    What cannot be removed stays: it must not take the place of what was made, nor of why nothing was. (Python's own
    TemporaryDirectory raises, and where it is told not to, goes round in circles over a folder it may not remove.)
    Raises OSError where there is no room for one.
    """
    folder = Path(tempfile.mkdtemp(prefix="facility-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
