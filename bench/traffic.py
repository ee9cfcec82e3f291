"""Labels printed by the real program: one for a phone, and a hundred thousand beside the public pages."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.figures import Figure
from bench.load import get_many, get_one, own_cpu_seconds, tree
from bench.program import PORT, PUBLIC_URL, database_processes, large_district, server, used
from foundation.act import Act, system_act
from foundation.database import close_database, fetchrow, fetchval, open_database
from foundation.database.embedded import running_database
from foundation.principals import Role
from foundation.settings import load_settings, use_settings

PHONE_WARM, PHONE = 20, 100
RATE, CLIENTS = 20.0, 4  # pages a second over kept connections: a district's labels on a busy day
# How long a job goes on or stands still, and how long after that the pages are not counted.
TURN_SECONDS, SETTLED = 4.0, 0.3
HEADERS = "Accept-Encoding: gzip\r\nAccept-Language: zh-CN\r\n"
Answer = TypeVar("Answer")


def ask(folder: Path, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Do something in the database of a served folder."""

    async def asked() -> Answer:
        settings = load_settings({}, data_dir=folder)
        use_settings(settings)
        async with running_database(settings) as url:
            await open_database(url)
            try:
                return await work()
            finally:
                await close_database()

    return asyncio.run(asked())


def phone(folder: Path) -> list[Figure]:
    """One label at a time, as a phone asks for it: laid out, stamped, read back, and written into the history."""
    from app.accounts import add_token

    codes = large_district(folder)
    paths = [f"/api/v1/labels/sheet.pdf?codes={code}" for code in codes]
    with server(folder, "--no-clock") as process:
        token = ask(folder, lambda: add_token("bench", Role.REGISTRAR, system_act()))
        headers = f"Authorization: Bearer {token}\r\n"
        get_many(PORT, paths, PHONE_WARM, headers, clients=1)
        before, began = used(process, folder), time.perf_counter()
        get_many(PORT, paths[PHONE_WARM:], PHONE, headers, clients=1)
        wall, after = time.perf_counter() - began, used(process, folder)
    app, data = ((now - then) / PHONE * 1000 for now, then in zip(after, before, strict=True))
    value = f"{app:.0f} ms (PostgreSQL {data:.1f} ms, wall {wall / PHONE * 1000:.0f} ms)"
    return [Figure("one label from the phone, CPU of the server", value, "< 150 ms", app < 150)]


class Pages:
    """Public pages at an even rate until told to stop; each waits from when it was due, not from when it was sent."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.waited: list[tuple[float, float]] = []  # when it was due, and seconds until it was there
        self._paths = paths
        self._stop = threading.Event()
        self._began = time.perf_counter()
        self._failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", PORT)) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not self._stop.wait(max(0.0, (due := self._began + number / RATE) - time.perf_counter())):
                    get_one(line, self._paths[number % len(self._paths)], HEADERS)
                    self.waited.append((due, time.perf_counter() - due))
                    number += CLIENTS
        except BaseException as error:
            self._failures.append(error)

    def stop(self) -> list[tuple[float, float]]:
        """No more pages; those there were. Raises what any of them failed of."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]
        return self.waited


def p95(waits: Sequence[float]) -> float:
    """The wait that 95 of 100 do not exceed."""
    return sorted(waits)[int(len(waits) * 0.95)]


async def _begin() -> int:
    from app.accounts import add_token
    from app.sessions import principal_of
    from labels.schemas import Selection
    from labels.service import Paper
    from labels.service.background import print_later

    # A job is done as the account that asked for it, and the program itself has none.
    await add_token("bench", Role.REGISTRAR, system_act())
    registrar = await principal_of(await fetchval("SELECT id FROM account WHERE name = 'bench'"))
    return await print_later(Selection(), Paper(PUBLIC_URL, anyway=True), Act(registrar, datetime.now(UTC)))


