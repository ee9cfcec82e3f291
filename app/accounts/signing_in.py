"""Signing in, throttled by name and by address."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.accounts.passwords import verify_password
from foundation.act import Act
from foundation.database import execute, fetchrow, fetchval
from foundation.errors import Invalid, TooMany
from foundation.translation import N_

_FREE: Final = 5  # attempts on a name before waiting begins
_FREE_OF_CLIENT: Final = 30
_LONGEST: Final = 15 * 60
_FORGET: Final = timedelta(hours=12)


async def sign_in(name: str, password: str, client: str, act: Act) -> int:
    """The account's id. Raises Invalid for a wrong name or password alike, TooMany while it is blocked."""
    by_client, by_name = f"client:{client}", name_key(name)
    await _count(by_client, _FREE_OF_CLIENT, act)
    await _count(by_name, _FREE, act)
    row = await fetchrow("SELECT id, password_hash, active FROM account WHERE lower(name) = lower($1)", name.strip())
    right = await verify_password(password, row["password_hash"] if row else None)
    if row is None or not right or not row["active"]:
        raise Invalid(N_("Name or password is not right."), code="wrong_credentials")
    await _forgive(by_client, by_name, act)
    return int(row["id"])


def name_key(name: str) -> str:
    """Under which attempts on a name are counted, whether there is such an account or not."""
    return f"name:{name.strip().casefold()[:60]}"


async def _count(key: str, free: int, act: Act) -> None:
    """Count an attempt before its password is looked at, in one statement, so that guesses sent together count too.

    From the fifth on each attempt doubles the wait for the next, up to a quarter of an hour. Raises TooMany.
    """
    n = "CASE WHEN s.last_at < $2 - $5::interval THEN 1 ELSE s.failures + 1 END"
    counted = await fetchval(
        "INSERT INTO sign_in_attempt AS s (key, failures, last_at) VALUES ($1, 1, $2)"
        f" ON CONFLICT (key) DO UPDATE SET last_at = $2, failures = {n}, blocked_until = CASE WHEN {n} >= $3"
        f"   THEN $2 + least($4, power(2, least({n} - $3, 12))) * interval '1 second' END"
        " WHERE s.blocked_until IS NULL OR s.blocked_until <= $2 RETURNING failures",
        key,
        act.at,
        free,
        float(_LONGEST),
        _FORGET,
    )
    if counted is None:
        await _refuse(key, act)


async def _refuse(key: str, act: Act) -> None:
    until = await fetchval("SELECT blocked_until FROM sign_in_attempt WHERE key = $1", key)
    wait = max(int((until - act.at).total_seconds()), 1) if until else 1
    raise TooMany(N_("Too many attempts. Please wait {seconds} seconds and try again."), seconds=wait, retry_after=wait)


async def _forgive(by_client: str, by_name: str, act: Act) -> None:
    """A right password forgets the name's failures; the address only gets this one attempt back."""
    await execute("DELETE FROM sign_in_attempt WHERE key = $1 OR last_at < $2", by_name, act.at - _FORGET)
    await execute(
        "UPDATE sign_in_attempt SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE key = $1",
        by_client,
    )
