"""Check words, where labels were seen, what was printed where, templates, stock and printers"""

from foundation.database.migration import sql_migration

ID = "2026-11-24T06:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Check words, where labels were seen, what was printed where, templates, stock and printers"

SQL = """
-- The check word is drawn when the code is, and stands on the label and on the page behind it: one of 1024.
ALTER TABLE label
    ADD COLUMN check_word smallint CHECK (check_word BETWEEN 0 AND 1023),
    ADD COLUMN batch text,
    ADD COLUMN fixed_lon double precision CHECK (fixed_lon BETWEEN -180 AND 180),
    ADD COLUMN fixed_lat double precision CHECK (fixed_lat BETWEEN -90 AND 90),
    ADD COLUMN photo text;
UPDATE label SET check_word = ('x' || substr(md5(code || random()::text || clock_timestamp()::text), 1, 4))::bit(16)::int % 1024;
ALTER TABLE label ALTER COLUMN check_word SET NOT NULL;
CREATE INDEX label_batch_ix ON label (batch) WHERE batch IS NOT NULL;

-- Where a label was seen, rounded to about a hundred metres, and never by whom.
CREATE TABLE label_sighting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    label_id bigint NOT NULL REFERENCES label (id) ON DELETE RESTRICT,
    at timestamptz NOT NULL,
    lon double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    source text NOT NULL CHECK (source IN ('crew', 'citizen'))
);
CREATE INDEX label_sighting_label_ix ON label_sighting (label_id, at DESC);

-- Which job put which label into which cell: a job begun again writes, and tells history, what is not here yet.
CREATE TABLE label_print (
    job text NOT NULL,
    label_id bigint NOT NULL REFERENCES label (id) ON DELETE RESTRICT,
    sheet integer NOT NULL CHECK (sheet >= 1),
    position integer NOT NULL CHECK (position >= 1),
    template text NOT NULL,
    stock text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (job, label_id)
);
CREATE INDEX label_print_label_ix ON label_print (label_id, at DESC);

-- Labels that should be printed anew, as the service history told; worn and old ones follow from the label itself.
CREATE TABLE label_wish (
    label_id bigint PRIMARY KEY REFERENCES label (id) ON DELETE RESTRICT,
    reason text NOT NULL CHECK (reason IN ('damaged', 'wrong')),
    told_at timestamptz NOT NULL,
    reports integer NOT NULL DEFAULT 1
);
-- How far the history has been read, in the order in which its transactions ended.
CREATE TABLE label_ear (
    name text PRIMARY KEY,
    xact bigint NOT NULL,
    line_id bigint NOT NULL
);

CREATE TABLE label_template (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    revision integer NOT NULL CHECK (revision >= 1),
    state text NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
    files jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    published_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT label_template_revision_uq UNIQUE (key, revision)
);
CREATE UNIQUE INDEX label_template_draft_uq ON label_template (key) WHERE state = 'draft';
CREATE UNIQUE INDEX label_template_published_uq ON label_template (key) WHERE state = 'published';

CREATE TABLE label_stock (
    key text PRIMARY KEY CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    measures jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1
);
CREATE TABLE label_printer (
    key text PRIMARY KEY CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name text NOT NULL,
    measures jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1
);
"""


async def forwards():
    return sql_migration("labels", ID, DESCRIPTION, SQL)
