"""Pages of the dispatcher and of the crew."""

from maintenance.pages.crew import CREW_PAGES
from maintenance.pages.orders import ORDER_PAGES
from maintenance.pages.photos import PHOTO_PAGES
from maintenance.pages.requests import REQUEST_PAGES

PAGES = [*REQUEST_PAGES, *ORDER_PAGES, *CREW_PAGES, *PHOTO_PAGES]
