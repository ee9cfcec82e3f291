"""Verbs of the scheduling room."""

from scheduling.service.adoption import adopt_catalogue_plans, preview_adoption
from scheduling.service.checks import district_zone
from scheduling.service.completions import hear_completions
from scheduling.service.due import end_of_day, end_of_today, open_due
from scheduling.service.plans import create_plan, pause_plan, resume_plan, update_plan

__all__ = [
    "adopt_catalogue_plans",
    "create_plan",
    "district_zone",
    "end_of_day",
    "end_of_today",
    "hear_completions",
    "open_due",
    "pause_plan",
    "preview_adoption",
    "resume_plan",
    "update_plan",
]
