"""Signed-in browsers: our own table, the hash of a 256-bit token, rotated at every sign-in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from foundation.act import Act
from foundation.database import Record, execute, fetch, fetchrow
from foundation.principals import PUBLIC, Grant, Principal, Role

_TOUCH: Final = timedelta(minutes=1)


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True)
class SignedIn:
    """A principal with what the request needs to trust its forms."""

    principal: Principal
    csrf: str
    session_id: int | None
    lang: str | None


_PRINCIPAL: Final = """
       a.id AS account_id, a.name, a.display_name, a.lang,
       coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'organisation_id', g.organisation_id,
                                                     'streets', g.streets))
                   FROM account_grant g WHERE g.account_id = a.id), '[]'::jsonb) AS grants,
       coalesce((SELECT array_agg(c.crew_id) FROM account_crew c WHERE c.account_id = a.id), '{}') AS crews
"""


def _principal(row: Record) -> Principal:
    grants = tuple(
        Grant(Role(grant["role"]), grant["organisation_id"], frozenset(grant["streets"])) for grant in row["grants"]
    )
    label = row["display_name"] or row["name"]
    return Principal(label, account_id=row["account_id"], grants=grants, crew_ids=frozenset(row["crews"]))


async def start_session(account_id: int, agent: str, hours: int, at: datetime) -> str:
    """Begin a session and answer its token, which exists nowhere else."""
    token = secrets.token_urlsafe(32)
    await execute(
        "INSERT INTO session (token_hash, account_id, csrf, agent, created_at, seen_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6)",
        token_hash(token),
        account_id,
        secrets.token_urlsafe(24),
        agent[:200],
        at,
        at + timedelta(hours=hours),
    )
    await execute("DELETE FROM session WHERE expires_at < $1", at)
    return token


async def find_session(token: str, at: datetime) -> SignedIn | None:
    """Who holds this token, unless it has expired or the account is disabled."""
    row = await fetchrow(
        f"SELECT s.id AS session_id, s.csrf, s.seen_at, {_PRINCIPAL}"
        " FROM session s JOIN account a ON a.id = s.account_id"
        " WHERE s.token_hash = $1 AND s.expires_at > $2 AND a.active",
        token_hash(token),
        at,
    )
    if row is None:
        return None
    if at - row["seen_at"] > _TOUCH:
        await execute("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2", row["session_id"], at)
    return SignedIn(_principal(row), row["csrf"], row["session_id"], row["lang"])


async def find_token(token: str, at: datetime) -> SignedIn | None:
    """Who holds this API token."""
    row = await fetchrow(
        f"SELECT t.id AS token_id, t.seen_at, {_PRINCIPAL} FROM api_token t JOIN account a ON a.id = t.account_id"
        " WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND a.active",
        token_hash(token),
    )
    if row is None:
        return None
    if row["seen_at"] is None or at - row["seen_at"] > _TOUCH:
        await execute("UPDATE api_token SET seen_at = $2 WHERE id = $1", row["token_id"], at)
    return SignedIn(_principal(row), "", None, row["lang"])


async def principal_of(account_id: int | None) -> Principal:
    """The principal of an account with the roles it holds now; nobody where it is disabled or gone."""
    row = await fetchrow(f"SELECT {_PRINCIPAL} FROM account a WHERE a.id = $1 AND a.active", account_id)
    return _principal(row) if row is not None else PUBLIC


async def end_session(token: str) -> None:
    """Sign out."""
    await execute("DELETE FROM session WHERE token_hash = $1", token_hash(token))


async def find_my_sessions(act: Act) -> list[Record]:
    """The actor's own sessions, the newest first."""
    act.require_signed_in()
    return list(
        await fetch(
            "SELECT id, agent, created_at, seen_at, expires_at FROM session"
            " WHERE account_id = $1 ORDER BY seen_at DESC",
            act.principal.account_id,
        )
    )


async def end_my_session(session_id: int, act: Act) -> None:
    """End one of the actor's own sessions, wherever it is."""
    act.require_signed_in()
    await execute("DELETE FROM session WHERE id = $1 AND account_id = $2", session_id, act.principal.account_id)


async def end_all_sessions(account_id: int, *, but: int | None = None) -> None:
    """End every session of an account, for a new password or a disabled account."""
    await execute("DELETE FROM session WHERE account_id = $1 AND id IS DISTINCT FROM $2::bigint", account_id, but)
