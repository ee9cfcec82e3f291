"""The lives of requests and orders, pair by pair."""

from __future__ import annotations

from itertools import product

import pytest

from foundation.errors import Refused
from maintenance.states import (
    ORDER_ENDED,
    ORDER_MOVES,
    REQUEST_BUTTONS,
    REQUEST_ENDED,
    REQUEST_MOVES,
    OrderAction,
    OrderState,
    RequestAction,
    RequestState,
    move_order,
    move_request,
    order_actions_from,
    request_actions_from,
    request_state_for,
)
from maintenance.words import ORDER_ACTION, ORDER_STATE, PLAIN, REQUEST_ACTION, REQUEST_STATE

# The words of the JSON API, as promised to its clients.
REQUEST_WORDS = (
    "reported verifying filed refused merged dispatched in_progress done verified closed suspended contested withdrawn"
)
ORDER_WORDS = "open assigned accepted in_progress done verified closed returned suspended cancelled"
ORDER_DEEDS = "assign accept return start suspend resume complete verify reject close cancel"


def test_the_words_are_those_of_the_contract() -> None:
    assert {state.value for state in RequestState} == set(REQUEST_WORDS.split())
    assert {state.value for state in OrderState} == set(ORDER_WORDS.split())
    assert {action.value for action in OrderAction} == set(ORDER_DEEDS.split())


@pytest.mark.parametrize(("state", "action"), list(product(RequestState, RequestAction)))
def test_each_request_pair_is_listed_or_refused(state: RequestState, action: RequestAction) -> None:
    if (state, action) in REQUEST_MOVES:
        assert move_request(state, action) == REQUEST_MOVES[state, action]
    else:
        with pytest.raises(Refused) as refused:
            move_request(state, action)
        assert refused.value.code == "bad_move"


@pytest.mark.parametrize(("state", "action"), list(product(OrderState, OrderAction)))
def test_each_order_pair_is_listed_or_refused(state: OrderState, action: OrderAction) -> None:
    if (state, action) in ORDER_MOVES:
        assert move_order(state, action) == ORDER_MOVES[state, action]
    else:
        with pytest.raises(Refused) as refused:
            move_order(state, action)
        assert refused.value.code == "bad_move"


def reachable(first: object, moves: dict) -> set:
    found, frontier = {first}, [first]
    while frontier:
        state = frontier.pop()
        for (start, _), end in moves.items():
            if start == state and end not in found:
                found.add(end)
                frontier.append(end)
    return found


def test_every_state_is_reached() -> None:
    assert reachable(RequestState.REPORTED, REQUEST_MOVES) == set(RequestState)
    assert reachable(OrderState.OPEN, ORDER_MOVES) == set(OrderState)


@pytest.mark.parametrize("state", sorted(set(RequestState) - REQUEST_ENDED))
def test_every_open_request_can_end(state: RequestState) -> None:
    assert reachable(state, REQUEST_MOVES) & REQUEST_ENDED


@pytest.mark.parametrize("state", sorted(set(OrderState) - ORDER_ENDED))
def test_every_open_order_can_end(state: OrderState) -> None:
    assert reachable(state, ORDER_MOVES) & ORDER_ENDED


def test_ended_orders_stay_ended() -> None:
    assert [pair for pair in ORDER_MOVES if pair[0] in ORDER_ENDED] == []
    left = {pair for pair in REQUEST_MOVES if pair[0] in REQUEST_ENDED}
    assert left == {(RequestState.CLOSED, RequestAction.CONTEST)}, "only the citizen opens a closed report again"


def test_work_counts_only_after_somebody_looked_at_it() -> None:
    into = {(start, action) for (start, action), end in ORDER_MOVES.items() if end == OrderState.CLOSED}
    assert into == {(OrderState.VERIFIED, OrderAction.CLOSE)}
    before = {(start, action) for (start, action), end in ORDER_MOVES.items() if end == OrderState.VERIFIED}
    assert before == {(OrderState.DONE, OrderAction.VERIFY)}


def test_every_order_state_says_where_its_request_stands() -> None:
    following = {state: request_state_for(state) for state in OrderState}
    assert following[OrderState.CANCELLED] == RequestState.FILED, "the fault is still there"
    assert following[OrderState.RETURNED] == RequestState.FILED
    assert not {RequestState.REFUSED, RequestState.MERGED, RequestState.WITHDRAWN} & set(following.values())


def test_a_request_follows_each_move_of_its_order_by_a_listed_move() -> None:
    steps = {(start, end) for (start, _), end in REQUEST_MOVES.items()}
    missing = [
        (start.value, action.value)
        for (start, action), end in ORDER_MOVES.items()
        if (pair := (request_state_for(start), request_state_for(end))) not in steps and pair[0] != pair[1]
    ]
    assert missing == []


def test_buttons_are_what_may_be_done_by_hand() -> None:
    for state in RequestState:
        by_hand = {a for a in RequestAction if (state, a) in REQUEST_MOVES and a in REQUEST_BUTTONS}
        if state == RequestState.VERIFIED:
            by_hand = set()  # closed with its order, and only so
        assert by_hand == set(request_actions_from(state))
    for order in OrderState:
        assert {a for a in OrderAction if (order, a) in ORDER_MOVES} == set(order_actions_from(order))


def test_everything_on_a_screen_has_words() -> None:
    assert set(REQUEST_STATE) == set(PLAIN) == set(RequestState)
    assert set(ORDER_STATE) == set(OrderState)
    assert set(ORDER_ACTION) == set(OrderAction)
    assert set(REQUEST_ACTION) == REQUEST_BUTTONS
