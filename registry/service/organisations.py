"""Organisations: who supervises and maintains."""

from __future__ import annotations

from foundation.act import Act
from foundation.database import fetchval, transaction
from foundation.errors import Invalid
from foundation.principals import Role
from foundation.translation import N_
from registry.events import OrganisationChanged
from registry.history import DISTRICT, record


async def register_organisation(name: str, act: Act, *, name_en: str = "", duty_phone: str = "") -> int:
    """Put an organisation on record, or change the one of that name; answers its id."""
    act.require(Role.REGISTRAR, Role.ADMINISTRATOR)
    if not name.strip() or len(name) > 100:
        raise Invalid(N_("An organisation needs a name of 1 to 100 characters."))
    async with transaction():
        found: int = await fetchval(
            "INSERT INTO organisation (name, name_en, duty_phone) VALUES ($1, $2, $3)"
            " ON CONFLICT (name) DO UPDATE SET name_en = excluded.name_en, duty_phone = excluded.duty_phone"
            " RETURNING id",
            name.strip(),
            name_en.strip(),
            duty_phone.strip(),
        )
        await record(DISTRICT, OrganisationChanged(name=name.strip()), act)
    return found
