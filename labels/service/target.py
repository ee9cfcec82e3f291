"""A file that is whole or not there at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from foundation.errors import Refused
from foundation.translation import N_


class Target:
    """Opens a hidden neighbour of the file before the work begins, and takes its place with one step at the end."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.part = out.with_name(f".{out.name}.{os.getpid()}.part")

    def __enter__(self) -> Target:
        """Find out now, and not after the work, whether the folder can be written to."""
        try:
            if self.out.is_dir():
                raise IsADirectoryError(f"{self.out} is a folder")
            self.part.touch()
        except OSError as error:
            raise self._refusal(error) from error
        return self

    def finish(self) -> None:
        """Put what stands in ``part`` in its place; raises Refused where the disk does not take it."""
        try:
            with self.part.open("rb") as file:
                os.fsync(file.fileno())
            self.part.replace(self.out)
        except OSError as error:
            raise self._refusal(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing half-done behind; a disk that took no more is said in a sentence."""
        self.part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> Refused:
        return Refused(
            N_("{file} cannot be written: {reason}."),
            code="cannot_write",
            file=str(self.out),
            reason=error.strerror or str(error),
        )
