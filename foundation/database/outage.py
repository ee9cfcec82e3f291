"""Telling a database that is down from a statement that is wrong."""

from __future__ import annotations

from typing import Final

import asyncpg

from foundation.errors import Unavailable
from foundation.translation import N_

_DOWN: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    # A connection cut between two statements may leave the protocol in a state its own code does not expect.
    asyncpg.exceptions.InternalClientError,
)
_REFUSED: Final = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)


def is_outage(error: BaseException) -> bool:
    """Whether the connection, not the statement, is at fault."""
    if isinstance(error, asyncpg.exceptions.InterfaceError):
        # asyncpg has no class of its own for a connection that closed under us; a DataError is a wrong parameter.
        return not isinstance(error, asyncpg.exceptions.DataError) and "closed" in str(error)
    return isinstance(error, _DOWN)


def is_refusal(error: BaseException) -> bool:
    """Whether the server answered and turned us away: wrong password, no such database."""
    return isinstance(error, _REFUSED)


def unavailable() -> Unavailable:
    """The sentence for a database that is down or has just gone away."""
    return Unavailable(
        N_("The database cannot be reached at the moment. Nothing was saved; please try again in a minute."),
        code="database_down",
    )
