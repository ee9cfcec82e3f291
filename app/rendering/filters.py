"""How times, numbers and sizes read, in the district's zone and the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from foundation.translation import N_, Lang, translate

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR


def as_moment(value: Any) -> datetime | None:
    """An aware datetime from what a row or JSON holds; None for nothing."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Moments:
    """How instants read at one look: in words where they are near, in the district's zone and the reader's language."""

    def __init__(self, now: datetime, lang: Lang, zone: ZoneInfo) -> None:
        self.now, self.lang, self.zone = now, lang, zone
        self.today = now.astimezone(zone).toordinal()

    def clock(self, moment: datetime) -> str:
        """``今天 13:05``, ``Tomorrow 08:00``, ``2026-03-14 09:30``."""
        local = moment.astimezone(self.zone)
        word = _NEAR.get(local.toordinal() - self.today)
        day = translate(self.lang, word) if word else local.date().isoformat()
        return f"{day} {local.hour:02}:{local.minute:02}"

    def away(self, moment: datetime) -> str:
        """``5 分钟前``, ``in 2 h``, ``3 天前``: how far from now, in one unit."""
        seconds = (moment - self.now).total_seconds()
        past, size = seconds <= 0, abs(seconds)
        if size < _MINUTE:
            return translate(self.lang, N_("just now") if past else N_("in a moment"))
        if size < _HOUR:
            return translate(self.lang, N_("{n} min ago") if past else N_("in {n} min"), n=int(size // _MINUTE))
        if size < _DAY:
            return translate(self.lang, N_("{n} h ago") if past else N_("in {n} h"), n=int(size // _HOUR))
        days = int(size // _DAY)
        if days == 1:
            return translate(self.lang, N_("1 day ago") if past else N_("in 1 day"))
        return translate(self.lang, N_("{n} days ago") if past else N_("in {n} days"), n=days)


_NEAR: Final = {-1: N_("Yesterday"), 0: N_("Today"), 1: N_("Tomorrow")}


def _moments(context: Context) -> Moments:
    return Moments(context["now"], context["lang"], context["zone"])


@pass_context
def ago(context: Context, value: Any) -> str:
    """How far from now."""
    moment = as_moment(value)
    return _moments(context).away(moment) if moment else ""


@pass_context
def localtime(context: Context, value: Any) -> str:
    """The moment in the district's zone, the day in words where it is near."""
    moment = as_moment(value)
    return _moments(context).clock(moment) if moment else ""


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
