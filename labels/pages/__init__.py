"""Pages of labels: the desk's, the field's, the means of printing, and the watch over what hangs outside."""

from labels.pages.desk import DESK_PAGES
from labels.pages.field import FIELD_PAGES
from labels.pages.means import MEANS_PAGES
from labels.pages.printing import PRINTING_PAGES
from labels.pages.watch import WATCH_PAGES

PAGES = [*PRINTING_PAGES, *MEANS_PAGES, *DESK_PAGES, *FIELD_PAGES, *WATCH_PAGES]
