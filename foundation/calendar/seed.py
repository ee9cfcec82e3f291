"""The official days of 2023 to 2026, each year from the notice of the General Office of the State Council. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from foundation.calendar.days import CalendarTable, DayKind


@dataclass(frozen=True, slots=True)
class OfficialDay:
    """One day of a notice, as the table of the calendar keeps it."""

    on_day: date
    kind: DayKind
    name_zh: str
    name_en: str
    source: str


NOTICES: Final = {
    2023: "https://www.gov.cn/zhengce/content/2022-12/08/content_5730844.htm",
    2024: "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm",
    2025: "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm",
    2026: "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",
}

_NEW_YEAR: Final = ("元旦", "New Year's Day")
_SPRING: Final = ("春节", "Spring Festival")
_QINGMING: Final = ("清明节", "Tomb-Sweeping Day")
_LABOUR: Final = ("劳动节", "Labour Day")
_DRAGON: Final = ("端午节", "Dragon Boat Festival")
_AUTUMN: Final = ("中秋节", "Mid-Autumn Festival")
_NATIONAL: Final = ("国庆节", "National Day")
_AUTUMN_NATIONAL: Final = ("国庆节、中秋节", "National Day and Mid-Autumn Festival")

# Year, name, first and last day off, make-up working days.
_ARRANGEMENTS: Final[tuple[tuple[int, tuple[str, str], str, str, tuple[str, ...]], ...]] = (
    (2023, _NEW_YEAR, "01-01", "01-02", ()),
    (2023, _SPRING, "01-21", "01-27", ("01-28", "01-29")),
    (2023, _QINGMING, "04-05", "04-05", ()),
    (2023, _LABOUR, "04-29", "05-03", ("04-23", "05-06")),
    (2023, _DRAGON, "06-22", "06-24", ("06-25",)),
    (2023, _AUTUMN_NATIONAL, "09-29", "10-06", ("10-07", "10-08")),
    (2023, _NEW_YEAR, "12-30", "12-31", ()),  # by the notice for 2024
    (2024, _NEW_YEAR, "01-01", "01-01", ()),
    (2024, _SPRING, "02-10", "02-17", ("02-04", "02-18")),
    (2024, _QINGMING, "04-04", "04-06", ("04-07",)),
    (2024, _LABOUR, "05-01", "05-05", ("04-28", "05-11")),
    (2024, _DRAGON, "06-10", "06-10", ()),
    (2024, _AUTUMN, "09-15", "09-17", ("09-14",)),
    (2024, _NATIONAL, "10-01", "10-07", ("09-29", "10-12")),
    (2025, _NEW_YEAR, "01-01", "01-01", ()),
    (2025, _SPRING, "01-28", "02-04", ("01-26", "02-08")),
    (2025, _QINGMING, "04-04", "04-06", ()),
    (2025, _LABOUR, "05-01", "05-05", ("04-27",)),
    (2025, _DRAGON, "05-31", "06-02", ()),
    (2025, _AUTUMN_NATIONAL, "10-01", "10-08", ("09-28", "10-11")),
    (2026, _NEW_YEAR, "01-01", "01-03", ("01-04",)),
    (2026, _SPRING, "02-15", "02-23", ("02-14", "02-28")),
    (2026, _QINGMING, "04-04", "04-06", ()),
    (2026, _LABOUR, "05-01", "05-05", ("05-09",)),
    (2026, _DRAGON, "06-19", "06-21", ()),
    (2026, _AUTUMN, "09-25", "09-27", ()),
    (2026, _NATIONAL, "10-01", "10-07", ("09-20", "10-10")),
)


def official_days() -> list[OfficialDay]:
    """All days of the notices in order."""
    return sorted(_expand(), key=lambda row: row.on_day)


def official_calendar() -> CalendarTable:
    """The announced years as a table, for where no database is at hand."""
    return CalendarTable({row.on_day: row.kind for row in official_days()})


def _expand() -> Iterator[OfficialDay]:
    for year, (name_zh, name_en), first, last, makeups in _ARRANGEMENTS:
        source = NOTICES[year + 1 if first.startswith("12-") else year]
        for day in _days_off(year, first, last):
            yield OfficialDay(day, DayKind.HOLIDAY, name_zh, name_en, source)
        for makeup in makeups:
            day = date.fromisoformat(f"{year}-{makeup}")
            yield OfficialDay(day, DayKind.MAKEUP_WORKDAY, name_zh, name_en, source)


def _days_off(year: int, first: str, last: str) -> Iterator[date]:
    day, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}")
    while day <= end:
        yield day
        day += timedelta(days=1)
