"""Crews: the people who go out."""

from __future__ import annotations

from foundation.act import Act
from foundation.database import fetchval, transaction
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from maintenance.events import CrewChanged
from registry.history import DISTRICT, record


async def register_crew(name: str, act: Act, *, name_en: str = "", organisation_id: int | None = None) -> int:
    """Put a crew on record, or change the one of that name; answers its id."""
    act.require(Role.DISPATCHER, Role.ADMINISTRATOR)
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid(N_("A crew needs a name of 1 to 60 characters."), code="bad_name")
    async with transaction():
        crew_id: int = await fetchval(
            "INSERT INTO crew (name, name_en, organisation_id) VALUES ($1, $2, $3)"
            " ON CONFLICT (name) DO UPDATE SET name_en = excluded.name_en, organisation_id = excluded.organisation_id,"
            " active = true RETURNING id",
            name.strip(),
            name_en.strip(),
            organisation_id,
        )
        await record(DISTRICT, CrewChanged(name=name.strip()), act)
    return crew_id
