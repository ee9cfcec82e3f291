"""The lives of a service request and of a work order, as tables one can read aloud (pure)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from foundation.errors import Refused
from foundation.translation import N_


class RequestState(StrEnum):
    """Where a citizen's report stands."""

    REPORTED = "reported"
    VERIFYING = "verifying"
    FILED = "filed"
    REFUSED = "refused"
    MERGED = "merged"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    VERIFIED = "verified"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    CONTESTED = "contested"
    WITHDRAWN = "withdrawn"


class RequestAction(StrEnum):
    """What may happen to a report. Those of the second line follow from its order and are no buttons."""

    VERIFY, FILE, REFUSE, MERGE, CLOSE, CONTEST, WITHDRAW = (
        "verify", "file", "refuse", "merge", "close", "contest", "withdraw",
    )  # fmt: skip
    DISPATCH, RECALL, START, SUSPEND, RESUME, FINISH, REJECT, CONFIRM = (
        "dispatch", "recall", "start", "suspend", "resume", "finish", "reject", "confirm",
    )  # fmt: skip


class OrderState(StrEnum):
    """Where a work order stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    VERIFIED = "verified"
    CLOSED = "closed"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class OrderAction(StrEnum):
    """What may happen to a work order."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    RETURN = "return"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    COMPLETE = "complete"
    VERIFY = "verify"
    REJECT = "reject"
    CLOSE = "close"
    CANCEL = "cancel"


R, A = RequestState, RequestAction
REQUEST_MOVES: Final[dict[tuple[RequestState, RequestAction], RequestState]] = {
    (R.REPORTED, A.VERIFY): R.VERIFYING,
    (R.REPORTED, A.FILE): R.FILED,
    (R.REPORTED, A.REFUSE): R.REFUSED,
    (R.REPORTED, A.MERGE): R.MERGED,
    (R.REPORTED, A.WITHDRAW): R.WITHDRAWN,
    (R.VERIFYING, A.FILE): R.FILED,
    (R.VERIFYING, A.REFUSE): R.REFUSED,
    (R.VERIFYING, A.MERGE): R.MERGED,
    (R.VERIFYING, A.WITHDRAW): R.WITHDRAWN,
    (R.FILED, A.DISPATCH): R.DISPATCHED,
    (R.FILED, A.REFUSE): R.REFUSED,
    (R.FILED, A.MERGE): R.MERGED,
    (R.FILED, A.WITHDRAW): R.WITHDRAWN,
    (R.DISPATCHED, A.START): R.IN_PROGRESS,
    (R.DISPATCHED, A.RECALL): R.FILED,
    (R.DISPATCHED, A.SUSPEND): R.SUSPENDED,
    (R.IN_PROGRESS, A.FINISH): R.DONE,
    (R.IN_PROGRESS, A.SUSPEND): R.SUSPENDED,
    (R.IN_PROGRESS, A.RECALL): R.FILED,
    (R.SUSPENDED, A.RESUME): R.IN_PROGRESS,
    (R.SUSPENDED, A.RECALL): R.FILED,
    (R.DONE, A.CONFIRM): R.VERIFIED,
    (R.DONE, A.REJECT): R.IN_PROGRESS,
    (R.VERIFIED, A.CLOSE): R.CLOSED,
    (R.CLOSED, A.CONTEST): R.CONTESTED,
    (R.CONTESTED, A.FILE): R.FILED,
    (R.CONTESTED, A.CLOSE): R.CLOSED,
}
REQUEST_BUTTONS: Final = frozenset({A.VERIFY, A.FILE, A.REFUSE, A.MERGE, A.CLOSE})
# Not by hand: a verified report is closed with its order, and only so.
_FOLLOWS_ONLY: Final = frozenset({(R.VERIFIED, A.CLOSE)})
REQUEST_ENDED: Final = frozenset({R.CLOSED, R.REFUSED, R.MERGED, R.WITHDRAWN})

O, B = OrderState, OrderAction  # noqa: E741 - two short names keep the table readable
ORDER_MOVES: Final[dict[tuple[OrderState, OrderAction], OrderState]] = {
    (O.OPEN, B.ASSIGN): O.ASSIGNED,
    (O.OPEN, B.CANCEL): O.CANCELLED,
    (O.ASSIGNED, B.ASSIGN): O.ASSIGNED,
    (O.ASSIGNED, B.ACCEPT): O.ACCEPTED,
    (O.ASSIGNED, B.RETURN): O.RETURNED,
    (O.ASSIGNED, B.CANCEL): O.CANCELLED,
    (O.ACCEPTED, B.START): O.IN_PROGRESS,
    (O.ACCEPTED, B.RETURN): O.RETURNED,
    (O.ACCEPTED, B.SUSPEND): O.SUSPENDED,
    (O.ACCEPTED, B.CANCEL): O.CANCELLED,
    (O.IN_PROGRESS, B.COMPLETE): O.DONE,
    (O.IN_PROGRESS, B.SUSPEND): O.SUSPENDED,
    (O.IN_PROGRESS, B.RETURN): O.RETURNED,
    (O.SUSPENDED, B.RESUME): O.IN_PROGRESS,
    (O.SUSPENDED, B.CANCEL): O.CANCELLED,
    (O.RETURNED, B.ASSIGN): O.ASSIGNED,
    (O.RETURNED, B.CANCEL): O.CANCELLED,
    (O.DONE, B.VERIFY): O.VERIFIED,
    (O.DONE, B.REJECT): O.IN_PROGRESS,
    (O.VERIFIED, B.CLOSE): O.CLOSED,
}
ORDER_ENDED: Final = frozenset({O.CLOSED, O.CANCELLED})

# What an order's move means for the request it serves; the request is never moved twice by hand.
_FOLLOWING: Final[dict[OrderState, RequestState]] = {
    O.OPEN: R.FILED,
    O.RETURNED: R.FILED,
    O.CANCELLED: R.FILED,
    O.ASSIGNED: R.DISPATCHED,
    O.ACCEPTED: R.DISPATCHED,
    O.IN_PROGRESS: R.IN_PROGRESS,
    O.SUSPENDED: R.SUSPENDED,
    O.DONE: R.DONE,
    O.VERIFIED: R.VERIFIED,
    O.CLOSED: R.CLOSED,
}


def request_state_for(order: OrderState) -> RequestState:
    """The state of a request whose order is in this state."""
    return _FOLLOWING[order]


def move_request(state: RequestState, action: RequestAction) -> RequestState:
    """The next state. Raises Refused where the table has no such move."""
    if (state, action) not in REQUEST_MOVES:
        raise Refused(
            N_("This step is no longer possible: the report has moved on. Load it again."),
            code="bad_move",
            state=state,
            action=action,
        )
    return REQUEST_MOVES[state, action]


def move_order(state: OrderState, action: OrderAction) -> OrderState:
    """The next state. Raises Refused where the table has no such move."""
    if (state, action) not in ORDER_MOVES:
        raise Refused(
            N_("This step is no longer possible: the order has moved on. Load it again."),
            code="bad_move",
            state=state,
            action=action,
        )
    return ORDER_MOVES[state, action]


def request_actions_from(state: RequestState) -> list[RequestAction]:
    """The buttons a report in this state may have."""
    listed = [pair for pair in REQUEST_MOVES if pair[0] == state and pair not in _FOLLOWS_ONLY]
    return [action for _, action in listed if action in REQUEST_BUTTONS]


def order_actions_from(state: OrderState) -> list[OrderAction]:
    """The buttons an order in this state may have."""
    return [action for (start, action) in ORDER_MOVES if start == state]
