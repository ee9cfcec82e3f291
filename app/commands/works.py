"""``facility due``."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from app.commands.parser import Commands
from app.commands.running import run_with_database
from app.commands.terminal import Terminal
from foundation.errors import Invalid
from foundation.settings import current_settings
from foundation.translation import N_

if TYPE_CHECKING:
    from scheduling.schemas import DueResult


def add(commands: Commands) -> None:
    """Tell the command line what there is."""
    (
        commands.add("due", N_("open the work orders that are due; safe at any time"), due)
        .takes("--until", metavar="DATE", help=N_("up to the end of this day, such as 2026-12-31 (today)"))
        .json()
    )


def due(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Open the work orders that are due."""
    day = _day(arguments.until) if arguments.until else None

    async def work() -> DueResult:
        from scheduling.service import end_of_day, end_of_today, open_due

        act = terminal.act()
        if day is None:
            # As the clock does it: what is still to come today waits for an order that is overdue.
            return await open_due(end_of_today(act), act, hold=True)
        return await open_due(end_of_day(day), act)

    result = run_with_database(work)
    until = result.until.astimezone(current_settings().zone)
    if arguments.json:
        terminal.json(
            {"opened": result.opened, "skipped": result.skipped, "until": until.isoformat(timespec="seconds")}
        )
    terminal.say(
        N_("{opened} work orders opened, {skipped} occurrences left out, up to {until}."),
        opened=result.opened,
        skipped=result.skipped,
        until=until.date(),
    )
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(N_("“{text}” is not a date such as 2026-12-31."), code="bad_date", text=text) from error
