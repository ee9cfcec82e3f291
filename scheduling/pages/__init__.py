"""The desk pages of maintenance plans."""

from typing import Any

from scheduling.pages.adoption import ADOPTION_PAGES
from scheduling.pages.forms import FORM_PAGES
from scheduling.pages.plans import PLAN_PAGES

PAGES: list[Any] = [*PLAN_PAGES, *ADOPTION_PAGES, *FORM_PAGES]
