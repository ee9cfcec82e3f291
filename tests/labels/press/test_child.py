"""The press in a process of its own: behind everybody else's work, and small enough to start at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from foundation.niceness import NICENESS
from foundation.translation import ROOT

SECONDS = 30


@pytest.mark.parametrize("given", [0, 5])
def test_the_press_stands_behind_by_as_much_whoever_starts_it(given: int) -> None:
    command = ["nice", "-n", str(given), sys.executable, "-m", "labels.press.child"]
    # It waits for its task, and would fail for want of one.
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as press:
        end = time.monotonic() + SECONDS
        while (found := os.getpriority(os.PRIO_PROCESS, press.pid)) != NICENESS and time.monotonic() < end:
            time.sleep(0.02)
        press.kill()
    assert found == 19


def test_the_press_brings_no_database_along() -> None:
    seen = "import sys, labels.press.child; print({'asyncpg', 'piccolo', 'foundation.database'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", seen], capture_output=True, check=True, cwd=ROOT)
    assert told.stdout == b"set()\n"
