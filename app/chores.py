"""What the clock does besides maintenance and plans: chores of rooms that it does not know."""

from __future__ import annotations

from typing import Final

from labels.service.hearing import hear_history
from scheduling.clock import Chore

CHORES: Final = (Chore("labels", hear_history),)
