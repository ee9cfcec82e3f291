"""Verbs of maintenance."""

from maintenance.service.bulk import assign_orders
from maintenance.service.citizen import contest_request, rate_request, report_fault, withdraw_request
from maintenance.service.crews import register_crew
from maintenance.service.open_orders import open_order, open_preventive_orders
from maintenance.service.orders import act_on_order, begin_job, complete_stop, finish_job
from maintenance.service.past import PastOrder, PastReport, record_past_orders
from maintenance.service.requests import act_on_request, dispatch_request, release_request, reveal_contact
from maintenance.service.retention import purge_contacts
from maintenance.service.signals import refresh_overdue

__all__ = [
    "PastOrder",
    "PastReport",
    "act_on_order",
    "act_on_request",
    "assign_orders",
    "begin_job",
    "complete_stop",
    "contest_request",
    "dispatch_request",
    "finish_job",
    "open_order",
    "open_preventive_orders",
    "purge_contacts",
    "rate_request",
    "record_past_orders",
    "refresh_overdue",
    "register_crew",
    "release_request",
    "report_fault",
    "reveal_contact",
    "withdraw_request",
]
