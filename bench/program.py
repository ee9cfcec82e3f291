"""The real program on a data folder, and what it and its database cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import cpu_seconds, tree

ROOT = Path(__file__).resolve().parents[1]
PORT = 8199
# Labels printed by a measured server lead there; a short host, as a city would choose.
PUBLIC_URL = "https://qr.example.gov.cn"


@contextmanager
def server(folder: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The real program on a data folder, ready."""
    environment = {
        **os.environ,
        "FACILITY_DATA_DIR": str(folder),
        "FACILITY_LOG_LEVEL": "warning",
        "FACILITY_PUBLIC_URL": PUBLIC_URL,
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


def used(process: subprocess.Popen[bytes], folder: Path) -> tuple[float, float]:
    """CPU seconds so far: of the server with what it has started, and of its database."""
    data = database_processes(folder)
    app = [pid for pid in tree(process.pid) if pid not in data]
    return cpu_seconds(app), cpu_seconds(data)


def large_district(folder: Path) -> list[str]:
    """A district of 100,000 assets in the folder, made where there is none; the label codes of a thousand of them."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.district", str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return made.stdout.split()
