"""Take over work that was done before this register began, or before it knew of it: an older system's log.

Set-based: ten thousand orders are a few statements. Only an administrator or the program may date back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from foundation.act import Act
from foundation.database import copy_rows, fetch, transaction
from foundation.principals import Role
from foundation.settings import current_settings
from foundation.translation import translate
from maintenance.events import (
    OrderAssigned,
    OrderCompleted,
    OrderOpened,
    OrderVerified,
    RequestMoved,
    RequestReported,
)
from maintenance.service.numbers import next_numbers
from maintenance.words import REQUEST_STATE
from registry.history import HistoryEvent, record_past
from registry.service import write_signals_many

Line = tuple[int, HistoryEvent, datetime, str]


class PastReport(Struct, frozen=True, kw_only=True):
    """The citizen's report a past order served."""

    category: str
    category_zh: str
    category_en: str
    reported_at: datetime
    due_at: datetime | None
    reporters: int = 1
    rating: int | None = None


class PastOrder(Struct, frozen=True, kw_only=True):
    """One order that was opened, done, verified and closed."""

    title_zh: str
    title_en: str
    asset_ids: tuple[int, ...]
    origin: str
    priority: str = "P4"
    crew_id: int
    crew_zh: str
    crew_en: str
    opened_at: datetime
    done_at: datetime
    verified_at: datetime | None = None
    due_at: datetime | None = None
    checklist: list[dict[str, Any]] = []
    report: PastReport | None = None
    in_full: bool = True


async def record_past_orders(orders: Sequence[PastOrder], act: Act) -> int:
    """Enter past orders with their reports and history lines; answers how many. An origin already there refuses all."""
    act.require(Role.ADMINISTRATOR)
    ordered = sorted(orders, key=lambda order: order.opened_at)
    async with transaction():
        order_ids, numbers = await _reserve("work_order", "WO", ordered)
        reported = [order for order in ordered if order.report]
        request_ids, request_numbers = await _reserve("service_request", "SR", reported)
        requests = dict(zip(map(id, reported), zip(request_ids, request_numbers, strict=True), strict=True))
        await _copy_requests(reported, request_ids, request_numbers)
        await _copy_orders(ordered, order_ids, numbers, requests)
        lines = [line for order, n in zip(ordered, numbers, strict=True) for line in _lines(order, n, requests)]
        await record_past(lines, act)
        await _tell(ordered)
    return len(ordered)


async def _reserve(table: str, prefix: Any, orders: Sequence[PastOrder]) -> tuple[list[int], list[str]]:
    rows = await fetch(
        "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)", table, len(orders)
    )
    numbers: list[str] = []
    years: dict[int, list[PastOrder]] = {}
    zone = current_settings().zone
    for order in orders:
        years.setdefault(order.opened_at.astimezone(zone).year, []).append(order)
    for year in sorted(years):
        numbers += await next_numbers(prefix, len(years[year]), years[year][-1].opened_at)
    return [row["id"] for row in rows], numbers


async def _copy_requests(orders: Sequence[PastOrder], ids: Sequence[int], numbers: Sequence[str]) -> None:
    columns = (
        "id", "number", "token", "asset_id", "category", "priority", "state", "reporters", "fingerprint", "reported_at",
        "due_at", "ended_at", "rating",
    )  # fmt: skip
    rows = []
    for order, request_id, number in zip(orders, ids, numbers, strict=True):
        report = order.report
        if report is not None:
            rows.append((
                request_id, number, secrets.token_urlsafe(16), order.asset_ids[0], report.category, order.priority,
                "closed", report.reporters, hashlib.sha256(number.encode()).hexdigest(), report.reported_at,
                report.due_at, order.verified_at or order.done_at, report.rating,
            ))  # fmt: skip
    await copy_rows("service_request", columns, rows)
    await copy_rows("request_contact", ("request_id",), [(request_id,) for request_id in ids])


async def _copy_orders(
    orders: Sequence[PastOrder],
    ids: Sequence[int],
    numbers: Sequence[str],
    requests: dict[int, tuple[int, str]],
) -> None:
    columns = (
        "id", "number", "kind", "title_zh", "title_en", "priority", "state", "request_id", "crew_id", "checklist",
        "due_at", "created_at", "assigned_at", "started_at", "done_at", "verified_at", "ended_at",
    )  # fmt: skip
    rows, stops = [], []
    for order, order_id, number in zip(orders, ids, numbers, strict=True):
        request = requests.get(id(order))
        ended = order.verified_at or order.done_at
        rows.append((
            order_id, number, "reactive" if order.report else "preventive", order.title_zh, order.title_en,
            order.priority, "closed", request[0] if request else None, order.crew_id, order.checklist, order.due_at,
            order.opened_at, order.opened_at, order.opened_at, order.done_at, order.verified_at, ended,
        ))  # fmt: skip
        answers = {item["key"]: True for item in order.checklist if item.get("input", "tick") == "tick"}
        stops += [(order_id, asset, _origin(order, asset), answers or None, order.done_at) for asset in order.asset_ids]
    await copy_rows("work_order", columns, rows)
    await copy_rows("stop", ("work_order_id", "asset_id", "origin", "answers", "done_at"), stops)


def _origin(order: PastOrder, asset: int) -> str:
    return order.origin if len(order.asset_ids) == 1 else f"{order.origin}:{asset}"


def _lines(order: PastOrder, number: str, requests: dict[int, tuple[int, str]]) -> Iterator[Line]:
    """The lines as the verbs would have written them; routine work in short, its completion only."""
    titles = {"title_zh": order.title_zh, "title_en": order.title_en}
    completed = OrderCompleted(number=number, **titles, by=order.crew_zh)
    for asset in order.asset_ids:
        if order.in_full:
            opened = OrderOpened(number=number, **titles, origin=_origin(order, asset))
            assigned = OrderAssigned(number=number, crew_zh=order.crew_zh, crew_en=order.crew_en)
            yield asset, opened, order.opened_at, "system"
            yield asset, assigned, order.opened_at, "system"
        yield asset, completed, order.done_at, order.crew_zh
        if order.verified_at:
            yield asset, OrderVerified(number=number, **titles), order.verified_at, "核查员"
    if order.report:
        yield from _report_lines(order, order.report, requests[id(order)][1])


def _report_lines(order: PastOrder, report: PastReport, number: str) -> Iterator[Line]:
    asset = order.asset_ids[0]
    reported = RequestReported(
        number=number, category_zh=report.category_zh, category_en=report.category_en, category_key=report.category
    )
    yield asset, reported, report.reported_at, "public"
    verified = order.verified_at or order.done_at
    steps = (
        ("filed", order.opened_at - timedelta(minutes=2)),
        ("dispatched", order.opened_at),
        ("in_progress", order.opened_at + (order.done_at - order.opened_at) / 2),
        ("done", order.done_at),
        ("verified", verified),
        ("closed", verified + timedelta(minutes=1)),
    )
    before = "reported"
    for state, at in steps:
        words = {"word_zh": translate("zh-CN", REQUEST_STATE[state]), "word_en": REQUEST_STATE[state]}
        yield asset, RequestMoved(number=number, before=before, after=state, **words), at, "调度员"
        before = state


async def _tell(orders: Sequence[PastOrder]) -> None:
    latest: dict[int, tuple[Any, ...]] = {}
    for order in orders:
        for asset in order.asset_ids:
            if asset not in latest or latest[asset][1] < order.done_at:
                latest[asset] = (asset, order.done_at, order.title_zh, order.title_en)
    await write_signals_many(("last_service_at", "last_service_zh", "last_service_en"), list(latest.values()))
