"""All benchmarks, each a ratio within one run, printed as one table.

What is measured, and why each ratio: docs/benchmarks.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load import cpu_seconds, get_many, tree

ROOT = Path(__file__).resolve().parents[1]
PORT = 8199
ROUND = 1200
ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    wanted: str
    good: bool | None


@contextmanager
def server(folder: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The real program on a data folder, ready."""
    environment = {
        **os.environ,
        "FACILITY_DATA_DIR": str(folder),
        "FACILITY_LOG_LEVEL": "warning",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "app", "serve", "--port", str(PORT), *more]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_answer(process)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait_for_answer(process: subprocess.Popen[bytes]) -> None:
    """Until the server answers; stops where it has ended."""
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1).read()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server ended before it answered")


def database_processes(folder: Path) -> list[int]:
    """The PostgreSQL of a data folder: its postmaster and all below it."""
    for path in folder.rglob("postmaster.pid"):
        return tree(int(path.read_text().split("\n")[0]))
    return []


def cost(process: subprocess.Popen[bytes], folder: Path, paths: list[str], headers: str) -> tuple[float, float]:
    """CPU microseconds a request: of the server alone, and with its database. The best of several rounds."""
    get_many(PORT, paths, 400, headers)
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        data = database_processes(folder)
        app = [pid for pid in tree(process.pid) if pid not in data]
        before = cpu_seconds(app), cpu_seconds(data)
        get_many(PORT, paths, ROUND, headers)
        used = (cpu_seconds(app) - before[0]) / ROUND * 1e6, (cpu_seconds(data) - before[1]) / ROUND * 1e6
        best = min(best, (used[0], used[0] + used[1]))
    return best


def facility_page(folder: Path) -> list[Figure]:
    """``/A/{code}`` on a large district against the empty JSON route behind the same frame."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.district", str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    paths = [f"/A/{code}" for code in made.stdout.split()]
    with server(folder, "--no-clock") as process:
        empty = cost(process, folder, ["/healthz"], "")
        page = cost(process, folder, paths, "Accept-Encoding: gzip\r\nAccept-Language: zh-CN\r\n")
        wire = get_many(PORT, paths[:1], 4, "Accept-Encoding: gzip\r\nAccept-Language: zh-CN\r\n")
    alone, whole = page[0] / empty[0], page[1] / empty[1]
    return [
        Figure(
            "/A/{code} ÷ empty JSON, CPU of the server",
            f"{alone:.1f}× ({page[0]:.0f} / {empty[0]:.0f} µs)",
            "≤ 6×",
            alone <= 6,
        ),
        Figure("… with PostgreSQL counted in", f"{whole:.1f}× ({page[1]:.0f} / {empty[1]:.0f} µs)", "≤ 6×", whole <= 6),
        Figure("/A/{code} in zh on the wire", f"{wire / 1024:.1f} KB", "≤ 25 KB", wire <= 25 * 1024),
    ]


def second_start(folder: Path) -> list[Figure]:
    """The second ``script/server`` until its first answer, setup included."""
    environment = {**os.environ, "FACILITY_DATA_DIR": str(folder), "FACILITY_LOG_LEVEL": "warning"}
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(ROOT / "script" / "server"), "--port", str(PORT)],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for_answer(process)
            seconds.append(time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(30)
    return [
        Figure(
            "second script/server to the first answer",
            f"{seconds[1]:.1f} s (first {seconds[0]:.1f} s)",
            "< 5 s",
            seconds[1] < 5,
        )
    ]


def first_paint(folder: Path) -> list[Figure]:
    """First contentful paint of the citizen's page on a slow line and a slow phone."""
    from bench.paint import first_paint_ms

    with server(folder, "--demo", "--no-clock"):
        figures = {lang: first_paint_ms(PORT, folder / "demo", lang) for lang in ("zh-CN", "en")}
    return [
        Figure(
            f"first paint of /A/{{code}}, 50 kbit/s, 800 ms, CPU ÷ 6, {lang}",
            f"{ms / 1000:.2f} s",
            "< 2.5 s",
            ms < 2500,
        )
        for lang, ms in figures.items()
    ]


BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "page": facility_page,
    "start": second_start,
    "paint": first_paint,
}


def main(wanted: list[str]) -> int:
    """Run those named, or all; the table goes to standard output."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="facility-bench-") as base:
        Path(base).chmod(0o755)
        for name, measure in BENCHMARKS.items():
            if not wanted or name in wanted:
                folder = Path(base) / ("large" if name == "page" else "demo")
                folder.mkdir(exist_ok=True)
                print(f"measuring {name} …", file=sys.stderr)
                figures += measure(folder)
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        mark = {True: "met", False: "MISSED", None: ""}[figure.good]
        print(f"{figure.name:<{width}}  {figure.value:<28}  {figure.wanted:<8}  {mark}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
