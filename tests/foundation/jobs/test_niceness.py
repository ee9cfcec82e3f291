"""A job's process stands behind everybody else's work."""

from __future__ import annotations

import subprocess
import sys

import pytest

from foundation.translation import ROOT

STAND = """
import os
from foundation.jobs import stand_behind

stand_behind()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


@pytest.mark.parametrize("given", [0, 5])
def test_a_process_stands_behind_by_as_much_wherever_it_stood(given: int) -> None:
    command = ["nice", "-n", str(given), sys.executable, "-c", STAND]
    assert subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout == b"19\n"
