"""Bringing the database to the shape this program knows; any number of processes may try at once."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import AppConfig

from foundation.database.apps import app_configs
from foundation.database.engine import DB, connect
from foundation.database.outage import is_outage, unavailable
from foundation.database.queries import execute, fetch, fetchval, transaction

_LOCK_KEY: Final = 0x_FAC1_1171
_LOOK_AGAIN: Final = 0.1


async def migrate() -> list[str]:
    """Run what has not run yet, room after room; the ids that ran now, as ``room:id``. Needs an open database."""
    async with _alone():
        await Migration.create_table(if_not_exists=True)
        done = await done_migrations()
        ran = []
        for app, module in _modules():
            name = f"{app.app_name}:{module.ID}"
            if name not in done:
                await _run(app, module)
                ran.append(name)
        return ran


async def pending_migrations() -> list[str]:
    """The ids of the migrations this program knows and the database has not seen, as ``room:id``."""
    done = await done_migrations()
    return [name for app, module in _modules() if (name := f"{app.app_name}:{module.ID}") not in done]


async def unknown_migrations() -> list[str]:
    """The ids the database has seen and this program does not know: it is older than its data."""
    return sorted(await done_migrations() - known_migrations())


def known_migrations() -> set[str]:
    """The ids of all migrations this program has, as ``room:id``."""
    return {f"{app.app_name}:{module.ID}" for app, module in _modules()}


async def _run(app: AppConfig, module: ModuleType) -> None:
    manager = await module.forwards()
    whole = not isinstance(manager, MigrationManager) or manager.wrap_in_transaction
    async with transaction() if whole else contextlib.nullcontext():
        if isinstance(manager, MigrationManager):
            # Piccolo reports progress by print(); a command's output is ours.
            with contextlib.redirect_stdout(io.StringIO()):
                await manager.run()
        await execute("INSERT INTO migration (name, app_name) VALUES ($1, $2)", module.ID, app.app_name)


async def done_migrations() -> set[str]:
    """The ids of the migrations the open database has seen, as ``room:id``."""
    if await fetchval("SELECT to_regclass('migration')") is None:
        return set()
    return {f"{row['app_name']}:{row['name']}" for row in await fetch("SELECT app_name, name FROM migration")}


def _modules() -> list[tuple[AppConfig, ModuleType]]:
    return [(app, module) for app in app_configs() for module in _load(app)]


def _load(app: AppConfig) -> list[ModuleType]:
    folder = Path(app.resolved_migrations_folder_path)
    modules = [_import(app, path) for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    return sorted((m for m in modules if hasattr(m, "ID")), key=lambda module: str(module.ID))


def _import(app: AppConfig, path: Path) -> ModuleType:
    # Piccolo imports by bare file name, where two rooms' files of the same name would be one.
    spec = spec_from_file_location(f"{app.app_name}_migration_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """Hold the migration lock on a connection of its own.

    The lock is the transaction's, so that it also holds through PgBouncer; asking for it again and again instead of
    waiting in the server leaves no snapshot open that an index built CONCURRENTLY would wait for.
    """
    try:
        connection = await connect(DB.config)
    except Exception as error:
        if is_outage(error):
            raise unavailable() from error
        raise
    try:
        async with connection.transaction():
            while not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK_KEY):  # noqa: ASYNC110 - another program's
                await asyncio.sleep(_LOOK_AGAIN)
            yield
    finally:
        await connection.close()
