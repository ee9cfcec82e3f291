"""Act, grants and scopes: who may do what, where."""

from __future__ import annotations

import pytest

from foundation.act import Act, public_act, system_act
from foundation.errors import Forbidden, NotSignedIn
from foundation.principals import Grant, Place, Principal, Role

HERE = Place(organisation_id=1, street="五马街道")
THERE = Place(organisation_id=2, street="南汇街道")


def act_with(*grants: Grant) -> Act:
    return Act(Principal("somebody", account_id=7, grants=grants), system_act().at)


def test_an_unscoped_grant_reaches_everywhere() -> None:
    act = act_with(Grant(Role.DISPATCHER))
    act.require(Role.DISPATCHER, place=HERE)
    act.require(Role.DISPATCHER)


@pytest.mark.parametrize(
    "grant", [Grant(Role.DISPATCHER, organisation_id=1), Grant(Role.DISPATCHER, streets=frozenset({"五马街道"}))]
)
def test_a_scoped_grant_reaches_its_scope_only(grant: Grant) -> None:
    act_with(grant).require(Role.DISPATCHER, place=HERE)
    with pytest.raises(Forbidden):
        act_with(grant).require(Role.DISPATCHER, place=THERE)
    with pytest.raises(Forbidden):
        act_with(grant).require(Role.DISPATCHER)


def test_both_halves_of_a_scope_must_hold() -> None:
    grant = Grant(Role.PLANNER, organisation_id=1, streets=frozenset({"南汇街道"}))
    with pytest.raises(Forbidden):
        act_with(grant).require(Role.PLANNER, place=HERE)


def test_an_administrator_is_nothing_else_by_that_alone() -> None:
    with pytest.raises(Forbidden):
        act_with(Grant(Role.ADMINISTRATOR)).require(Role.REGISTRAR)


def test_anonymous_visitors_are_asked_to_sign_in() -> None:
    for refuse in (lambda act: act.require(Role.CREW), Act.require_staff, Act.require_signed_in):
        with pytest.raises(NotSignedIn):
            refuse(public_act())


def test_an_account_without_a_role_reads_nothing() -> None:
    with pytest.raises(Forbidden):
        act_with().require_staff()
    act_with().require_signed_in()


def test_the_program_itself_may() -> None:
    system_act().require(Role.ADMINISTRATOR, place=THERE)
