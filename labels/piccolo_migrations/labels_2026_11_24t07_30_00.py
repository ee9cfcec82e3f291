"""Since when a label is worn, and which history came from elsewhere"""

from foundation.database.migration import sql_migration

ID = "2026-11-24T07:30:00"
VERSION = "1.38.0"
DESCRIPTION = "Since when a label is worn, and which history came from elsewhere"

SQL = """
-- A worn label waits for its reprint until it was printed after this instant. What was worn before now has waited at
-- least since the last that is known of it.
ALTER TABLE label ADD COLUMN worn_at timestamptz;
UPDATE label SET worn_at = greatest(created_at, printed_at, fixed_at) WHERE state = 'worn';

-- The watch over labels asks for the latest sighting of every one: the index answers without the table.
DROP INDEX label_sighting_label_ix;
CREATE INDEX label_sighting_label_ix ON label_sighting (label_id, at DESC) INCLUDE (lon, lat, source);

-- Lines up to this one came with a backup of another server, whose transactions count otherwise.
ALTER TABLE label_ear ADD COLUMN restored_id bigint NOT NULL DEFAULT 0;
"""


async def forwards():
    return sql_migration("labels", ID, DESCRIPTION, SQL)
