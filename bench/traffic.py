"""Labels printed by the real program: one for a phone, and a hundred thousand beside the public pages."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.figures import Figure
from bench.load import get_many, get_one, own_cpu_seconds
from bench.program import PORT, PUBLIC_URL, large_district, server, used
from foundation.act import Act, system_act
from foundation.database import close_database, fetchrow, fetchval, open_database
from foundation.database.embedded import running_database
from foundation.principals import Role
from foundation.settings import load_settings, use_settings

PHONE_WARM, PHONE = 20, 100
RATE, CLIENTS = 20.0, 4  # pages a second over kept connections: a district's labels on a busy day
ALONE = 600
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


def _watch(job: int) -> Callable[[], Awaitable[list[tuple[float, str]]]]:
    """When each stage of the job began, the end last."""

    async def watch() -> list[tuple[float, str]]:
        stages: list[tuple[float, str]] = []
        while not stages or stages[-1][1] != "done":
            row = await fetchrow("SELECT state, saved->>'stage_en' AS stage, result FROM job WHERE id = $1", job)
            if row is None or row["state"] in {"failed", "cancelled"}:
                raise RuntimeError(f"the job has ended: {row and row['result']}")
            now = row["stage"] if row["state"] == "running" and row["stage"] else row["state"]
            if not stages or stages[-1][1] != now:
                stages.append((time.perf_counter(), now))
            await asyncio.sleep(0.5)
        return stages

    return watch


def beside_a_job(folder: Path) -> list[Figure]:
    """Public pages while a job of 100,000 labels goes through all its stages in the same program, and without it."""
    paths = [f"/A/{code}" for code in large_district(folder)]
    with server(folder, "--no-clock") as process:
        get_many(PORT, paths, 400, HEADERS)
        quiet, alone = _alone(process.pid, paths)
        before, pages = own_cpu_seconds(process.pid), Pages(paths)
        try:
            stages = ask(folder, _watch(ask(folder, _begin)))
        finally:
            waited = pages.stop()
        beside = (own_cpu_seconds(process.pid) - before) / len(waited)
        later, alone_later = _alone(process.pid, paths)
    # Before and after the job: other work on the machine comes and goes.
    return _compared([*quiet, *later], waited, stages, ((alone + alone_later) / 2 * 1000, beside * 1000))


def _alone(pid: int, paths: Sequence[str]) -> tuple[list[float], float]:
    """The waits of pages without a job, and the server's CPU seconds for one of them."""
    before, pages = own_cpu_seconds(pid), Pages(paths)
    time.sleep(ALONE / RATE)
    waits = [wait for _, wait in pages.stop()]
    return waits, (own_cpu_seconds(pid) - before) / len(waits)


def _compared(
    quiet: Sequence[float],
    waited: Sequence[tuple[float, float]],
    stages: Sequence[tuple[float, str]],
    cpu: tuple[float, float],
) -> list[Figure]:
    began = next(at for at, stage in stages if stage != "queued")
    busy = [wait for due, wait in waited if began <= due < stages[-1][0]]
    ratio, seconds = p95(busy) / p95(quiet), stages[-1][0] - began
    value = f"{ratio:.2f}× ({p95(busy) * 1000:.1f} / {p95(quiet) * 1000:.1f} ms)"
    middle = f"{median(busy) / median(quiet):.2f}× ({median(busy) * 1000:.1f} / {median(quiet) * 1000:.1f} ms)"
    figures = [
        Figure("/A/{code} beside a job of 100,000, p95 of the wait", value, "≤ 1.3×", ratio <= 1.3),
        Figure("… the middle of the wait", middle),
        Figure("… CPU of the server for a page", f"{cpu[1] / cpu[0]:.2f}× ({cpu[1]:.2f} / {cpu[0]:.2f} ms)"),
        Figure("… the job", f"{seconds:.0f} s, {len(busy)} pages beside it"),
    ]
    for (start, stage), (end, _) in pairwise(stages):
        some = [wait for due, wait in waited if start <= due < end]
        if stage != "queued" and some:
            value = f"p95 {p95(some) * 1000:.1f} ms, longest {max(some) * 1000:.0f} ms"
            figures.append(Figure(f"… while {stage}, {end - start:.0f} s", value))
    return figures
