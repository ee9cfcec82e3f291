"""The life of a label as a table of moves. Pure."""

from __future__ import annotations

from typing import Final, Literal, cast, get_args

from foundation.errors import Refused
from foundation.translation import N_

LabelState = Literal["blank", "printed", "fixed", "worn", "replaced", "void"]
Action = Literal["bind", "fix", "wear", "replace", "void"]
STATES: Final = cast("tuple[LabelState, ...]", get_args(LabelState))
ACTIONS: Final = cast("tuple[Action, ...]", get_args(Action))

# The asset's one label that counts; the database holds it to one (label_current_uq).
CURRENT: Final[tuple[LabelState, ...]] = ("printed", "fixed", "worn")

MOVES: Final[dict[tuple[LabelState, Action], LabelState]] = {
    ("blank", "bind"): "fixed",
    ("blank", "void"): "void",
    ("printed", "fix"): "fixed",
    ("printed", "wear"): "worn",
    ("printed", "replace"): "replaced",
    ("printed", "void"): "void",
    ("fixed", "wear"): "worn",
    ("fixed", "replace"): "replaced",
    ("fixed", "void"): "void",
    ("worn", "fix"): "fixed",
    ("worn", "replace"): "replaced",
    ("worn", "void"): "void",
}

STATE_WORDS: Final[dict[LabelState, str]] = {
    "blank": N_("Blank"),
    "printed": N_("Printed"),
    "fixed": N_("Fixed on the facility"),
    "worn": N_("Worn"),
    "replaced": N_("Replaced"),
    "void": N_("Void"),
}
ACTION_WORDS: Final[dict[Action, str]] = {
    "bind": N_("Bind to a facility"),
    "fix": N_("It is fixed in place"),
    "wear": N_("It is worn"),
    "replace": N_("Replace by a new label"),
    "void": N_("Make void"),
}

REFUSALS: Final[dict[Action, str]] = {
    "bind": N_("The label {label} belongs to a facility already, or is no longer valid."),
    "fix": N_("The label {label} cannot be marked as fixed now."),
    "wear": N_("The label {label} cannot be marked as worn now."),
    "replace": N_("The label {label} has nothing to replace: it is blank, void or replaced already."),
    "void": N_("The label {label} is void or replaced already."),
}


def move(state: LabelState, action: Action, label: str = "") -> LabelState:
    """The state after the action; ``label`` is named in the refusal. Raises Refused where it is no move."""
    if (state, action) not in MOVES:
        raise Refused(REFUSALS[action], code="no_such_move", label=label, state=state)
    return MOVES[state, action]


def actions_from(state: LabelState) -> tuple[Action, ...]:
    """What can be done with a label in this state, for the page's buttons."""
    return tuple(action for action in ACTIONS if (state, action) in MOVES)
