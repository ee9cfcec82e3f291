"""What is told of a job that failed: a refusal's own sentence, what ails the disk, nothing of the inside of a fault."""

from __future__ import annotations

import errno
from typing import Any, Final

from foundation.errors import FacilityError, Unavailable
from foundation.translation import N_

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# What fork() says of memory and processes that are used up.
_NO_PROCESS: Final = frozenset({errno.ENOMEM, errno.EAGAIN})
# PostgreSQL's own words for a disk without room (class 53, insufficient resources).
_DATABASE_FULL: Final = "53100"


def failure_of(error: Exception) -> dict[str, Any]:
    """The result of a failed job: ``code``, its sentence in ``zh`` and ``en`` where there is one, and ``problems``."""
    told = error if isinstance(error, FacilityError) else _of_the_disk(error)
    if told is None:
        return {"code": "fault"}
    said = {"code": told.code, "zh": told.message("zh-CN"), "en": told.message("en")}
    return {**said, "problems": told.findings} if told.findings else said


def _of_the_disk(error: Exception) -> FacilityError | None:
    full = getattr(error, "sqlstate", None) == _DATABASE_FULL
    if full or (isinstance(error, OSError) and error.errno in _FULL):
        return Unavailable(
            N_("The disk is full. Nothing was handed out; make room and press “Go on”."), code="disk_full"
        )
    # Time-outs, broken connections and want of memory are OSErrors too, and say nothing of the disk.
    elsewhere = isinstance(error, ConnectionError | TimeoutError) or getattr(error, "errno", None) in _NO_PROCESS
    if isinstance(error, OSError) and not elsewhere:
        return Unavailable(
            N_(
                "A file could not be read or written. Nothing was handed out; have the data folder seen to and press"
                " “Go on”."
            ),
            code="cannot_write",
        )
    return None
