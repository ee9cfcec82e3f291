"""Labels and scans"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T12:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Labels and scans"

SQL = """
CREATE TABLE label (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL CONSTRAINT label_code_uq UNIQUE CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{9}$'),
    asset_id bigint REFERENCES asset (id) ON DELETE RESTRICT,
    state text NOT NULL CHECK (state IN ('blank', 'printed', 'fixed', 'worn', 'replaced', 'void')),
    replaced_by_id bigint REFERENCES label (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    printed_at timestamptz,
    fixed_at timestamptz,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT label_bound_ck CHECK (state = 'blank' OR state = 'void' OR asset_id IS NOT NULL),
    CONSTRAINT label_replaced_ck CHECK ((state = 'replaced') = (replaced_by_id IS NOT NULL))
);
CREATE UNIQUE INDEX label_current_uq ON label (asset_id) WHERE state IN ('printed', 'fixed', 'worn');
CREATE INDEX label_asset_ix ON label (asset_id);

-- Scans are counted in memory and added here by the minute: the public page never waits for a write.
CREATE TABLE label_scan (
    label_id bigint NOT NULL REFERENCES label (id) ON DELETE RESTRICT,
    on_day date NOT NULL,
    scans integer NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (label_id, on_day)
);
"""


async def forwards():
    return sql_migration("labels", ID, DESCRIPTION, SQL)
