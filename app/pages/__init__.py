"""The app's own pages: signing in, accounts and crews, the desk's overview, the map."""

from app.pages.account import ACCOUNT_PAGES
from app.pages.accounts import ACCOUNTS_PAGES
from app.pages.crews import CREW_PAGES
from app.pages.desk import DESK_PAGES
from app.pages.jobs import JOB_PAGES
from app.pages.map import MAP_PAGES
from app.pages.scan import SCAN_PAGES
from app.pages.signing_in import SIGNING_IN_PAGES

PAGES = [
    *SIGNING_IN_PAGES,
    *ACCOUNT_PAGES,
    *ACCOUNTS_PAGES,
    *CREW_PAGES,
    *DESK_PAGES,
    *JOB_PAGES,
    *MAP_PAGES,
    *SCAN_PAGES,
]
