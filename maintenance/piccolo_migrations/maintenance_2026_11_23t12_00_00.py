"""Requests, orders, stops and photos"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T12:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Requests, orders, stops and photos"

SQL = """
CREATE TABLE crew (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL CONSTRAINT crew_name_uq UNIQUE,
    name_en text NOT NULL DEFAULT '',
    organisation_id bigint REFERENCES organisation (id) ON DELETE RESTRICT,
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE service_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text NOT NULL CONSTRAINT service_request_number_uq UNIQUE,
    token text NOT NULL CONSTRAINT service_request_token_uq UNIQUE,
    asset_id bigint NOT NULL REFERENCES asset (id) ON DELETE RESTRICT,
    category text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4', 'P5')),
    state text NOT NULL CHECK (state IN ('reported', 'verifying', 'filed', 'refused', 'merged', 'dispatched',
        'in_progress', 'done', 'verified', 'closed', 'suspended', 'contested', 'withdrawn')),
    channel text NOT NULL DEFAULT 'label' CHECK (channel IN ('label', 'desk', 'phone', 'inspection', 'api')),
    reporters integer NOT NULL DEFAULT 1,
    held boolean NOT NULL DEFAULT false,
    merged_into_id bigint REFERENCES service_request (id) ON DELETE RESTRICT,
    reason text,
    fingerprint text NOT NULL,
    reported_at timestamptz NOT NULL,
    respond_by timestamptz,
    due_at timestamptz,
    due_provisional boolean NOT NULL DEFAULT false,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX service_request_asset_ix ON service_request (asset_id, id DESC);
CREATE INDEX service_request_open_ix ON service_request (due_at, id)
    WHERE state NOT IN ('closed', 'refused', 'merged', 'withdrawn');
CREATE INDEX service_request_fingerprint_ix ON service_request (fingerprint, reported_at DESC);

-- Personal data and free text sit apart from history, with a date on which they go.
CREATE TABLE request_contact (
    request_id bigint PRIMARY KEY REFERENCES service_request (id) ON DELETE RESTRICT,
    description text NOT NULL DEFAULT '' CHECK (char_length(description) <= 2000),
    phone text NOT NULL DEFAULT '' CHECK (char_length(phone) <= 32),
    lon double precision,
    lat double precision,
    client_hash text NOT NULL DEFAULT '',
    keep_until date
);

CREATE TABLE work_order (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text NOT NULL CONSTRAINT work_order_number_uq UNIQUE,
    kind text NOT NULL CHECK (kind IN ('reactive', 'preventive')),
    title_zh text NOT NULL,
    title_en text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('P1', 'P2', 'P3', 'P4', 'P5')),
    state text NOT NULL CHECK (state IN ('open', 'assigned', 'accepted', 'in_progress', 'done', 'verified',
        'closed', 'returned', 'suspended', 'cancelled')),
    request_id bigint REFERENCES service_request (id) ON DELETE RESTRICT,
    crew_id bigint REFERENCES crew (id) ON DELETE RESTRICT,
    checklist jsonb NOT NULL DEFAULT '[]',
    photo_required boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT '',
    reason text,
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    assigned_at timestamptz,
    started_at timestamptz,
    done_at timestamptz,
    done_by bigint,
    verified_at timestamptz,
    verified_by bigint,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX work_order_queue_ix ON work_order (due_at, id) WHERE state NOT IN ('closed', 'cancelled');
CREATE INDEX work_order_crew_ix ON work_order (crew_id, due_at, id) WHERE state NOT IN ('closed', 'cancelled');
CREATE UNIQUE INDEX work_order_request_uq ON work_order (request_id) WHERE state <> 'cancelled';

-- One asset of an order. The origin says what asked for it and is unique: nothing is served twice.
CREATE TABLE stop (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    work_order_id bigint NOT NULL REFERENCES work_order (id) ON DELETE RESTRICT,
    asset_id bigint NOT NULL REFERENCES asset (id) ON DELETE RESTRICT,
    origin text NOT NULL CONSTRAINT stop_origin_uq UNIQUE,
    answers jsonb,
    done_at timestamptz,
    done_by bigint
);
CREATE INDEX stop_order_ix ON stop (work_order_id, id);
CREATE INDEX stop_asset_ix ON stop (asset_id, id DESC);

CREATE TABLE photo (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id bigint REFERENCES service_request (id) ON DELETE RESTRICT,
    work_order_id bigint REFERENCES work_order (id) ON DELETE RESTRICT,
    stage text NOT NULL CHECK (stage IN ('report', 'before', 'after')),
    file_key text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    taken_at timestamptz NOT NULL,
    public boolean NOT NULL DEFAULT false,
    CONSTRAINT photo_owner_ck CHECK ((request_id IS NULL) <> (work_order_id IS NULL))
);
CREATE INDEX photo_request_ix ON photo (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX photo_order_ix ON photo (work_order_id) WHERE work_order_id IS NOT NULL;

-- The editable table of internal targets; rows absent here fall back to the catalogue.
CREATE TABLE service_level (
    kind text NOT NULL,
    category text NOT NULL,
    respond_value integer,
    respond_unit text,
    fix_value integer NOT NULL,
    fix_unit text NOT NULL,
    level text NOT NULL DEFAULT 'J',
    PRIMARY KEY (kind, category)
);
"""


async def forwards():
    return sql_migration("maintenance", ID, DESCRIPTION, SQL)
