"""Who may: a role in some place is enough for a form, and the place decides in the verb."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from foundation.act import Act, public_act
from foundation.errors import Forbidden, NotSignedIn
from foundation.principals import Grant, Principal, Role

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SCOPED = Act(Principal("registrar 2", 2, (Grant(Role.REGISTRAR, streets=frozenset({"五马街道"})),)), NOW)


def test_a_role_in_one_street_is_one_held_somewhere() -> None:
    SCOPED.require_anywhere(Role.REGISTRAR)
    SCOPED.require_anywhere(Role.CREW, Role.REGISTRAR)
    with pytest.raises(Forbidden):
        SCOPED.require(Role.REGISTRAR)


def test_who_holds_it_nowhere_is_refused() -> None:
    with pytest.raises(Forbidden) as refused:
        SCOPED.require_anywhere(Role.CREW, Role.PLANNER)
    assert "crew, planner" in refused.value.message("en")
    with pytest.raises(NotSignedIn):
        public_act(NOW).require_anywhere(Role.REGISTRAR)
