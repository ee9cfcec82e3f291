"""The screen's words for roles."""

from typing import Final

from foundation.principals import Role
from foundation.translation import N_

ROLE_WORDS: Final = {
    Role.CREW: N_("Crew member"),
    Role.INSPECTOR: N_("Inspector"),
    Role.DISPATCHER: N_("Dispatcher"),
    Role.PLANNER: N_("Planner"),
    Role.REGISTRAR: N_("Registrar"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
# What each role may do, beside its tick.
ROLE_HINTS: Final = {
    Role.CREW: N_("Works on orders, sticks labels on"),
    Role.INSPECTOR: N_("Verifies finished work on site"),
    Role.DISPATCHER: N_("Files reports, assigns and closes orders"),
    Role.PLANNER: N_("Keeps the maintenance plans"),
    Role.REGISTRAR: N_("Registers facilities, imports, prints labels"),
    Role.ADMINISTRATOR: N_("Keeps accounts and settings"),
}
