"""What Piccolo asks for by name: the engine and the rooms' tables."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from foundation.database.apps import app_registry
from foundation.database.engine import DB

__all__ = ["DB"]


def __getattr__(name: str) -> AppRegistry:
    # Every query imports this module for DB; the registry imports all rooms, so it waits until it is asked for.
    if name == "APP_REGISTRY":
        return app_registry()
    raise AttributeError(name)
