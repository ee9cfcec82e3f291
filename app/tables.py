"""Piccolo tables of this room; the migrations are the truth of their constraints."""

from piccolo.columns import Array, BigSerial, Boolean, Bytea, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from registry.tables import Organisation


class Account(Table, tablename="account"):
    """A person who signs in."""

    id = BigSerial(primary_key=True)
    name = Text(null=False, default=None)
    display_name = Text(null=False, default="")
    password_hash = Text(null=True, default=None)
    active = Boolean(null=False, default=True)
    lang = Text(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)


class AccountGrant(Table, tablename="account_grant"):
    """One role of an account with its scope."""

    id = BigSerial(primary_key=True)
    account_id = ForeignKey(Account, null=False, default=None, on_delete=OnDelete.cascade)
    role = Text(null=False, default=None)
    organisation_id = ForeignKey(Organisation, null=True, default=None, on_delete=OnDelete.restrict)
    streets = Array(base_column=Text(), null=False)


class Session(Table, tablename="session"):
    """A signed-in browser; only the hash of its token is kept."""

    id = BigSerial(primary_key=True)
    token_hash = Bytea(null=False, default=None)
    account_id = ForeignKey(Account, null=False, default=None, on_delete=OnDelete.cascade)
    csrf = Text(null=False, default=None)
    agent = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)
    seen_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)


class ApiToken(Table, tablename="api_token"):
    """A bearer token for the JSON API; only its hash is kept."""

    id = BigSerial(primary_key=True)
    token_hash = Bytea(null=False, default=None)
    name = Text(null=False, default=None)
    account_id = ForeignKey(Account, null=False, default=None, on_delete=OnDelete.cascade)
    created_at = Timestamptz(null=False, default=None)
    seen_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class SignInAttempt(Table, tablename="sign_in_attempt"):
    """Failures counted for throttling."""

    key = Text(null=False, default=None, primary_key=True)
    failures = Integer(null=False, default=None)
    last_at = Timestamptz(null=False, default=None)
    blocked_until = Timestamptz(null=True, default=None)


class ResetLink(Table, tablename="reset_link"):
    """A one-time link to set a new password."""

    token_hash = Bytea(null=False, default=None, primary_key=True)
    account_id = ForeignKey(Account, null=False, default=None, on_delete=OnDelete.cascade)
    created_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)
    used_at = Timestamptz(null=True, default=None)


class VisitorSalt(Table, tablename="visitor_salt"):
    """The one salt of what stands in for visitors' addresses."""

    id = Integer(null=False, default=None, primary_key=True)
    salt = Bytea(null=False, default=None)
