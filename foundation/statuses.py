"""The status that HTTP has for each refusal (pure)."""

from __future__ import annotations

from typing import Final

from foundation.errors import (
    Conflict,
    FacilityError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    NotSignedIn,
    Refused,
    Stale,
    StartRefused,
    TooLarge,
    TooMany,
    Unavailable,
    VersionNeeded,
)

STATUS: Final[dict[type[FacilityError], int]] = {
    NotFound: 404,
    Gone: 410,
    Invalid: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    Stale: 412,
    Conflict: 409,
    VersionNeeded: 428,
    Refused: 409,
    TooLarge: 413,
    TooMany: 429,
    Unavailable: 503,
    StartRefused: 503,
}


def status_of(error: FacilityError | None) -> int:
    """The HTTP status of a refusal, told alone or on the page it came from; 200 where nothing was refused."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS) if error else 200
