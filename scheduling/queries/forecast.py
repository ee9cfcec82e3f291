"""The visits to come, and why each falls where it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby, islice

from foundation.calendar.days import CalendarTable
from foundation.calendar.store import load_calendar
from foundation.database import fetch, fetchrow
from foundation.errors import NotFound
from foundation.paging import Page, cut_page, decode_cursor, page_limit
from foundation.translation import N_, Lang, translate
from scheduling.dues import Due, due_from_completion, dues
from scheduling.queries.plans import in_words, rule_of
from scheduling.recurrence import RecurrenceRule
from scheduling.rows import Row
from scheduling.schemas import ForecastDate, ForecastItem


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to come: in order of time, then of code."""

    due: Due
    code: str
    known: bool

    @property
    def key(self) -> tuple[datetime, str]:
        """The order of the list."""
        return self.due.due_at, self.code


async def forecast(
    plan_id: int,
    until: datetime,
    now: datetime,
    lang: Lang,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[ForecastItem]:
    """The visits of a plan up to ``until``, from the first that has not opened an order yet. Raises NotFound.

    What counts from completion is assumed to be completed on the day it falls due.
    """
    most = page_limit(limit, 100)
    outlook = await _outlook(plan_id, now, lang)
    targets = await fetch(
        "SELECT a.code, t.nominal_at, t.next_due_at, t.waiting_order_id IS NOT NULL AS waiting"
        " FROM plan_target t JOIN asset a ON a.id = t.asset_id WHERE t.plan_id = $1 ORDER BY a.code",
        plan_id,
    )
    visits: Iterator[Visit] = merge(*(outlook.visits(row, until) for row in targets), key=lambda visit: visit.key)
    if cursor:
        after = decode_cursor(cursor, [datetime, str])
        visits = (visit for visit in visits if visit.key > after)
    items = [outlook.item(visit) for visit in islice(visits, most + 1)]
    return cut_page(items, most, lambda item: [item.due_at, item.asset])


async def next_dates(plan_id: int, until: datetime, now: datetime, lang: Lang, most: int) -> list[ForecastDate]:
    """The next dates of a plan, each once, with how many assets it visits. Raises NotFound.

    Targets that stand at the same place are reckoned once, however many they are.
    """
    outlook = await _outlook(plan_id, now, lang)
    places = await fetch(
        "SELECT min(a.code) AS code, t.nominal_at, t.next_due_at, t.waiting_order_id IS NOT NULL AS waiting,"
        " count(*)::int AS assets FROM plan_target t JOIN asset a ON a.id = t.asset_id WHERE t.plan_id = $1"
        " GROUP BY 2, 3, 4",
        plan_id,
    )
    # Each place brings its own count; of places that meet on one date the counts add up.
    streams = [((visit, row["assets"]) for visit in outlook.visits(row, until)) for row in places]
    dates: list[ForecastDate] = []
    for due_at, same in groupby(merge(*streams, key=lambda one: one[0].key), key=lambda one: one[0].due.due_at):
        if len(dates) == most:
            break
        found = list(same)
        item = outlook.item(found[0][0])
        assets = sum(count for _, count in found)
        dates.append(ForecastDate(due_at=due_at, assets=assets, asset=item.asset, assumed=item.assumed, why=item.why))
    return dates


async def _outlook(plan_id: int, now: datetime, lang: Lang) -> Outlook:
    plan = await fetchrow("SELECT * FROM plan WHERE id = $1", plan_id)
    if plan is None:
        raise NotFound(N_("There is no plan {plan_id}."), plan_id=plan_id)
    return Outlook(plan, rule_of(plan), await load_calendar(), now, lang)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a forecast is made from."""

    plan: Row
    rule: RecurrenceRule
    calendar: CalendarTable
    now: datetime
    lang: Lang

    def visits(self, target: Row, until: datetime) -> Iterator[Visit]:
        """The visits of one target, in order; the first as it stands in the row."""
        if not self.plan["active"]:
            return
        for due, known in self._floating(target) if self.plan["mode"] == "floating" else self._fixed(target):
            if due.due_at > until:
                return
            yield Visit(due, target["code"], known)

    def _fixed(self, target: Row) -> Iterator[tuple[Due, bool]]:
        if target["nominal_at"] is None:
            return
        yield Due(target["nominal_at"], target["next_due_at"]), True
        working = self.calendar.is_working_day
        for due in dues(self.rule, target["nominal_at"], working, end_on=self.plan["end_on"]):
            yield due, True

    def _floating(self, target: Row) -> Iterator[tuple[Due, bool]]:
        due: Due | None
        if target["nominal_at"] is not None:
            due = Due(target["nominal_at"], target["next_due_at"])
            yield due, True
        elif target["waiting"]:
            due = Due(self.now, self.now)
        else:
            return
        while due := self._after_completion(due.due_at):
            yield due, False

    def _after_completion(self, at: datetime) -> Due | None:
        return due_from_completion(self.rule, at, self.calendar.is_working_day, end_on=self.plan["end_on"])

    def item(self, visit: Visit) -> ForecastItem:
        """The visit as clients read it."""
        local = visit.due.due_at.astimezone(self.rule.tz)
        provisional = self.rule.roll != "none" and self.calendar.is_provisional(local.year)
        return ForecastItem(
            due_at=visit.due.due_at,
            due_on=local.date(),
            asset=visit.code,
            assumed=not visit.known or provisional,
            why=list(self._why(visit, provisional=provisional)),
        )

    def _why(self, visit: Visit, *, provisional: bool) -> Iterator[str]:
        yield in_words(self.rule, self.plan["mode"], self.lang)
        if not visit.known:
            yield translate(self.lang, N_("assumes that the visit before is completed on the day it falls due"))
        nominal = visit.due.nominal_at.astimezone(self.rule.tz).date()
        if self._clamped(nominal.day):
            yield translate(
                self.lang, N_("this month has no day {day}, so its last day counts"), day=self.rule.on_monthday
            )
        if visit.due.nominal_at != visit.due.due_at:
            yield translate(self.lang, N_("moved from {day}, a day off"), day=nominal.isoformat())
        if provisional:
            year = visit.due.due_at.astimezone(self.rule.tz).year
            yield translate(self.lang, N_("the working days of {year} are not announced yet (provisional)"), year=year)

    def _clamped(self, day: int) -> bool:
        if self.plan["mode"] == "floating" or self.rule.freq not in ("monthly", "yearly"):
            return False
        return day < self.rule.on_monthday
