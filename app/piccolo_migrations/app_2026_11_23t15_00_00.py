"""What stands in for visitors' addresses survives a restart, and is the same in every process"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T15:00:00"
VERSION = "1.38.0"
DESCRIPTION = "The salt of visitors' addresses"

SQL = """
CREATE TABLE visitor_salt (
    id integer PRIMARY KEY CHECK (id = 1),
    salt bytea NOT NULL
);
"""


async def forwards():
    return sql_migration("app", ID, DESCRIPTION, SQL)
