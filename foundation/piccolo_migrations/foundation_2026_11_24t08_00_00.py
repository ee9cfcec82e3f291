"""How often a job's process died without a word, apart from what the job has saved"""

from foundation.database.migration import sql_migration

ID = "2026-11-24T08:00:00"
VERSION = "1.38.0"
DESCRIPTION = "How often a job's process died without a word, apart from what the job has saved"

SQL = """
ALTER TABLE job ADD COLUMN deaths smallint NOT NULL DEFAULT 0;
-- A job that has saved nothing else has saved nothing.
UPDATE job SET deaths = (saved ->> 'deaths')::smallint, saved = nullif(saved - 'deaths', '{}') WHERE saved ? 'deaths';
"""


async def forwards():
    return sql_migration("foundation", ID, DESCRIPTION, SQL)
