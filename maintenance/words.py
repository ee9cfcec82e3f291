"""The trade's words for states and actions, and plain words for citizens (pure)."""

from __future__ import annotations

from typing import Final

from foundation.translation import N_

REQUEST_STATE: Final = {
    "reported": N_("Reported"),
    "verifying": N_("Being verified on site"),
    "filed": N_("Filed"),
    "refused": N_("Not accepted"),
    "merged": N_("Merged"),
    "dispatched": N_("Dispatched"),
    "in_progress": N_("In progress"),
    "done": N_("Done, to be verified"),
    "verified": N_("Verified"),
    "closed": N_("Closed"),
    "suspended": N_("Suspended"),
    "contested": N_("Contested"),
    "withdrawn": N_("Withdrawn"),
}
REQUEST_ACTION: Final = {
    "verify": N_("Verify on site"),
    "file": N_("File the case"),
    "refuse": N_("Do not accept"),
    "merge": N_("Merge"),
    "close": N_("Close the case"),
}
ORDER_STATE: Final = {
    "open": N_("To be assigned"),
    "assigned": N_("Assigned"),
    "accepted": N_("Accepted"),
    "in_progress": N_("In progress"),
    "done": N_("Done, to be verified"),
    "verified": N_("Verified"),
    "closed": N_("Closed"),
    "returned": N_("Returned"),
    "suspended": N_("Suspended"),
    "cancelled": N_("Cancelled"),
}
ORDER_ACTION: Final = {
    "assign": N_("Assign"),
    "accept": N_("Accept"),
    "return": N_("Return"),
    "start": N_("Start"),
    "suspend": N_("Suspend"),
    "resume": N_("Resume"),
    "complete": N_("Complete"),
    "verify": N_("Verify"),
    "reject": N_("Send back"),
    "close": N_("Close the case"),
    "cancel": N_("Cancel the order"),
}
# For a citizen: what it is, and what happens next.
PLAIN: Final = {
    "reported": (N_("We have your report"), N_("Somebody reads it and sends a crew.")),
    "verifying": (N_("We are looking at it on site"), N_("A crew is sent as soon as the fault is confirmed.")),
    "filed": (N_("Confirmed, waiting for a crew"), N_("A crew is being chosen.")),
    "refused": (N_("Not accepted"), N_("The reason stands below.")),
    "merged": (N_("Already reported by others"), N_("Your report counts with theirs.")),
    "dispatched": (N_("A crew has been sent"), N_("They have the order and will come.")),
    "in_progress": (N_("Being repaired"), N_("A crew is at work.")),
    "done": (N_("Repaired, being checked"), N_("Somebody else checks the work before it counts.")),
    "verified": (N_("Repaired and checked"), N_("Thank you for telling us.")),
    "closed": (
        N_("Finished"),
        N_("Thank you for telling us. If it is not fixed, you can say so below for seven days."),
    ),
    "suspended": (N_("On hold"), N_("The work waits for something, such as a spare part or better weather.")),
    "contested": (N_("Looked at again"), N_("You said it is not fixed. We are looking at it again.")),
    "withdrawn": (N_("Withdrawn"), N_("You withdrew this report.")),
}
