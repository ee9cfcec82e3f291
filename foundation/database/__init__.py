"""The data engine: one pool, transactions that survive a failed COMMIT, migrations, our own PostgreSQL, backups."""

import os

# Piccolo looks for its engine by this name; a stray setting of the operator's shell must not redirect it.
os.environ["PICCOLO_CONF"] = "foundation.database.piccolo_conf"

from foundation.database.engine import DB, FacilityEngine
from foundation.database.migration import sql_migration
from foundation.database.migrations import migrate, pending_migrations
from foundation.database.queries import (
    Record,
    close_database,
    copy_rows,
    execute,
    execute_many,
    execute_script,
    fetch,
    fetchrow,
    fetchval,
    in_transaction,
    open_database,
    stream,
    transaction,
)

__all__ = [
    "DB",
    "FacilityEngine",
    "Record",
    "close_database",
    "copy_rows",
    "execute",
    "execute_many",
    "execute_script",
    "fetch",
    "fetchrow",
    "fetchval",
    "in_transaction",
    "migrate",
    "open_database",
    "pending_migrations",
    "sql_migration",
    "stream",
    "transaction",
]
