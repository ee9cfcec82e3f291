"""Photos of requests and orders: prepared before the transaction, kept by their content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import anyio.to_thread

from foundation.act import Act
from foundation.database import execute
from foundation.files.photos import Photo, prepare_photo
from foundation.files.store import FileStore
from foundation.settings import current_settings

Kept = tuple[str, Photo]


async def keep_photos(uploads: Sequence[bytes]) -> list[Kept]:
    """Check, turn upright, strip and store the uploads. Raises Invalid for the first that cannot be taken.

    The files are on disk before the verb's transaction begins: a file that no row names does no harm.
    """
    return [await anyio.to_thread.run_sync(_keep, upload) for upload in uploads]


def _keep(upload: bytes) -> Kept:
    photo = prepare_photo(upload, max_bytes=current_settings().upload_max_mb * 1024 * 1024)
    return FileStore(current_settings().files_dir).put(photo.data), photo


async def attach_photos(
    photos: Sequence[Kept],
    stage: Literal["report", "before", "after"],
    act: Act,
    *,
    request_id: int | None = None,
    order_id: int | None = None,
) -> None:
    """Name the stored photos as a request's or an order's; inside the verb's transaction."""
    for key, photo in photos:
        await execute(
            "INSERT INTO photo (request_id, work_order_id, stage, file_key, width, height, taken_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            request_id, order_id, stage, key, photo.width, photo.height, act.at,
        )  # fmt: skip
