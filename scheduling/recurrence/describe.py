"""A rule as a sentence, in Chinese and in English (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from itertools import pairwise
from typing import Final

from foundation.translation import N_, Lang, translate
from scheduling.recurrence.rule import RecurrenceRule

WEEKDAY_NAMES: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTH_NAMES: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
# From here on a regular list of times reads better as "every 2 hours".
REGULAR_FROM: Final = 5


def describe(rule: RecurrenceRule, lang: Lang) -> str:
    """The rule in one phrase: “每天 07:00、13:00”, “every 6 months on the 31st (or the last day) at 08:00”."""
    sentence = _when_and_times(rule, lang)
    if rule.months:
        sentence = translate(lang, N_("{when}, only {months}"), when=sentence, months=_months(rule.months, lang))
    if rule.roll == "next_working_day":
        sentence = translate(lang, N_("{when}; on a day off, the next working day"), when=sentence)
    return sentence


def describe_floating(rule: RecurrenceRule, lang: Lang) -> str:
    """The rule of a plan that counts from completion: “6 months after the last completion”."""
    units = {
        "daily": (N_("1 day after completion"), N_("{n} days after completion")),
        "weekly": (N_("1 week after completion"), N_("{n} weeks after completion")),
        "monthly": (N_("1 month after completion"), N_("{n} months after completion")),
        "yearly": (N_("1 year after completion"), N_("{n} years after completion")),
    }
    one, many = units[rule.freq]
    return translate(lang, one if rule.interval == 1 else many, n=rule.interval)


def _when(rule: RecurrenceRule, lang: Lang) -> str:
    match rule.freq:
        case "daily":
            return _counted(lang, rule.interval, N_("every day"), N_("every {n} days"))
        case "weekly":
            days = _ranges([list(rule.on_weekdays)], WEEKDAY_NAMES, lang)
            return _counted(lang, rule.interval, N_("every {days}"), N_("every {n} weeks on {days}"), days=days)
        case "monthly":
            day = _monthday(rule.on_monthday, lang)
            return _counted(
                lang, rule.interval, N_("every month on the {day}"), N_("every {n} months on the {day}"), day=day
            )
        case "yearly":
            day = _day_of_year(rule, lang)
            return _counted(lang, rule.interval, N_("every year on {day}"), N_("every {n} years on {day}"), day=day)


def _counted(lang: Lang, n: int, one: str, many: str, **params: object) -> str:
    return translate(lang, one, **params) if n == 1 else translate(lang, many, n=n, **params)


def _monthday(day: int, lang: Lang) -> str:
    named = translate(lang, N_("day {n}"), n=day) if lang == "zh-CN" else f"{day}{_ordinal_ending(day)}"
    return translate(lang, N_("{day} (or the last day)"), day=named) if day > 28 else named


def _ordinal_ending(n: int) -> str:
    return "th" if n in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def _day_of_year(rule: RecurrenceRule, lang: Lang) -> str:
    month = translate(lang, MONTH_NAMES[rule.on_month - 1])
    named = translate(lang, N_("{day} {month}"), day=rule.on_monthday, month=month)
    longest = 28 if rule.on_month == 2 else 30
    return translate(lang, N_("{day} (or the last day)"), day=named) if rule.on_monthday > longest else named


def _when_and_times(rule: RecurrenceRule, lang: Lang) -> str:
    when, step = _when(rule, lang), _regular_step(rule.times)
    named = [f"{moment:%H:%M}" for moment in rule.times]
    if step is None:
        return translate(lang, N_("{when} at {times}"), when=when, times=translate(lang, N_(", ")).join(named))
    span = {"when": when, "first": named[0], "last": named[-1]}
    if step % 60:
        return translate(lang, N_("{when}, every {n} minutes from {first} to {last}"), n=step, **span)
    if step == 60:
        return translate(lang, N_("{when}, every hour from {first} to {last}"), **span)
    return translate(lang, N_("{when}, every {n} hours from {first} to {last}"), n=step // 60, **span)


def _regular_step(times: Sequence[time]) -> int | None:
    """Minutes between the times where there are many and all are equally far apart."""
    minutes = [moment.hour * 60 + moment.minute for moment in times]
    steps = {later - earlier for earlier, later in pairwise(minutes)}
    return steps.pop() if len(times) >= REGULAR_FROM and len(steps) == 1 else None


def _months(months: Sequence[int], lang: Lang) -> str:
    runs = _runs([month - 1 for month in months])
    # A season over New Year is one season.
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 11:
        runs = [*runs[1:-1], runs[-1] + runs[0]]
    return _ranges(runs, MONTH_NAMES, lang)


def _ranges(runs: Sequence[Sequence[int]], names: Sequence[str], lang: Lang) -> str:
    """“Monday to Friday”, “Monday and Thursday”, “April to October”."""
    words = [
        word
        for run in runs
        for stretch in _runs(run)
        for word in _stretch([translate(lang, names[i]) for i in stretch], lang)
    ]
    if len(words) == 1:
        return words[0]
    head = translate(lang, N_(", ")).join(words[:-1])
    return translate(lang, N_("{head} and {last}"), head=head, last=words[-1])


def _stretch(names: Sequence[str], lang: Lang) -> list[str]:
    if len(names) < 3:
        return list(names)
    return [translate(lang, N_("{first} to {last}"), first=names[0], last=names[-1])]


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Neighbours together: [0, 1, 2, 5] becomes [[0, 1, 2], [5]]; December and January are neighbours."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number in (runs[-1][-1] + 1, (runs[-1][-1] + 1) % 12):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
