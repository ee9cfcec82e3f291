"""Verbs of the registry."""

from registry.service.assets import register_asset, update_asset
from registry.service.bulk import register_assets
from registry.service.life import rate_condition, reinstate_asset, retire_asset
from registry.service.organisations import register_organisation
from registry.service.signals import write_signals, write_signals_many

__all__ = [
    "rate_condition",
    "register_asset",
    "register_assets",
    "register_organisation",
    "reinstate_asset",
    "retire_asset",
    "update_asset",
    "write_signals",
    "write_signals_many",
]
