"""The rooms that own tables, in the order their migrations run: a room never comes before one it stands on."""

from __future__ import annotations

import functools
from importlib.util import find_spec
from typing import Final

from piccolo.conf.apps import AppConfig, AppRegistry

APPS: Final = (
    "foundation.piccolo_app",
    "registry.piccolo_app",
    "maintenance.piccolo_app",
    "scheduling.piccolo_app",
    "labels.piccolo_app",
    "app.piccolo_app",
)


@functools.cache
def app_registry() -> AppRegistry:
    """The registry of all rooms that own tables; a room without any has no ``piccolo_app``."""
    return AppRegistry(apps=[app for app in APPS if find_spec(app)])


def app_configs() -> list[AppConfig]:
    """The rooms' configurations in migration order."""
    return list(app_registry().app_configs.values())
