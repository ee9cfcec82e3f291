"""Reads of the registry."""

from registry.queries.assets import (
    asset_counts,
    find_asset_places,
    find_assets,
    get_asset,
    get_asset_by_id,
    get_assets_by_id,
    place_of,
    read_asset_row,
)
from registry.queries.history import find_district_history, find_history, read_lines_after
from registry.queries.imports import find_import_batches
from registry.queries.map import MapPoint, find_map_points
from registry.queries.places import find_organisations, find_streets

__all__ = [
    "MapPoint",
    "asset_counts",
    "find_asset_places",
    "find_assets",
    "find_district_history",
    "find_history",
    "find_import_batches",
    "find_map_points",
    "find_organisations",
    "find_streets",
    "get_asset",
    "get_asset_by_id",
    "get_assets_by_id",
    "place_of",
    "read_asset_row",
    "read_lines_after",
]
