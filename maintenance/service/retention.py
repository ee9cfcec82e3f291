"""Personal data goes on its date."""

from __future__ import annotations

from foundation.act import Act
from foundation.database import execute, transaction
from foundation.principals import Role
from foundation.settings import current_settings
from maintenance.events import ContactsPurged
from registry.history import DISTRICT, record


async def purge_contacts(act: Act) -> int:
    """Empty every contact whose date has come; answers how many. The report itself stays."""
    act.require(Role.DISPATCHER, Role.ADMINISTRATOR)
    async with transaction():
        count = await execute(
            "UPDATE request_contact SET description = '', phone = '', lon = NULL, lat = NULL, client_hash = '',"
            " keep_until = NULL WHERE keep_until <= $1",
            act.at.astimezone(current_settings().zone).date(),
        )
        if count:
            await record(DISTRICT, ContactsPurged(count=count), act)
    return count
