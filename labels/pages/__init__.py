"""Pages of labels: the desk's."""

from labels.pages.desk import DESK_PAGES

PAGES = [*DESK_PAGES]
