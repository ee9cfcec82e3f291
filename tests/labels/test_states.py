"""The life of a label: every pair is a move or refused, every state is reached, every open state has a way out."""

from __future__ import annotations

from itertools import product

import pytest

from foundation.errors import Refused
from labels.states import ACTION_WORDS, ACTIONS, CURRENT, MOVES, STATE_WORDS, STATES, actions_from, move


@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTIONS)))
def test_every_pair_is_a_move_or_refused_in_words(state, action) -> None:
    if action in actions_from(state):
        assert move(state, action) == MOVES[state, action]
        return
    with pytest.raises(Refused) as refused:
        move(state, action, "7F3K-9QXD-Y")
    assert "7F3K-9QXD-Y" in refused.value.message("zh-CN")
    assert refused.value.message("zh-CN") != refused.value.message("en")


def test_every_state_is_reached_and_every_open_one_has_a_way_out() -> None:
    starts = {"blank", "printed"}
    assert set(MOVES.values()) | starts == set(STATES)
    for state in CURRENT:
        assert {"replace", "void"} <= set(actions_from(state))
    assert not actions_from("void")
    assert not actions_from("replaced")


def test_every_state_and_action_has_its_words() -> None:
    assert set(STATE_WORDS) == set(STATES)
    assert set(ACTION_WORDS) == set(ACTIONS)
