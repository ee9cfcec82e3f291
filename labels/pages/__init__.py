"""Pages of labels: the desk's and the field's."""

from labels.pages.desk import DESK_PAGES
from labels.pages.field import FIELD_PAGES

PAGES = [*DESK_PAGES, *FIELD_PAGES]
