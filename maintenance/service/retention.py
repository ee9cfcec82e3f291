"""Personal data goes on its date."""

from __future__ import annotations

from datetime import timedelta

from foundation.act import Act
from foundation.database import execute, fetch, transaction
from foundation.files import FileStore
from foundation.principals import Role
from foundation.settings import current_settings
from maintenance.events import ContactsPurged
from registry.history import DISTRICT, record


async def purge_contacts(act: Act) -> int:
    """Empty every contact whose date has come and remove citizens' photos past theirs; answers how many contacts.

    The report itself stays, and so do the crews' photos of the work.
    """
    act.require(Role.DISPATCHER, Role.ADMINISTRATOR)
    async with transaction():
        count = await execute(
            "UPDATE request_contact SET description = '', phone = '', lon = NULL, lat = NULL, client_hash = '',"
            " keep_until = NULL WHERE keep_until <= $1",
            act.at.astimezone(current_settings().zone).date(),
        )
        keys = await _drop_photos(act)
        if count or keys:
            await record(DISTRICT, ContactsPurged(count=count, photos=len(keys)), act)
    store = FileStore(current_settings().files_dir)
    for key in keys:  # after the commit: a file without a row is harmless, the reverse is not
        store.delete(key)
    return count


async def _drop_photos(act: Act) -> list[str]:
    """Forget the photos of reports that ended long ago; the files that nothing else names."""
    rows = await fetch(
        "DELETE FROM photo p USING service_request r WHERE r.id = p.request_id AND p.stage = 'report'"
        " AND r.ended_at < $1 RETURNING p.file_key",
        act.at - timedelta(days=current_settings().photo_retention_days),
    )
    dropped = {row["file_key"] for row in rows}
    kept = await fetch("SELECT DISTINCT file_key FROM photo WHERE file_key = ANY($1::text[])", list(dropped))
    return sorted(dropped - {row["file_key"] for row in kept})
