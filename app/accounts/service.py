"""Verbs on accounts. All but one's own password need an administrator."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import asyncpg

from app.accounts.passwords import check_policy, hash_password, verify_password
from app.accounts.signing_in import name_key
from app.events import AccountChanged, AccountCreated
from app.sessions import end_all_sessions, token_hash
from foundation.act import Act
from foundation.database import execute, fetchrow, fetchval, transaction
from foundation.errors import Conflict, Invalid, NotFound, Refused
from foundation.principals import Role
from foundation.translation import N_, Lang
from registry.history import DISTRICT, record

RESET_VALID: Final = timedelta(hours=24)


@dataclass(frozen=True)
class GrantWanted:
    """A role as it is asked for."""

    role: Role
    organisation_id: int | None = None
    streets: tuple[str, ...] = ()


def read_role(text: str) -> Role:
    """A role by its name. Raises Invalid."""
    try:
        return Role(text.strip().lower())
    except ValueError as error:
        raise Invalid(
            N_("There is no role “{role}”. Roles: {roles}."), code="unknown_role", role=text, roles=", ".join(Role)
        ) from error


async def create_account(
    name: str, grants: Sequence[GrantWanted], act: Act, *, password: str | None = None, display_name: str = ""
) -> int:
    """Create an account; without a password it waits for a reset link. Raises Conflict for a name in use."""
    act.require(Role.ADMINISTRATOR)
    return await _create(name, grants, act, password, display_name)


async def create_first_administrator(name: str, password: str, act: Act) -> int:
    """The administrator of a new district, possible only while there is no account at all."""
    wanted = [GrantWanted(Role.ADMINISTRATOR), GrantWanted(Role.REGISTRAR)]
    account_id = 0
    async with transaction():
        await execute("LOCK TABLE account IN EXCLUSIVE MODE")
        if await fetchval("SELECT true FROM account LIMIT 1"):
            raise Refused(N_("This district has its administrator already. Please sign in."))
        account_id = await _create(name, wanted, act, password, "")
    return int(account_id)


async def _create(name: str, grants: Sequence[GrantWanted], act: Act, password: str | None, display_name: str) -> int:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= 60:
        raise Invalid(N_("A name has 1 to 60 characters."), code="bad_name")
    if password is not None:
        check_policy(password)
    kept = await hash_password(password) if password is not None else None
    try:
        async with transaction():
            account_id: int = await fetchval(
                "INSERT INTO account (name, display_name, password_hash, created_at)"
                " VALUES ($1, $2, $3, $4) RETURNING id",
                clean,
                " ".join(display_name.split())[:60],
                kept,
                act.at,
            )
            await _write_grants(account_id, grants)
            roles = ", ".join(grant.role for grant in grants)
            await record(DISTRICT, AccountCreated(account=account_id, role=roles), act)
    except asyncpg.UniqueViolationError as error:
        raise Conflict(N_("There is an account of this name already."), code="name_taken") from error
    return int(account_id)


async def _write_grants(account_id: int, grants: Sequence[GrantWanted]) -> None:
    await execute("DELETE FROM account_grant WHERE account_id = $1", account_id)
    try:
        for grant in grants:
            await execute(
                "INSERT INTO account_grant (account_id, role, organisation_id, streets) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING",
                account_id,
                grant.role,
                grant.organisation_id,
                sorted(grant.streets),
            )
    except asyncpg.ForeignKeyViolationError as error:
        raise Invalid(N_("There is no such organisation."), code="no_organisation") from error


async def set_grants(account_id: int, grants: Sequence[GrantWanted], act: Act) -> None:
    """Give an account exactly these roles. The last administrator keeps the role."""
    act.require(Role.ADMINISTRATOR)
    async with transaction():
        await _existing(account_id)
        await _write_grants(account_id, grants)
        await _keep_one_administrator()
        roles = ", ".join(grant.role for grant in grants) or "–"
        await _changed(account_id, f"角色改为 {roles}", f"roles are now {roles}", act)


async def set_crews(account_id: int, crew_ids: Sequence[int], act: Act) -> None:
    """Put an account into exactly these crews."""
    act.require(Role.ADMINISTRATOR, Role.DISPATCHER)
    async with transaction():
        await _existing(account_id)
        await execute("DELETE FROM account_crew WHERE account_id = $1", account_id)
        try:
            await execute(
                "INSERT INTO account_crew (account_id, crew_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING",
                account_id,
                list(crew_ids),
            )
        except asyncpg.ForeignKeyViolationError as error:
            raise Invalid(N_("There is no such crew."), code="no_crew") from error
        await _changed(account_id, "调整班组", "crews changed", act)


async def disable_account(account_id: int, act: Act) -> None:
    """Nobody signs in with it any more; its sessions and tokens die at once. Can be undone."""
    act.require(Role.ADMINISTRATOR)
    async with transaction():
        await _existing(account_id)
        await execute("UPDATE account SET active = false, version = version + 1 WHERE id = $1", account_id)
        await _keep_one_administrator()
        await end_all_sessions(account_id)
        await _changed(account_id, "停用", "disabled", act)


async def enable_account(account_id: int, act: Act) -> None:
    """The undo of disabling."""
    act.require(Role.ADMINISTRATOR)
    async with transaction():
        await _existing(account_id)
        await execute("UPDATE account SET active = true, version = version + 1 WHERE id = $1", account_id)
        await _changed(account_id, "恢复", "enabled", act)


async def make_reset_link(account_id: int, act: Act) -> str:
    """A token with which, once and within a day, a new password can be set; older links end."""
    act.require(Role.ADMINISTRATOR)
    token = secrets.token_urlsafe(32)
    async with transaction():
        await _existing(account_id)
        await execute("DELETE FROM reset_link WHERE account_id = $1 AND used_at IS NULL", account_id)
        await execute(
            "INSERT INTO reset_link (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            token_hash(token),
            account_id,
            act.at,
            act.at + RESET_VALID,
        )
        await _changed(account_id, "发出重置密码链接", "a reset link was made", act)
    return token


async def use_reset_link(token: str, password: str, act: Act) -> int:
    """Set a new password by a link; it works once, and all sessions of the account end."""
    check_policy(password)
    kept = await hash_password(password)
    async with transaction():
        account_id = await fetchval(
            "UPDATE reset_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2"
            " RETURNING account_id",
            token_hash(token),
            act.at,
        )
        if account_id is None:
            raise NotFound(N_("This link was used already or has expired. Ask an administrator for a new one."))
        name = await fetchval(
            "UPDATE account SET password_hash = $2, version = version + 1 WHERE id = $1 RETURNING name",
            account_id,
            kept,
        )
        await execute("DELETE FROM sign_in_attempt WHERE key = $1", name_key(name))
        await end_all_sessions(account_id)
        await _changed(account_id, "重设密码", "password set by link", act)
    return int(account_id)


async def change_password(old: str, new: str, session_id: int | None, act: Act) -> None:
    """Change one's own password; every other session of the account ends."""
    act.require_signed_in()
    row = await fetchrow("SELECT password_hash FROM account WHERE id = $1", act.principal.account_id)
    if row is None or not await verify_password(old, row["password_hash"]):
        raise Invalid(N_("The present password is not right."), code="wrong_password")
    check_policy(new)
    kept = await hash_password(new)
    account_id = act.principal.account_id or 0
    async with transaction():
        await execute("UPDATE account SET password_hash = $2, version = version + 1 WHERE id = $1", account_id, kept)
        await end_all_sessions(account_id, but=session_id)
        await _changed(account_id, "修改密码", "password changed", act)


