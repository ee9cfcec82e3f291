"""The facility kinds as data: names, codes, attributes, condition scales, faults and default plans."""

from registry.catalogue.attributes import AttributeProblem, JsonValue, validate_attributes
from registry.catalogue.loader import CatalogueRefused, catalogue, load_catalogue
from registry.catalogue.schema import Attribute, Catalogue, Kind
from registry.catalogue.units import convert_unit, parse_number

__all__ = [
    "Attribute",
    "AttributeProblem",
    "Catalogue",
    "CatalogueRefused",
    "JsonValue",
    "Kind",
    "catalogue",
    "convert_unit",
    "load_catalogue",
    "parse_number",
    "validate_attributes",
]
