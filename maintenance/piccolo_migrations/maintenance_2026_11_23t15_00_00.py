"""Find an asset's open stops without its past"""

from foundation.database.migration import sql_migration

ID = "2026-11-23T15:00:00"
VERSION = "1.38.0"
DESCRIPTION = "Find an asset's open stops without its past"

SQL = """
CREATE INDEX stop_open_ix ON stop (asset_id) WHERE done_at IS NULL;
"""


async def forwards():
    return sql_migration("maintenance", ID, DESCRIPTION, SQL)
