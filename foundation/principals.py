"""Who acts: a signed-in account, an API token, the system itself, or an anonymous citizen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What an account may do; a grant may narrow it to an organisation and to areas."""

    CREW = "crew"
    INSPECTOR = "inspector"
    DISPATCHER = "dispatcher"
    PLANNER = "planner"
    REGISTRAR = "registrar"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act happens, as far as scopes care: the responsible organisation and the street."""

    organisation_id: int | None = None
    street: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One role with its optional scope. An empty scope covers the whole district."""

    role: Role
    organisation_id: int | None = None
    streets: frozenset[str] = frozenset()

    def covers(self, place: Place | None) -> bool:
        """Whether the grant reaches the place; a scoped grant never covers an unknown place."""
        if self.organisation_id is None and not self.streets:
            return True
        if place is None:
            return False
        in_organisation = self.organisation_id is None or place.organisation_id == self.organisation_id
        return in_organisation and (not self.streets or place.street in self.streets)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. ``label`` is what history shows and names no private person."""

    label: str
    account_id: int | None = None
    grants: tuple[Grant, ...] = ()
    crew_ids: frozenset[int] = field(default_factory=frozenset)
    is_system: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """All roles held, whatever their scope."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def signed_in(self) -> bool:
        """Whether an account or a token stands behind this principal."""
        return self.account_id is not None or self.is_system

    def has(self, *roles: Role, place: Place | None = None) -> bool:
        """Whether any of the roles is held for the place. Administrators hold none of the others by that alone."""
        return self.is_system or any(g.role in roles and g.covers(place) for g in self.grants)

    def holds(self, *roles: Role) -> bool:
        """Whether any of the roles is held anywhere; for menus, never for a decision."""
        return self.is_system or any(g.role in roles for g in self.grants)


PUBLIC = Principal(label="public")
SYSTEM = Principal(label="system", is_system=True)
