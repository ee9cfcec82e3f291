"""A citizen's rating of finished work"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T13:00:00"
VERSION = "1.38.0"
DESCRIPTION = "A citizen's rating of finished work"

SQL = """
ALTER TABLE service_request ADD COLUMN rating smallint CHECK (rating BETWEEN 1 AND 5);
"""


async def forwards():
    return sql_migration("maintenance", ID, DESCRIPTION, SQL)
