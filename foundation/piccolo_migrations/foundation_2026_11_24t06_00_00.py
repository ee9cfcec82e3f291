"""Jobs that are asked for by a key, go on where they stopped, and whose files expire"""

from foundation.database.migration import sql_migration

ID = "2026-11-24T06:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Jobs that are asked for by a key, go on where they stopped, and whose files expire"

SQL = """
ALTER TABLE job
    ADD COLUMN request_key text,
    ADD COLUMN saved jsonb,
    ADD COLUMN expires_at timestamptz;
CREATE UNIQUE INDEX job_request_key_uq ON job (kind, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX job_expiring_ix ON job (expires_at) WHERE expires_at IS NOT NULL;
"""


async def forwards():
    return sql_migration("foundation", ID, DESCRIPTION, SQL)
