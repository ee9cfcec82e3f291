"""The JSON API of labels, one file for each part."""

from labels.routes.labels import MOST_AT_ONCE, check_state, pdf_response, split_codes
from labels.routes.labels import ROUTES as LABEL_ROUTES
from labels.routes.life import LIFE_ROUTES
from labels.routes.means import MEANS_ROUTES
from labels.routes.watch import WATCH_ROUTES

ROUTES = [*LABEL_ROUTES, *LIFE_ROUTES, *MEANS_ROUTES, *WATCH_ROUTES]

__all__ = ["MOST_AT_ONCE", "ROUTES", "check_state", "pdf_response", "split_codes"]
