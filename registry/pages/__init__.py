"""The registry's desk pages."""

from registry.pages.assets import ASSET_PAGES
from registry.pages.forms import FORM_PAGES
from registry.pages.imports import IMPORT_PAGES

PAGES = [*ASSET_PAGES, *FORM_PAGES, *IMPORT_PAGES]
