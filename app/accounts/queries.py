"""Reads of accounts, for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.sessions import token_hash
from foundation.act import Act
from foundation.database import Record, fetch, fetchrow, fetchval
from foundation.errors import NotFound
from foundation.principals import Role
from foundation.translation import N_


@dataclass(frozen=True)
class GrantRead:
    """A role as it was given; ``organisation`` in Chinese and English."""

    id: int
    role: Role
    organisation_id: int | None
    organisation: str | None
    organisation_en: str | None
    streets: tuple[str, ...]


@dataclass(frozen=True)
class AccountRead:
    """An account as an administrator sees it."""

    id: int
    name: str
    display_name: str
    active: bool
    has_password: bool
    created_at: datetime
    seen_at: datetime | None
    grants: tuple[GrantRead, ...]
    crew_ids: frozenset[int]


_SELECT = """
SELECT a.id, a.name, a.display_name, a.active, a.password_hash IS NOT NULL AS has_password, a.created_at,
       (SELECT max(s.seen_at) FROM session s WHERE s.account_id = a.id) AS seen_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'organisation_id', g.organisation_id,
                   'organisation', o.name, 'organisation_en', o.name_en, 'streets', g.streets) ORDER BY g.id)
                   FROM account_grant g LEFT JOIN organisation o ON o.id = g.organisation_id
                  WHERE g.account_id = a.id), '[]'::jsonb) AS grants,
       coalesce((SELECT array_agg(c.crew_id) FROM account_crew c WHERE c.account_id = a.id), '{}') AS crews
  FROM account a
"""


def _read(row: Record) -> AccountRead:
    values = dict(row)
    crews = frozenset(values.pop("crews"))
    grants = tuple(
        GrantRead(**grant | {"role": Role(grant["role"]), "streets": tuple(grant["streets"])})
        for grant in values.pop("grants")
    )
    return AccountRead(**values, grants=grants, crew_ids=crews)


async def find_accounts(act: Act) -> list[AccountRead]:
    """All accounts by name, those in use first."""
    act.require(Role.ADMINISTRATOR)
    return [_read(row) for row in await fetch(f"{_SELECT} ORDER BY a.active DESC, lower(a.name)")]


async def get_account(account_id: int, act: Act) -> AccountRead:
    """One account. Raises NotFound."""
    act.require(Role.ADMINISTRATOR)
    row = await fetchrow(f"{_SELECT} WHERE a.id = $1", account_id)
    if row is None:
        raise NotFound(N_("There is no such account."))
    return _read(row)


async def any_account() -> bool:
    """Whether the district has an account at all; without one the first run is still open."""
    return bool(await fetchval("SELECT true FROM account LIMIT 1"))


async def count_accounts() -> int:
    """How many accounts are in use."""
    return int(await fetchval("SELECT count(*) FROM account WHERE active"))


async def roles_of(account_id: int) -> frozenset[Role]:
    """The roles of an account, whatever their scope."""
    rows = await fetch("SELECT DISTINCT role FROM account_grant WHERE account_id = $1", account_id)
    return frozenset(Role(row["role"]) for row in rows)


async def reset_link_is_open(token: str, at: datetime) -> bool:
    """Whether the link can still be used."""
    sql = "SELECT true FROM reset_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2"
    return bool(await fetchval(sql, token_hash(token), at))
