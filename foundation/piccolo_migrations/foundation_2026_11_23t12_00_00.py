"""The ground's own tables"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T12:00:00"
VERSION = "1.38.0"
DESCRIPTION = "The ground's own tables"

SQL = """
CREATE TABLE calendar_day (
    on_day date PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('holiday', 'makeup_workday')),
    name_zh text NOT NULL,
    name_en text NOT NULL,
    source text NOT NULL
);

CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    params jsonb NOT NULL DEFAULT '{}',
    result jsonb,
    done_count bigint NOT NULL DEFAULT 0,
    total_count bigint,
    fingerprint text,
    account_id bigint,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    beat_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX job_waiting_ix ON job (id) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX job_fingerprint_uq ON job (kind, fingerprint) WHERE state IN ('queued', 'running');

-- The reply kept with its key, so that a repeated POST answers the same and does nothing twice.
CREATE TABLE idempotency (
    scope text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    status integer,
    reply jsonb,
    location text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE number_series (
    name text NOT NULL,
    year integer NOT NULL,
    last_value bigint NOT NULL,
    PRIMARY KEY (name, year)
);
"""


async def forwards():
    return sql_migration("foundation", ID, DESCRIPTION, SQL)
