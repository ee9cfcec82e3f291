"""Act: who, with which role and scope, when. The last argument of every changing verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from foundation.errors import Forbidden, NotSignedIn
from foundation.principals import PUBLIC, SYSTEM, Place, Principal, Role
from foundation.translation import DEFAULT_LANG, N_, Lang


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one principal at one instant (aware, UTC)."""

    principal: Principal
    at: datetime
    lang: Lang = DEFAULT_LANG
    idempotency_key: str | None = None

    @property
    def actor(self) -> str:
        """What history shows as the actor."""
        return self.principal.label

    def require(self, *roles: Role, place: Place | None = None) -> None:
        """Refuse unless the principal holds one of the roles for the place.

        Raises NotSignedIn for anonymous visitors and Forbidden otherwise.
        """
        if self.principal.has(*roles, place=place):
            return
        if not self.principal.signed_in:
            raise NotSignedIn(N_("Please sign in to do this."))
        raise Forbidden(N_("Your account may not do this here. It needs the role: {roles}."), roles=", ".join(roles))

    def require_anywhere(self, *roles: Role) -> None:
        """Refuse unless one of the roles is held in some place: for a form, or before work that comes before the place.

        The verb asks for the place itself. Raises as ``require`` does.
        """
        if not self.principal.holds(*roles):
            self.require(*roles)

    def require_signed_in(self) -> None:
        """Refuse anonymous visitors. Raises NotSignedIn."""
        if not self.principal.signed_in:
            raise NotSignedIn(N_("Please sign in to see this."))

    def require_staff(self) -> None:
        """Refuse unless the principal holds any role at all: enough to read. Raises as ``require`` does."""
        if self.principal.holds(*Role):
            return
        if not self.principal.signed_in:
            raise NotSignedIn(N_("Please sign in to see this."))
        raise Forbidden(N_("Your account has no role yet. Ask an administrator for one."))


def system_act(at: datetime | None = None) -> Act:
    """The program's own act (clock, import, seed)."""
    return Act(SYSTEM, at or datetime.now(UTC))


def public_act(at: datetime | None = None, lang: Lang = DEFAULT_LANG) -> Act:
    """An anonymous citizen's act."""
    return Act(PUBLIC, at or datetime.now(UTC), lang)
