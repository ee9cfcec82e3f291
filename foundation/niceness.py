"""How far a process of ours stands behind everybody else's work."""

from __future__ import annotations

import os
from typing import Final

# The last place that every system has.
NICENESS: Final = 19


def stand_behind() -> None:
    """Called by a process itself, before it has threads: whatever else the machine has to do comes first.

    Absolute: the press of a job's process, nice already, stands where any other does.
    """
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
