"""Plans and the clock"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T12:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Plans and the clock"

SQL = """
CREATE TABLE plan (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    catalogue_key text,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    asset_id bigint REFERENCES asset (id) ON DELETE RESTRICT,
    street text,
    rule jsonb NOT NULL,
    mode text NOT NULL DEFAULT 'fixed' CHECK (mode IN ('fixed', 'floating')),
    roll text NOT NULL DEFAULT 'none' CHECK (roll IN ('none', 'next_working_day')),
    grouping text NOT NULL DEFAULT 'asset' CHECK (grouping IN ('asset', 'street')),
    checklist jsonb NOT NULL DEFAULT '[]',
    priority text NOT NULL DEFAULT 'P4' CHECK (priority IN ('P1', 'P2', 'P3', 'P4', 'P5')),
    crew_id bigint REFERENCES crew (id) ON DELETE RESTRICT,
    duration_minutes integer NOT NULL DEFAULT 30,
    start_on date NOT NULL,
    end_on date,
    active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
-- The catalogue's plan is adopted once for each target, so adopting twice changes nothing.
CREATE UNIQUE INDEX plan_adopted_uq
    ON plan (kind, catalogue_key, coalesce(asset_id, 0), coalesce(street, '')) WHERE catalogue_key IS NOT NULL AND active;

-- Where each asset of a plan stands: the next due instant not yet opened.
CREATE TABLE plan_target (
    plan_id bigint NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    asset_id bigint NOT NULL REFERENCES asset (id) ON DELETE RESTRICT,
    next_due_at timestamptz,
    waiting_order_id bigint REFERENCES work_order (id) ON DELETE SET NULL,
    last_done_at timestamptz,
    PRIMARY KEY (plan_id, asset_id)
);
CREATE INDEX plan_target_due_ix ON plan_target (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX plan_target_asset_ix ON plan_target (asset_id);

CREATE TABLE clock_tick (
    name text PRIMARY KEY,
    at timestamptz NOT NULL,
    process text NOT NULL,
    opened integer NOT NULL DEFAULT 0,
    seconds double precision NOT NULL DEFAULT 0,
    failure text
);
"""


async def forwards():
    return sql_migration("scheduling", ID, DESCRIPTION, SQL)
