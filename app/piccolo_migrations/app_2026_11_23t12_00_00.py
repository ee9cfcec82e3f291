"""Accounts and sessions"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T12:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Accounts and sessions"

SQL = """
CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    display_name text NOT NULL DEFAULT '',
    password_hash text,
    active boolean NOT NULL DEFAULT true,
    lang text,
    created_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX account_name_uq ON account (lower(name));

CREATE TABLE account_grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('crew', 'inspector', 'dispatcher', 'planner', 'registrar', 'administrator')),
    organisation_id bigint REFERENCES organisation (id) ON DELETE RESTRICT,
    streets text[] NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX account_grant_uq ON account_grant (account_id, role, coalesce(organisation_id, 0), streets);

CREATE TABLE account_crew (
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    crew_id bigint NOT NULL REFERENCES crew (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, crew_id)
);

CREATE TABLE session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT session_token_uq UNIQUE,
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    csrf text NOT NULL,
    agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_account_ix ON session (account_id);

CREATE TABLE api_token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT api_token_uq UNIQUE,
    name text NOT NULL,
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    seen_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE sign_in_attempt (
    key text PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    blocked_until timestamptz
);

CREATE TABLE reset_link (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
"""


async def forwards():
    return sql_migration("app", ID, DESCRIPTION, SQL)
