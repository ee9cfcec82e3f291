"""Reads of maintenance."""

from maintenance.queries.counts import desk_counts
from maintenance.queries.crews import find_crews
from maintenance.queries.orders import OrderFilter, crew_done, crew_today, find_jobs, find_orders, find_stops, get_order
from maintenance.queries.photos import find_photos, get_photo
from maintenance.queries.requests import RequestFilter, find_requests, get_request
from maintenance.queries.stories import story_of

__all__ = [
    "OrderFilter",
    "RequestFilter",
    "crew_done",
    "crew_today",
    "desk_counts",
    "find_crews",
    "find_jobs",
    "find_orders",
    "find_photos",
    "find_requests",
    "find_stops",
    "get_order",
    "get_photo",
    "get_request",
    "story_of",
]