@dataclass(frozen=True)
class Turn:
    """Some seconds in which the job went on or stood still; the stage it was in, and the server's own CPU by then."""

    began: float
    stage: str
    going: bool
    cpu: float


def _watch(job: int, server_pid: int, folder: Path) -> Callable[[], Awaitable[list[Turn]]]:
    """Let the job go on and stand still in turn until it is done; the turns, the last one its end.

    Other work on the machine comes and goes: only turns next to each other can be compared.
    """

    def processes() -> list[int]:
        known = {server_pid, *database_processes(folder)}
        return [pid for pid in tree(server_pid) if pid not in known]

    async def watch() -> list[Turn]:
        turns: list[Turn] = []
        try:
            while True:
                row = await fetchrow("SELECT state, saved->>'stage_en' AS stage, result FROM job WHERE id = $1", job)
                if row is None or row["state"] in {"failed", "cancelled"}:
                    raise RuntimeError(f"the job has ended: {row and row['result']}")
                now, cpu, stage = time.perf_counter(), own_cpu_seconds(server_pid), row["stage"] or row["state"]
                if row["state"] == "done":
                    return [*turns, Turn(now, stage, True, cpu)]
                if not turns or now - turns[-1].began >= TURN_SECONDS or stage != turns[-1].stage:
                    going = not turns or stage != turns[-1].stage or not turns[-1].going
                    _signal(processes(), signal.SIGCONT if going else signal.SIGSTOP)
                    turns.append(Turn(now, stage, going, cpu))
                await asyncio.sleep(0.25)
        finally:
            _signal(processes(), signal.SIGCONT)

    return watch


def _signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def beside_a_job(folder: Path) -> list[Figure]:
    """Public pages while a job of 100,000 labels goes through all its stages in the same program, and stands still."""
    paths = [f"/A/{code}" for code in large_district(folder)]
    with server(folder, "--no-clock") as process:
        get_many(PORT, paths, 400, HEADERS)
        pages = Pages(paths)
        try:
            turns = ask(folder, _watch(ask(folder, _begin), process.pid, folder))
        finally:
            waited = pages.stop()
    return _compared(waited, [turn for turn in turns if turn.stage != "queued"])


def _compared(waited: Sequence[tuple[float, float]], turns: Sequence[Turn]) -> list[Figure]:
    waits: dict[bool, list[float]] = {True: [], False: []}
    cpu, lasted = dict.fromkeys(waits, 0.0), dict.fromkeys(waits, 0.0)
    stages: dict[str, tuple[float, list[float]]] = {}
    for turn, after in pairwise(turns):
        some = [wait for due, wait in waited if turn.began + SETTLED <= due < after.began]
        waits[turn.going] += some
        cpu[turn.going] += after.cpu - turn.cpu
        lasted[turn.going] += after.began - turn.began
        if turn.going:
            seconds, before = stages.get(turn.stage, (0.0, []))
            stages[turn.stage] = (seconds + after.began - turn.began, before + some)
    busy, quiet = waits[True], waits[False]
    highest, middle = (p95(busy), p95(quiet)), (median(busy), median(quiet))
    a_page = [cpu[going] / (RATE * lasted[going]) for going in waits]
    good = highest[0] / highest[1] <= 1.3
    figures = [
        Figure("/A/{code} beside a job of 100,000, p95 of the wait", _over(*highest), "≤ 1.3×", good),
        Figure("… the middle of the wait", _over(*middle)),
        Figure("… CPU of the server for a page", _over(*a_page)),
        Figure("… pages compared", f"{len(busy)} / {len(quiet)}"),
    ]
    for stage, (seconds, some) in stages.items():
        value = f"p95 {p95(some) * 1000:.1f} ms, longest {max(some) * 1000:.0f} ms" if some else ""
        figures.append(Figure(f"… {stage}, {seconds:.0f} s", value))
    return figures


def _over(busy: float, quiet: float) -> str:
    return f"{busy / quiet:.2f}× ({busy * 1000:.1f} / {quiet * 1000:.1f} ms)"
