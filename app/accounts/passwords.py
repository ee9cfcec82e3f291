"""Passwords: argon2id, in threads of its own so that a sign-in never stops the pages."""

from __future__ import annotations

import functools
from typing import Final

import anyio
import anyio.lowlevel
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from foundation.errors import Invalid
from foundation.translation import N_

SHORTEST, LONGEST = 10, 200
# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
_HASHER: Final = PasswordHasher()


def check_policy(password: str) -> None:
    """Refuse what is too short, too long or one character over and over. Raises Invalid."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 4:
        raise Invalid(
            N_("A password has at least {shortest} characters, not all the same."),
            code="weak_password",
            shortest=SHORTEST,
        )


async def hash_password(password: str) -> str:
    """The argon2id hash that is kept."""
    return await anyio.to_thread.run_sync(_HASHER.hash, password, limiter=_limiter())


async def verify_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; the same work is done where there is none to compare with."""
    return await anyio.to_thread.run_sync(_verify, password[: LONGEST + 1], kept, limiter=_limiter())


def _limiter() -> anyio.CapacityLimiter:
    """Two at a time for each event loop: 64 MiB each, and the other core stays free for pages."""
    return _limiter_of(anyio.lowlevel.current_token())


@functools.lru_cache(maxsize=4)
def _limiter_of(_loop: object) -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(2)


def _verify(password: str, kept: str | None) -> bool:
    try:
        return _HASHER.verify(kept or _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@functools.cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
