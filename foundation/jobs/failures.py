"""What is told of a job that failed: a refusal's own sentence, what ails the disk, nothing of the inside of a fault."""

from __future__ import annotations

import errno
from typing import Any, Final

from foundation.errors import FacilityError, Unavailable
from foundation.translation import N_

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# PostgreSQL's own words for a disk without room (class 53, insufficient resources).
_DATABASE_FULL: Final = "53100"


def failure_of(error: Exception) -> dict[str, Any]:
    """The result of a failed job: ``code``, its sentence in ``zh`` and ``en`` where there is one, and ``problems``."""
    told = error if isinstance(error, FacilityError) else _of_the_disk(error)
    if told is None:
        return {"code": "fault"}
    said = {"code": told.code, "zh": told.message("zh-CN"), "en": told.message("en")}
    return {**said, "problems": told.findings} if told.findings else said


def is_full(error: Exception) -> bool:
    """Whether it is for want of room on a disk."""
    return getattr(error, "sqlstate", None) == _DATABASE_FULL or (isinstance(error, OSError) and error.errno in _FULL)


def _of_the_disk(error: Exception) -> FacilityError | None:
    if is_full(error):
        return Unavailable(
            N_("The disk is full. Nothing was handed out; make room and press “Go on”."), code="disk_full"
        )
    # Time-outs and broken connections are OSErrors too, and say nothing of the disk.
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return Unavailable(
            N_(
                "A file could not be read or written. Nothing was handed out; have the data folder seen to and press"
                " “Go on”."
            ),
            code="cannot_write",
        )
    return None
