"""Where things are: positions, shapes, coordinate frames, links that lead there. Stored is WGS 84 / CGCS2000 alone."""

from foundation.geometry.navigation import MapLink, navigation_links
from foundation.geometry.position import Box, Position, distance_metres, parse_bbox, parse_position
from foundation.geometry.projection import convert_position, converter_from
from foundation.geometry.reading import parse_geojson, parse_geometry, parse_wkt, read_geometry
from foundation.geometry.shapes import Geometry, point, representative_point

__all__ = [
    "Box",
    "Geometry",
    "MapLink",
    "Position",
    "convert_position",
    "converter_from",
    "distance_metres",
    "navigation_links",
    "parse_bbox",
    "parse_geojson",
    "parse_geometry",
    "parse_position",
    "parse_wkt",
    "point",
    "read_geometry",
    "representative_point",
]
