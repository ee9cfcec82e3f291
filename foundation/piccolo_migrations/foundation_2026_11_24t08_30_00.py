"""The date of files that jobs made before there were dates"""

from foundation.database.migration import sql_migration

ID = "2026-11-24T08:30:00"
VERSION = "1.38.0"
DESCRIPTION = "The date of files that jobs made before there were dates"

SQL = """
-- Seven days were what every kind of job had then.
UPDATE job SET expires_at = ended_at + interval '7 days'
 WHERE state = 'done' AND result ->> 'file' IS NOT NULL AND expires_at IS NULL;
"""


async def forwards():
    return sql_migration("foundation", ID, DESCRIPTION, SQL)
