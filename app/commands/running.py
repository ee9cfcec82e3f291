"""A command that needs the database: settings, an event loop, and everything closed again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from foundation.settings import Settings, load_settings, use_settings

T = TypeVar("T")


def read_settings() -> Settings:
    """The settings of the environment, made those of the program. Raises StartRefused."""
    settings = load_settings()
    use_settings(settings)
    return settings


def run_with_database(work: Callable[[], Awaitable[T]]) -> T:
    """Run one piece of work with the database ready; attaches to that of a running server."""
    settings = read_settings()

    async def whole() -> T:
        from app.database import prepare_database

        async with prepare_database(settings):
            return await work()

    return asyncio.run(whole())
