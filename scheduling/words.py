"""The screen's words for plans (pure): msgids, translated where they are shown."""

from __future__ import annotations

from typing import Final

from foundation.translation import N_

FREQS: Final = {
    "daily": N_("Daily"),
    "weekly": N_("Weekly"),
    "monthly": N_("Monthly"),
    "yearly": N_("Yearly"),
}
MODES: Final = {
    "fixed": N_("By the calendar"),
    "floating": N_("From the last completion"),
}
ROLLS: Final = {
    "none": N_("Stays, as cleaning and safety need"),
    "next_working_day": N_("Moves to the next working day"),
}
GROUPINGS: Final = {
    "asset": N_("One work order for each facility"),
    "street": N_("One round for each street"),
}
PRIORITIES: Final = ("P1", "P2", "P3", "P4", "P5")
RUNNING: Final = {
    "yes": N_("Running"),
    "no": N_("Paused"),
}
