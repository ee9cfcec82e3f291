"""All benchmarks, each a ratio within one run, printed as one table.

What is measured, and why each ratio: docs/benchmarks.md.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure
from bench.load import get_many
from bench.program import PORT, ROOT, large_district, server, used, wait_for_answer

ROUND = 1200
ROUNDS = 5


def cost(process: subprocess.Popen[bytes], folder: Path, paths: list[str], headers: str) -> tuple[float, float]:
    """CPU microseconds a request: of the server alone, and with its database. The best of several rounds."""
    get_many(PORT, paths, 400, headers)
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        before = used(process, folder)
        get_many(PORT, paths, ROUND, headers)
        after = used(process, folder)
        app, data = ((now - then) / ROUND * 1e6 for now, then in zip(after, before, strict=True))
        best = min(best, (app, app + data))
    return best


def facility_page(folder: Path) -> list[Figure]:
    """``/A/{code}`` on a large district against the empty JSON route behind the same frame."""
    paths = [f"/A/{code}" for code in large_district(folder)]
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


def _of(module: str, name: str) -> Callable[[Path], list[Figure]]:
    """A benchmark of another module, imported when it is its turn: peers are not on every machine."""
    return lambda folder: getattr(importlib.import_module(f"bench.{module}"), name)(folder)


BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "page": facility_page,
    "start": second_start,
    "paint": first_paint,
    "engine": _of("labels", "engine"),
    "damage": _of("damage", "damage_series"),
    "phone": _of("traffic", "phone"),
    "job": _of("traffic", "beside_a_job"),
}
GROUPS = {"labels": ("engine", "damage", "phone", "job")}
LARGE = ("page", "phone", "job")


def main(asked: list[str]) -> int:
    """Run those named, or all; the table goes to standard output."""
    if strangers := [name for name in asked if name not in BENCHMARKS | GROUPS]:
        print(f"no benchmark {strangers[0]}; there are {', '.join([*BENCHMARKS, *GROUPS])}", file=sys.stderr)
        return 2
    wanted = [one for name in asked or BENCHMARKS for one in GROUPS.get(name, (name,))]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="facility-bench-") as base:
        Path(base).chmod(0o755)
        for name in BENCHMARKS:
            if name in wanted:
                folder = Path(base) / ("large" if name in LARGE else "demo")
                folder.mkdir(exist_ok=True)
                print(f"measuring {name} …", file=sys.stderr)
                figures += BENCHMARKS[name](folder)
    name_width, value_width = (max(len(getattr(one, part)) for one in figures) for part in ("name", "value"))
    for figure in figures:
        mark = {True: "met", False: "MISSED", None: ""}[figure.good]
        print(f"{figure.name:<{name_width}}  {figure.value:<{value_width}}  {figure.wanted:<10}  {mark}".rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
