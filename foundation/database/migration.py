"""One migration: a piece of SQL that Piccolo's bookkeeping knows by its id."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from foundation.database.queries import execute_script


def sql_migration(app_name: str, migration_id: str, description: str, sql: str) -> MigrationManager:
    """What a migration file's ``forwards()`` returns: the SQL and its bookkeeping row are one transaction.

    The file needs ``ID`` (an ISO instant; a room's migrations run in this order), ``VERSION`` and ``DESCRIPTION``.
    """
    manager = MigrationManager(migration_id=migration_id, app_name=app_name, description=description)

    async def run_sql() -> None:
        await execute_script(sql)

    manager.add_raw(run_sql)
    return manager
