"""Signing in, throttled by name and by address."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.accounts.passwords import verify_password
from foundation.act import Act
from foundation.database import execute, fetch, fetchrow
from foundation.errors import Invalid, TooMany
from foundation.translation import N_

_FREE: Final = 5  # failures before waiting begins
_LONGEST: Final = 15 * 60
_FORGET: Final = timedelta(hours=12)


async def sign_in(name: str, password: str, client: str, act: Act) -> int:
    """The account's id. Raises Invalid for a wrong name or password alike, TooMany while it is blocked."""
    keys = [f"name:{name.strip().casefold()[:60]}", f"client:{client}"]
    await _refuse_blocked(keys, act)
    row = await fetchrow("SELECT id, password_hash, active FROM account WHERE lower(name) = lower($1)", name.strip())
    right = await verify_password(password, row["password_hash"] if row else None)
    if row is None or not right or not row["active"]:
        await _count_failure(keys, act)
        raise Invalid(N_("Name or password is not right."), code="wrong_credentials")
    await execute("DELETE FROM sign_in_attempt WHERE key = $1", keys[0])
    return int(row["id"])


async def _refuse_blocked(keys: list[str], act: Act) -> None:
    rows = await fetch(
        "SELECT blocked_until FROM sign_in_attempt WHERE key = ANY($1::text[]) AND blocked_until > $2", keys, act.at
    )
    if rows:
        wait = max(int((row["blocked_until"] - act.at).total_seconds()) + 1 for row in rows)
        raise TooMany(
            N_("Too many attempts. Please wait {seconds} seconds and try again."), seconds=wait, retry_after=wait
        )


async def _count_failure(keys: list[str], act: Act) -> None:
    """After five failures each further one doubles the wait, up to a quarter of an hour."""
    for key in sorted(keys):
        free = _FREE if key.startswith("name:") else _FREE * 6
        await execute(
            "INSERT INTO sign_in_attempt AS s (key, failures, last_at) VALUES ($1, 1, $2)"
            " ON CONFLICT (key) DO UPDATE SET last_at = $2,"
            " failures = CASE WHEN s.last_at < $2 - $5::interval THEN 1 ELSE s.failures + 1 END,"
            " blocked_until = CASE WHEN s.failures + 1 >= $3 AND s.last_at >= $2 - $5::interval"
            "   THEN $2 + least($4, power(2, least(s.failures + 1 - $3, 12))) * interval '1 second' END",
            key,
            act.at,
            free,
            float(_LONGEST),
            _FORGET,
        )
