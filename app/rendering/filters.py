"""How times, numbers and sizes read, in the district's zone and the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from foundation.translation import N_, Lang, translate

_MINUTE: Final = 60
_HOUR: Final = 3600


def as_moment(value: Any) -> datetime | None:
    """An aware datetime from what a row or JSON holds; None for nothing."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pass_context
def ago(context: Context, value: Any) -> str:
    """``5 分钟前``, ``in 2 h``, ``3 天前``: how far from now."""
    moment = as_moment(value)
    return distance(moment, context["now"], context["lang"]) if moment else ""


def distance(moment: datetime, now: datetime, lang: Lang) -> str:
    """How far a moment is from now, in one unit."""
    seconds = (moment - now).total_seconds()
    size = abs(seconds)
    past = seconds <= 0
    if size < _MINUTE:
        return translate(lang, N_("just now") if past else N_("in a moment"))
    if size < _HOUR:
        return translate(lang, N_("{n} min ago") if past else N_("in {n} min"), n=int(size // _MINUTE))
    if size < 24 * _HOUR:
        return translate(lang, N_("{n} h ago") if past else N_("in {n} h"), n=int(size // _HOUR))
    days = int(size // (24 * _HOUR))
    if days == 1:
        return translate(lang, N_("1 day ago") if past else N_("in 1 day"))
    return translate(lang, N_("{n} days ago") if past else N_("in {n} days"), n=days)


@pass_context
def localtime(context: Context, value: Any) -> str:
    """``今天 13:05``, ``Tomorrow 08:00``, ``2026-03-14 09:30``."""
    moment = as_moment(value)
    return clock_words(moment, context["now"], context["lang"], context["zone"]) if moment else ""


def clock_words(moment: datetime, now: datetime, lang: Lang, zone: ZoneInfo) -> str:
    """The moment in the district's zone, the day in words where it is near."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    word = _day_word(local.date(), today, lang)
    return f"{word or local.date().isoformat()} {local:%H:%M}"


def _day_word(day: date, today: date, lang: Lang) -> str:
    near = {
        today: N_("Today"),
        today - timedelta(days=1): N_("Yesterday"),
        today + timedelta(days=1): N_("Tomorrow"),
    }
    return translate(lang, near[day]) if day in near else ""


@pass_context
def day(context: Context, value: Any) -> str:
    """The calendar day in the district's zone."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    moment = as_moment(value)
    return moment.astimezone(context["zone"]).date().isoformat() if moment else ""


def number(value: Any) -> str:
    """Thousands separated by a comma."""
    return f"{value:,}" if isinstance(value, int | float) else str(value or "")


def filesize(value: int) -> str:
    """Bytes in the unit that reads best."""
    size = float(value)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"


FILTERS: Final = {"ago": ago, "localtime": localtime, "day": day, "number": number, "filesize": filesize}
