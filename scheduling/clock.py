"""The alarm clock: wakes the chores of the district every minute. The truth is in our rows, so any number may run."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from foundation.act import Act, system_act
from foundation.database import execute, fetchval
from foundation.settings import Settings
from maintenance.service import purge_contacts, refresh_overdue
from scheduling.service import end_of_today, open_due

EVERY: Final = timedelta(seconds=60)
ONE_HOUR: Final = timedelta(hours=1)
LONGEST_FAILURE: Final = 500
logger = logging.getLogger(__name__)
# APScheduler is untyped.
_Scheduler: Any = AsyncIOScheduler
_Interval: Any = IntervalTrigger


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done again and again; answers how much it did. ``every`` is kept across all processes."""

    name: str
    work: Callable[[Act], Awaitable[int]]
    every: timedelta = timedelta()


async def open_what_is_due(act: Act) -> int:
    """Open the orders of the day."""
    return (await open_due(end_of_today(act), act, hold=True)).opened


CHORES: Final = (
    Chore("due", open_what_is_due),
    Chore("overdue", refresh_overdue),
    Chore("purge", purge_contacts, ONE_HOUR),
)


async def tick(chores: Sequence[Chore] = CHORES, at: datetime | None = None) -> int:
    """Do every chore whose time has come; one that fails is written down and the next is done. How many failed."""
    act = system_act(at)
    failed = 0
    for chore in chores:
        started = time.perf_counter()
        done, failure = 0, None
        try:
            if await _rests(chore, act):
                continue
            done = await chore.work(act)
        except Exception as error:
            logger.exception("the clock's chore %s failed", chore.name)
            failure, failed = f"{type(error).__name__}: {error}"[:LONGEST_FAILURE], failed + 1
        await _write_down(chore, act, done, time.perf_counter() - started, failure)
    return failed


async def _rests(chore: Chore, act: Act) -> bool:
    if not chore.every:
        return False
    return bool(
        await fetchval(
            "SELECT true FROM clock_tick WHERE name = $1 AND failure IS NULL AND at > $2",
            chore.name,
            act.at - chore.every,
        )
    )


async def _write_down(chore: Chore, act: Act, done: int, seconds: float, failure: str | None) -> None:
    try:
        await execute(
            "INSERT INTO clock_tick AS c (name, at, process, opened, seconds, failure) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at, process = excluded.process,"
            " opened = excluded.opened, seconds = excluded.seconds, failure = excluded.failure"
            " WHERE c.at <= excluded.at",
            chore.name,
            act.at,
            f"{socket.gethostname()}:{os.getpid()}",
            done,
            seconds,
            failure,
        )
    except Exception:
        # With the database away there is nowhere to write; the log has it, and the next minute tries again.
        logger.exception("the clock could not write down its chore %s", chore.name)


class Clock:
    """One process's clock: a scheduler that only wakes ``tick``, one at a time."""

    def __init__(self, chores: Sequence[Chore] = CHORES, every: timedelta = EVERY) -> None:
        self._chores = chores
        self._busy = asyncio.Lock()
        self._scheduler = _Scheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        trigger = _Interval(seconds=every.total_seconds(), timezone=UTC)
        self._scheduler.add_job(self._tick, trigger, next_run_time=datetime.now(UTC))

    async def _tick(self) -> None:
        async with self._busy:
            await tick(self._chores)

    def start(self) -> None:
        """Begin to tick, the first time at once."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking once the tick under way is through."""
        self._scheduler.pause()
        async with self._busy:
            self._scheduler.shutdown(wait=False)


_running: Clock | None = None


async def start_clock(_settings: Settings, more: Sequence[Chore] = ()) -> None:
    """Start this process's clock; ``more`` are chores of the roof, such as ending old sessions."""
    global _running
    if _running is None:
        _running = Clock((*CHORES, *more))
        _running.start()


async def stop_clock() -> None:
    """Stop this process's clock, if it runs."""
    global _running
    clock, _running = _running, None
    if clock is not None:
        await clock.stop()


async def run_clock(settings: Settings, more: Sequence[Chore] = (), *, begun: Callable[[], None]) -> None:
    """The clock as a process of its own, until it is told to stop (SIGTERM, Ctrl-C); the database is open.

    ``begun`` is called when it runs and listens: whoever tells it to stop from then on finds it ending in good order.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(wanted, told.set)
    await start_clock(settings, more)
    try:
        begun()
        await told.wait()
    finally:
        await stop_clock()