async def set_lang(lang: Lang, act: Act) -> None:
    """The language one's own account reads in, on every device."""
    act.require_signed_in()
    await execute("UPDATE account SET lang = $2 WHERE id = $1", act.principal.account_id, lang)


async def add_token(name: str, role: Role, act: Act) -> str:
    """A bearer token for the JSON API, with an account of its own; shown this once."""
    act.require(Role.ADMINISTRATOR)
    token = "fr_" + secrets.token_urlsafe(32)
    async with transaction():
        account_id = await fetchval("SELECT id FROM account WHERE lower(name) = lower($1)", name.strip())
        if account_id is None:
            account_id = await _create(name, [GrantWanted(role)], act, None, "")
        await execute(
            "INSERT INTO account_grant (account_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING", account_id, role
        )
        await execute(
            "INSERT INTO api_token (token_hash, name, account_id, created_at) VALUES ($1, $2, $3, $4)",
            token_hash(token),
            name.strip(),
            account_id,
            act.at,
        )
        await _changed(account_id, "发放接口令牌", "an API token was made", act)
    return token


async def _existing(account_id: int) -> None:
    if not await fetchval("SELECT true FROM account WHERE id = $1", account_id):
        raise NotFound(N_("There is no such account."))


async def _keep_one_administrator() -> None:
    left = await fetchval(
        "SELECT true FROM account a JOIN account_grant g ON g.account_id = a.id"
        " WHERE a.active AND g.role = 'administrator' AND g.organisation_id IS NULL AND g.streets = '{}' LIMIT 1"
    )
    if not left:
        raise Refused(N_("The district needs an administrator. Make somebody else administrator first."))


async def _changed(account_id: int, what_zh: str, what_en: str, act: Act) -> None:
    await record(DISTRICT, AccountChanged(account=account_id, what_zh=what_zh, what_en=what_en), act)
