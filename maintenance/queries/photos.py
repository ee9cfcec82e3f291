"""Photos: which there are, and who may see one."""

from __future__ import annotations

from foundation.act import Act
from foundation.database import fetch, fetchrow
from foundation.errors import NotFound
from foundation.translation import N_
from maintenance.schemas import PhotoRead


async def find_photos(*, request: str | None = None, order: str | None = None) -> list[PhotoRead]:
    """The photos of a request or an order, by number, in the order they were taken."""
    rows = await fetch(
        "SELECT p.id, p.stage, p.width, p.height, p.taken_at, p.public FROM photo p"
        " LEFT JOIN service_request r ON r.id = p.request_id LEFT JOIN work_order w ON w.id = p.work_order_id"
        " WHERE r.number = $1 OR w.number = $2 ORDER BY p.taken_at, p.id",
        request,
        order,
    )
    return [PhotoRead(**dict(row)) for row in rows]


async def get_photo(photo_id: int, token: str, act: Act) -> str:
    """The key of a photo's file: public photos for anyone, a report's for its reporter, all for staff.

    Raises NotFound otherwise, so that nobody learns which photos exist.
    """
    row = await fetchrow(
        "SELECT p.file_key, p.public, r.token FROM photo p LEFT JOIN service_request r ON r.id = p.request_id"
        " WHERE p.id = $1",
        photo_id,
    )
    allowed = row is not None and (row["public"] or act.principal.signed_in or (token != "" and row["token"] == token))
    if row is None or not allowed:
        raise NotFound(N_("There is no such photo."))
    key: str = row["file_key"]
    return key
