"""A contested report may get a second order"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T14:00:00"
VERSION = "1.38.0"
DESCRIPTION = "A contested report may get a second order"

SQL = """
DROP INDEX work_order_request_uq;
CREATE UNIQUE INDEX work_order_request_uq ON work_order (request_id) WHERE state NOT IN ('closed', 'cancelled');
"""


async def forwards():
    return sql_migration("maintenance", ID, DESCRIPTION, SQL)
